// A function that returns the handler, called in the registering call.
package main

import (
	"context"
	"database/sql"
	"log"

	"github.com/aws/aws-lambda-go/lambda"
)

type handler func(ctx context.Context, id string) error

func newHandler(dsn string) handler {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		log.Fatal(err)
	}
	return func(ctx context.Context, id string) error {
		own, err := sql.Open("pgx", "postgres://replica/shop") // want `database pool is .* on every request of`
		if err != nil {
			return err
		}
		defer own.Close()
		if err := db.PingContext(ctx); err != nil {
			return err
		}
		return own.PingContext(ctx)
	}
}

func main() { lambda.Start(newHandler("postgres://db/shop")) }
