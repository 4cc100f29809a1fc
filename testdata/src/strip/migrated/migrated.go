// What a function of another package uses right after it was opened start-up needs.
package main

import (
	"context"
	"fmt"

	"strip/migrated/db"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	db.OpenAndMigrate()
	db.Open() // want `AWS s3 client is built when an instance starts .*, and no request of handle needs it`
	lambda.Start(handle)
}

func handle(ctx context.Context, key string) (string, error) { return fmt.Sprint(key), nil }
