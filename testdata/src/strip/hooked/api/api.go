package api

import "context"

type Service interface {
	Show(ctx context.Context, key string) error
}

type Handler struct{ Service Service }

func (h *Handler) Handle(ctx context.Context, key string) error { return h.Service.Show(ctx, key) }
