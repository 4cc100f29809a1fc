// A client behind two interfaces, each of another package: every request comes to it.
package main

import (
	"strip/chained/api"
	"strip/chained/orders"
	"strip/chained/store"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func main() {
	table := dynamodb.NewFromConfig(aws.Config{})
	files := s3.NewFromConfig(aws.Config{}) // want `AWS s3 client is built when an instance starts, and no request of api.Handler.Handle needs it`
	h := &api.Handler{Service: &orders.Orders{Repo: &store.Repo{Table: table, Files: files}}}
	lambda.Start(h.Handle)
}
