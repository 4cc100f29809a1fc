// Migrations run at start-up only.
package main

import (
	"context"
	"database/sql"
	"log"

	"github.com/aws/aws-lambda-go/lambda"
)

func migrate() error {
	db, err := sql.Open("pgx", "postgres://db/shop")
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.Exec("CREATE TABLE IF NOT EXISTS carts (id int)")
	return err
}

func H(ctx context.Context) error { return ctx.Err() }

func main() {
	if err := migrate(); err != nil {
		log.Fatal(err)
	}
	lambda.Start(H)
}
