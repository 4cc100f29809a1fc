// regexp is not the package regexp.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

type compiler struct{}

func (compiler) MustCompile(string) *compiler { return nil }

func H(ctx context.Context, s string) (bool, error) {
	regexp := compiler{}
	return regexp.MustCompile(`^cart-\d+$`) == nil, nil
}

func main() { lambda.Start(H) }
