// What start-up makes with a client is not all that it does with it.
package main

import (
	"context"
	"fmt"

	"strip/started/topics"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

var (
	created string
	shown   topics.Name
)

func main() {
	created = topics.Create(s3.NewFromConfig(aws.Config{})) // it is there afterwards: silent
	shown = topics.NameOf(s3.NewFromConfig(aws.Config{}))   // want `AWS s3 client is built when an instance starts, and no request of handle needs it`
	lambda.Start(handle)
}

func handle(ctx context.Context, key string) (string, error) { return fmt.Sprint(key), nil }
