package orders

import "context"

type Repo interface {
	Find(ctx context.Context, key string) error
}

type Orders struct{ Repo Repo }

func (o *Orders) Show(ctx context.Context, key string) error { return o.Repo.Find(ctx, key) }
