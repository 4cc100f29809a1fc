// The derived context ends with the request; the shared pool must not, and the derived context must stay used.
package main

import (
	"context"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/jackc/pgx/v5/pgxpool"
)

func H(ctx context.Context) error {
	dial, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	pool, err := pgxpool.New(dial, "postgres://db/shop") // want `Postgres pool is .* on every request of H`
	if err != nil {
		return err
	}
	defer pool.Close()
	return pool.Ping(ctx)
}

func main() { lambda.Start(H) }
