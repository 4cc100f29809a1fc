// What start-up still builds for routes that are gone.
package main

import (
	"context"
	"fmt"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

var (
	files  *s3.Client
	orders *dynamodb.Client
)

var users = dynamodb.NewFromConfig(aws.Config{}) // want `AWS dynamodb client is built when an instance starts, and no request of handle needs it; a cold start takes longer for nothing`

var bills = s3.NewFromConfig(aws.Config{}) // handle needs it: silent

func main() {
	// The files are for everybody.
	files = s3.NewFromConfig(aws.Config{})
	orders = dynamodb.NewFromConfig(aws.Config{}) // want `AWS dynamodb client is built when an instance starts, and no request of handle needs it; a cold start takes longer for nothing`
	lambda.Start(handle)
}

func handle(ctx context.Context, key string) (string, error) {
	out, err := files.GetObject(ctx, &s3.GetObjectInput{Key: &key})
	if err != nil {
		return "", err
	}
	return fmt.Sprint(out, bills), nil
}
