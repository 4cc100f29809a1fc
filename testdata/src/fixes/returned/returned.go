// A helper returns what it opens, and its callers close it: their Close must go with the fix, or there is no fix.
package main

import (
	"context"
	"database/sql"

	"github.com/aws/aws-lambda-go/lambda"
)

func open() (*sql.DB, error) {
	return sql.Open("pgx", "postgres://db/shop") // want `database pool is .* on every request of`
}

func H(ctx context.Context) error {
	db, err := open()
	if err != nil {
		return err
	}
	defer db.Close()
	return db.PingContext(ctx)
}

func G(ctx context.Context) error {
	db, err := open()
	if err != nil {
		return err
	}
	defer db.Close()
	return db.PingContext(ctx)
}

func main() {
	go lambda.Start(G)
	lambda.Start(H)
}
