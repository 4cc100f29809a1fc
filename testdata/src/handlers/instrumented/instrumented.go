// A library that we do not know wraps the handler.
package main

import (
	"context"
	"regexp"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/aws/aws-lambda-go/lambda"
	"go.opentelemetry.io/contrib/instrumentation/github.com/aws/aws-lambda-go/otellambda"
)

func H(ctx context.Context, id string) (bool, error) {
	return regexp.MustCompile(`^cart-\d+$`).MatchString(id), nil // want `regular expression is .* on every request of H`
}

func resource(ctx context.Context, e cfn.Event) (string, map[string]any, error) {
	regexp.MustCompile(`^arn:`).MatchString(e.PhysicalResourceID) // want `regular expression is .* on every request of resource`
	return e.PhysicalResourceID, nil, nil
}

func main() {
	go lambda.Start(cfn.LambdaWrap(resource))
	lambda.Start(otellambda.InstrumentHandler(H))
}
