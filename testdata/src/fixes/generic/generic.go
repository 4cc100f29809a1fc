// The handler is generic, what it builds is not.
package main

import (
	"context"
	"fmt"
	"regexp"

	"github.com/aws/aws-lambda-go/lambda"
)

func H[T any](ctx context.Context, v T) (bool, error) {
	return regexp.MustCompile(`^cart-\d+$`).MatchString(fmt.Sprint(v)), nil // want `regular expression is .* on every request of H`
}

func main() { lambda.Start(H[string]) }
