// A pgx connection serves one goroutine and does not reconnect: it is reported, never shared.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/jackc/pgx/v5"
)

func H(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, "postgres://db/shop") // want `Postgres connection is .* on every request of H`
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	return conn.Ping(ctx)
}

func main() { lambda.Start(H) }
