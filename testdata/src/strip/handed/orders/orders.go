package orders

import (
	"context"

	"strip/handed/tx"
)

type Repo interface {
	Find(ctx context.Context, key string) error
}

type Counter interface {
	Count(ctx context.Context) error
}

type Orders struct {
	Repo    Repo
	Counter Counter
}

func (o Orders) Show(ctx context.Context, key string) error {
	return tx.Within(func() error { return o.Repo.Find(ctx, key) })
}

func (o Orders) Count(ctx context.Context) error { return o.Counter.Count(ctx) }
