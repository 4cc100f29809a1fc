// The same as a function, beside which a server of its own is for whoever works on it.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() { lambda.Start(func(ctx context.Context) error { return nil }) }
