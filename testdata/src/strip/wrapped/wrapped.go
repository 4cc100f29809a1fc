// What nobody needs is taken out with all of the expression that sets it, so that may do nothing else.
package main

import (
	"context"
	"expvar"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

var alone *s3.Client

var passed *s3.Client

func count(c *s3.Client) *s3.Client {
	expvar.NewInt("clients").Add(1)
	return c
}

func main() {
	alone = s3.New(s3.Options{Region: "eu"})         // want `no request of handle needs it`
	passed = count(s3.New(s3.Options{Region: "eu"})) // want `no request of handle needs it`
	lambda.Start(handle)
}

func handle(ctx context.Context, name string) (string, error) { return name, nil }
