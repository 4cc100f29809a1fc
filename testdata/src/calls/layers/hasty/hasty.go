// Only main knows which type is behind the interface. No call of the request stands in main, so the registration is blamed.
package main

import (
	"calls/layers/postgres"
	"calls/layers/service"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	s := service.New(postgres.Hasty{})
	lambda.Start(s.Handle) // want `database pool is .* on every request of .*Handle`
}
