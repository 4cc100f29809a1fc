// Package cfn is a stub of github.com/aws/aws-lambda-go/cfn v1.55.1.
package cfn

import "context"

type RequestType string

type Event struct {
	RequestType        RequestType
	PhysicalResourceID string
	ResourceProperties map[string]interface{}
}

type CustomResourceLambdaFunction func(context.Context, Event) (reason string, err error)

type CustomResourceFunction func(context.Context, Event) (physicalResourceID string, data map[string]interface{}, err error)

func LambdaWrap(lambdaFunction CustomResourceFunction) (fn CustomResourceLambdaFunction) {
	return func(ctx context.Context, event Event) (string, error) {
		id, _, err := lambdaFunction(ctx, event)
		return id, err
	}
}
