// A function in a package variable that a test replaces.
package main

import (
	"context"
	"database/sql"

	"github.com/aws/aws-lambda-go/lambda"
)

var open = func() (*sql.DB, error) {
	return sql.Open("pgx", "postgres://db/shop") // want `database pool is .* on every request of H`
}

var openAt = sql.Open

func H(ctx context.Context) error {
	db, err := open()
	if err != nil {
		return err
	}
	defer db.Close()
	return db.PingContext(ctx)
}

func G(ctx context.Context, dsn string) error {
	db, err := openAt("pgx", dsn)
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
