// A package variable, and the twin whose := declares another variable.
package main

import (
	"context"
	"database/sql"

	"github.com/aws/aws-lambda-go/lambda"
)

var db *sql.DB

func H(ctx context.Context) error {
	if db == nil {
		var err error
		db, err = sql.Open("pgx", "postgres://db/shop")
		if err != nil {
			return err
		}
	}
	return db.PingContext(ctx)
}

var replica *sql.DB

func G(ctx context.Context) error {
	if replica == nil {
		replica, err := sql.Open("pgx", "postgres://replica/shop") // want `database pool is .* on every request of G`
		if err != nil {
			return err
		}
		return replica.PingContext(ctx)
	}
	return replica.PingContext(ctx)
}

func main() {
	go lambda.Start(G)
	lambda.Start(H)
}
