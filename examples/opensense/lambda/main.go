// Lambda is OpenSense as an AWS Lambda function behind a function URL (InvokeMode: RESPONSE_STREAM), naive as the
// action is.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdaurl"

	"github.com/faaslint/faaslint/examples/opensense/api"
)

func main() { lambda.Start(handle) }

func handle(ctx context.Context, r *events.LambdaFunctionURLRequest) (*events.LambdaFunctionURLStreamingResponse, error) {
	app, err := api.New()
	if err != nil {
		return nil, err
	}
	return lambdaurl.Wrap(app)(ctx, r)
}
