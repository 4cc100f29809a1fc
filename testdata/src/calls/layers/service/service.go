// Package service knows an interface only.
package service

import "context"

type Repository interface {
	Find(ctx context.Context, id string) error
}

type Service struct{ repo Repository }

func New(repo Repository) *Service { return &Service{repo} }

func (s *Service) Handle(ctx context.Context, id string) error { return s.repo.Find(ctx, id) }
