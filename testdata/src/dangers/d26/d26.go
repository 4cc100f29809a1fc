// One value for each type argument. What a method of a type parameter returns is not known here: silent.
package main

import (
	"context"
	"regexp"

	"github.com/aws/aws-lambda-go/lambda"
)

type Patterned interface{ Pattern() string }

type cart struct{ ID string }

func (cart) Pattern() string { return `^cart-\d+$` }

func H[T Patterned](ctx context.Context, v T) (bool, error) {
	var zero T
	return regexp.MustCompile(zero.Pattern()).MatchString("cart-1"), nil
}

func main() { lambda.Start(H[cart]) }
