// Tests give each call its own environment: kept objects would leak from one test into the next. No fix for H.
package main

import (
	"context"
	"database/sql"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
)

func H(ctx context.Context) error {
	db, err := sql.Open("pgx", os.Getenv("DSN")) // want `database pool is .* on every request of H`
	if err != nil {
		return err
	}
	defer db.Close()
	return db.PingContext(ctx)
}

func main() { lambda.Start(H) }
