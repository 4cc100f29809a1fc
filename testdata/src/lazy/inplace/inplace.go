// What cannot fail stays where it is, and is built on first use.
package main

import (
	"context"
	"log"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

var (
	table *dynamodb.Client // of all
	files *s3.Client       // of covers
)

type event struct{ Method, Name string }

func main() {
	cfg, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	table = dynamodb.NewFromConfig(cfg) // both branches need it: silent
	files = s3.NewFromConfig(cfg)       // want `AWS s3 client is built when an instance starts, but handle can do without on some of its paths`
	lambda.Start(handle)
}

func handle(ctx context.Context, e event) (any, error) {
	switch e.Method {
	case "POST":
		if _, err := files.GetObject(ctx, &s3.GetObjectInput{Key: &e.Name}); err != nil {
			return nil, err
		}
		return table.GetItem(ctx, &dynamodb.GetItemInput{TableName: &e.Name})
	default:
		return table.GetItem(ctx, &dynamodb.GetItemInput{TableName: &e.Name})
	}
}
