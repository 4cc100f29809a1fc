// A variable that the handler captures is kept as long as the handler.
package main

import (
	"context"
	"database/sql"

	"github.com/aws/aws-lambda-go/lambda"
)

func newHandler() func(context.Context) error {
	var db *sql.DB
	return func(ctx context.Context) error {
		if db == nil {
			var err error
			if db, err = sql.Open("pgx", "postgres://db/shop"); err != nil {
				return err
			}
		}
		return db.PingContext(ctx)
	}
}

func newForgetful() func(context.Context) error {
	return func(ctx context.Context) error {
		var db *sql.DB
		if db == nil {
			var err error
			if db, err = sql.Open("pgx", "postgres://replica/shop"); err != nil { // want `database pool is .* on every request of`
				return err
			}
		}
		return db.PingContext(ctx)
	}
}

func main() {
	go lambda.Start(newForgetful())
	lambda.Start(newHandler())
}
