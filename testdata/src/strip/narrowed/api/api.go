package api

import (
	"context"

	"strip/narrowed/store"
)

type Finder interface {
	Find(ctx context.Context, key string) error
}

type Handler struct{ finder Finder }

func New(s store.Store) *Handler { return &Handler{finder: s} }

func (h *Handler) Handle(ctx context.Context, key string) error { return h.finder.Find(ctx, key) }
