// The context carries the tenant.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/jackc/pgx/v5/pgxpool"
)

type tenantKey struct{}

func H(ctx context.Context) error {
	dsn, _ := ctx.Value(tenantKey{}).(string)
	pool, err := pgxpool.New(ctx, dsn)
	if err != nil {
		return err
	}
	defer pool.Close()
	return pool.Ping(ctx)
}

func main() { lambda.Start(H) }
