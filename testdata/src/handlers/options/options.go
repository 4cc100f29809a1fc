// What is passed beside the handler is no handler.
package main

import (
	"context"
	"regexp"

	"github.com/aws/aws-lambda-go/lambda"
)

func H(ctx context.Context, id string) (bool, error) {
	return regexp.MustCompile(`^cart-\d+$`).MatchString(id), nil // want `regular expression is .* on every request of H`
}

func stop() { regexp.MustCompile(`^order-\d+$`).MatchString("") }

func main() {
	lambda.StartWithOptions(H, lambda.WithEnableSIGTERM(stop))
}
