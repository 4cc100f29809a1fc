// The variable gets another value later: closing it would close the shared one, or nothing. No fix.
package main

import (
	"context"
	"database/sql"

	"github.com/aws/aws-lambda-go/lambda"
)

func H(ctx context.Context, dsn string) error {
	db, err := sql.Open("pgx", "postgres://db/shop") // want `database pool is .* on every request of H`
	if err != nil {
		return err
	}
	if dsn != "" {
		db, err = sql.Open("pgx", dsn)
		if err != nil {
			return err
		}
	}
	defer db.Close()
	return db.PingContext(ctx)
}

func main() { lambda.Start(H) }
