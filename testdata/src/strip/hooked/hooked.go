// A handler behind an interface runs a function that another package may have set: nobody knows what it needs.
package main

import (
	"strip/hooked/api"
	"strip/hooked/orders"
	"strip/hooked/store"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func main() {
	store.Files = s3.NewFromConfig(aws.Config{}) // silent
	h := &api.Handler{Service: &orders.Orders{}}
	lambda.Start(h.Handle)
}
