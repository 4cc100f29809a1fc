// Routers that hand requests on are no handlers, wherever they come from: only routes for probes, failures and greetings go without
// the client, or one for everybody as well.
package main

import (
	"context"
	"log"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/awslabs/aws-lambda-go-api-proxy/httpadapter"

	"lazy/routed/server"
	"lazy/routed/store"
)

func main() {
	finder, err := store.New(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	s := server.New(finder)
	lambda.Start(httpadapter.New(s.Handler()).ProxyWithContext)
}
