// Package otellambda is a stub of go.opentelemetry.io/contrib/instrumentation/github.com/aws/aws-lambda-go/otellambda.
package otellambda

import (
	"context"
	"reflect"

	"github.com/aws/aws-lambda-go/lambda"
)

type Option interface{ apply() }

func InstrumentHandler(handlerFunc interface{}, options ...Option) interface{} {
	handler := reflect.ValueOf(handlerFunc)
	wrapped := reflect.MakeFunc(handler.Type(), func(args []reflect.Value) []reflect.Value { return handler.Call(args) })
	return wrapped.Interface()
}

type wrappedHandler struct{ handler lambda.Handler }

func (h wrappedHandler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	return h.handler.Invoke(ctx, payload)
}

func WrapHandler(handler lambda.Handler, options ...Option) lambda.Handler {
	return wrappedHandler{handler}
}
