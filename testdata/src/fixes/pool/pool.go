// The context bounds the dial only.
package main

import (
	"context"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/jackc/pgx/v5/pgxpool"
)

func H(ctx context.Context, id string) error {
	pool, err := pgxpool.New(ctx, os.Getenv("DATABASE_URL")) // want `Postgres pool is .* on every request of H`
	if err != nil {
		return err
	}
	defer pool.Close()
	_, err = pool.Exec(ctx, "DELETE FROM carts WHERE id = $1", id)
	return err
}

func main() { lambda.Start(H) }
