// A setter on the handle: with a constant it belongs to the construction, with the request's value it forbids to share.
package main

import (
	"context"
	"database/sql"

	"github.com/aws/aws-lambda-go/lambda"
)

func H(ctx context.Context, n int) error {
	db, err := sql.Open("pgx", "postgres://db/shop") // want `database pool is .* on every request of H`
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(n)
	return db.PingContext(ctx)
}

func main() { lambda.Start(H) }
