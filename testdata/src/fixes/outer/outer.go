// The constructor needs a variable of main, which a package variable cannot see: no fix.
package main

import (
	"context"
	"database/sql"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	dsn := os.Getenv("DSN")
	lambda.Start(func(ctx context.Context) error {
		db, err := sql.Open("pgx", dsn) // want `database pool is .* on every request of`
		if err != nil {
			return err
		}
		defer db.Close()
		return db.PingContext(ctx)
	})
}
