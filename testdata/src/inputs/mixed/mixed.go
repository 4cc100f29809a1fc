// One helper, two callers: one passes a constant, the other the event. The constant one pays for nothing new.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/jackc/pgx/v5/pgxpool"
)

func open(ctx context.Context, name string) (*pgxpool.Pool, error) {
	return pgxpool.New(ctx, "postgres://db/"+name) // want `Postgres pool is .* on every request of H`
}

func H(ctx context.Context) error {
	pool, err := open(ctx, "shop")
	if err != nil {
		return err
	}
	defer pool.Close()
	return pool.Ping(ctx)
}

func G(ctx context.Context, name string) error {
	pool, err := open(ctx, name)
	if err != nil {
		return err
	}
	defer pool.Close()
	return pool.Ping(ctx)
}

func main() {
	go lambda.Start(G)
	lambda.Start(H)
}
