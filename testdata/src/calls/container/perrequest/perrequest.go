// One container for each request: its guard never holds.
package main

import (
	"context"
	"os"

	"calls/container/box"

	"github.com/aws/aws-lambda-go/lambda"
)

func H(ctx context.Context) error {
	deps := box.New(os.Getenv("DSN"))
	db, err := deps.DB() // want `database pool is .* on every request of H`
	if err != nil {
		return err
	}
	return db.PingContext(ctx)
}

func main() { lambda.Start(H) }
