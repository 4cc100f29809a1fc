// A pool for the tenant, and a pool for all; the helper takes the difference as an argument.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/jackc/pgx/v5/pgxpool"
)

type event struct{ Tenant string }

func openTenant(ctx context.Context, name string) (*pgxpool.Pool, error) {
	return pgxpool.New(ctx, "postgres://db/"+name)
}

func openShared(ctx context.Context, name string) (*pgxpool.Pool, error) {
	return pgxpool.New(ctx, "postgres://db/"+name) // want `Postgres pool is .* on every request of H`
}

func H(ctx context.Context, e event) error {
	own, err := openTenant(ctx, e.Tenant)
	if err != nil {
		return err
	}
	defer own.Close()
	shared, err := openShared(ctx, "shared")
	if err != nil {
		return err
	}
	defer shared.Close()
	if err := shared.Ping(ctx); err != nil {
		return err
	}
	return own.Ping(ctx)
}

func main() { lambda.Start(H) }
