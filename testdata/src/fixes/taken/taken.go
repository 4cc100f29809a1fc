// Names that a fix would like are taken: by the package, by a parameter, by an import.
package main

import (
	"context"
	mu "fmt"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/jackc/pgx/v5/pgxpool"
)

var sharedPool, sharedPgxPool, pgxPool, poolMu = 1, 2, 3, 4

type time struct{ sync string }

func H(ctx context.Context, sync time) error {
	context := sync.sync
	pool, err := pgxpool.New(ctx, "postgres://db/shop") // want `Postgres pool is .* on every request of H`
	if err != nil {
		return mu.Errorf("%s: %w", context, err)
	}
	defer pool.Close()
	return pool.Ping(ctx)
}

func main() { lambda.Start(H) }
