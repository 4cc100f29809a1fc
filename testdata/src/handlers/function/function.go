// A declared function, and one that nobody registers.
package main

import (
	"context"
	"regexp"

	"github.com/aws/aws-lambda-go/lambda"
)

func H(ctx context.Context, s string) (bool, error) {
	return regexp.MustCompile(`^cart-\d+$`).MatchString(s), nil // want `regular expression is .* on every request of H`
}

func Unused(ctx context.Context, s string) (bool, error) {
	return regexp.MustCompile(`^order-\d+$`).MatchString(s), nil
}

func main() { lambda.Start(H) }
