// A lambda.Handler is a type with a method Invoke.
package main

import (
	"context"
	"regexp"

	"github.com/aws/aws-lambda-go/lambda"
)

type handler struct{}

func (handler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	regexp.MustCompile(`^cart-\d+$`).Match(payload) // want `regular expression is .* on every request of .*Invoke`
	return payload, nil
}

func main() { lambda.StartHandler(handler{}) }
