// A map by tenant: each tenant's pool is kept. The twin makes the map anew.
package main

import (
	"context"
	"sync"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/jackc/pgx/v5/pgxpool"
)

var (
	mu    sync.Mutex
	pools = map[string]*pgxpool.Pool{}
)

func pool(ctx context.Context, name string) (*pgxpool.Pool, error) {
	mu.Lock()
	defer mu.Unlock()
	if p := pools[name]; p != nil {
		return p, nil
	}
	p, err := pgxpool.New(ctx, "postgres://db/"+name)
	if err != nil {
		return nil, err
	}
	pools[name] = p
	return p, nil
}

func H(ctx context.Context, tenant string) error {
	own, err := pool(ctx, tenant)
	if err != nil {
		return err
	}
	shared, err := pool(ctx, "shared")
	if err != nil {
		return err
	}
	if err := shared.Ping(ctx); err != nil {
		return err
	}
	return own.Ping(ctx)
}

func G(ctx context.Context, tenant string) error {
	pools := map[string]*pgxpool.Pool{}
	for _, name := range []string{"shared", tenant} {
		if pools[name] != nil {
			continue
		}
		p, err := pgxpool.New(ctx, "postgres://db/"+name)
		if err != nil {
			return err
		}
		pools[name] = p
	}
	p, ok := pools["audit"]
	if !ok {
		var err error
		p, err = pgxpool.New(ctx, "postgres://db/audit") // want `Postgres pool is .* on every request of G`
		if err != nil {
			return err
		}
		pools["audit"] = p
	}
	return p.Ping(ctx)
}

func main() {
	go lambda.Start(G)
	lambda.Start(H)
}
