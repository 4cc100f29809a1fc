// A package variable that is tested first is a cache.
package main

import (
	"context"
	"database/sql"

	"github.com/aws/aws-lambda-go/lambda"
)

var db *sql.DB

func get() (*sql.DB, error) {
	if db != nil {
		return db, nil
	}
	d, err := sql.Open("pgx", "postgres://db/shop")
	if err != nil {
		return nil, err
	}
	db = d
	return db, nil
}

func H(ctx context.Context) error {
	d, err := get()
	if err != nil {
		return err
	}
	return d.PingContext(ctx)
}

func main() { lambda.Start(H) }
