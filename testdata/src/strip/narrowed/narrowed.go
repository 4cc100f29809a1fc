// A client behind an interface that is converted to a smaller one: every request comes to it.
package main

import (
	"strip/narrowed/api"
	"strip/narrowed/store"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func main() {
	table := dynamodb.NewFromConfig(aws.Config{})
	files := s3.NewFromConfig(aws.Config{}) // want `AWS s3 client is built when an instance starts, and no request of api.Handler.Handle needs it`
	lambda.Start(api.New(&store.AWS{Table: table, Files: files}).Handle)
}
