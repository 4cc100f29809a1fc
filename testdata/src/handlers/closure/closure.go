// A literal in main looks like start-up code and runs per request.
package main

import (
	"context"
	"regexp"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	cart := regexp.MustCompile(`^cart-\d+$`)
	lambda.Start(func(ctx context.Context, s string) (bool, error) {
		order := regexp.MustCompile(`^order-\d+$`) // want `regular expression is .* on every request of`
		return cart.MatchString(s) || order.MatchString(s), nil
	})
}
