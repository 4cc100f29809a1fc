// One container for the process: its guard holds.
package main

import (
	"context"
	"os"

	"calls/container/box"

	"github.com/aws/aws-lambda-go/lambda"
)

var deps = box.New(os.Getenv("DSN"))

func H(ctx context.Context) error {
	db, err := deps.DB()
	if err != nil {
		return err
	}
	return db.PingContext(ctx)
}

func main() { lambda.Start(H) }
