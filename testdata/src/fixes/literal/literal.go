// The handler is a literal in main.
package main

import (
	"context"
	"database/sql"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	lambda.Start(func(ctx context.Context, id string) error {
		db, err := sql.Open("pgx", "postgres://db/shop") // want `database pool is .* on every request of`
		if err != nil {
			return err
		}
		defer func() { _ = db.Close() }()
		_, err = db.ExecContext(ctx, "DELETE FROM carts WHERE id = $1", id)
		return err
	})
}
