// A helper that start-up and a request share is still called on every request.
package main

import (
	"context"
	"database/sql"

	"github.com/aws/aws-lambda-go/lambda"
)

func open() (*sql.DB, error) {
	return sql.Open("pgx", "postgres://db/shop") // want `database pool is .* on every request of H`
}

func H(ctx context.Context) error {
	db, err := open()
	if err != nil {
		return err
	}
	defer db.Close()
	return db.PingContext(ctx)
}

func main() {
	if db, err := open(); err == nil {
		_ = db.Ping()
		_ = db.Close()
	}
	lambda.Start(H)
}
