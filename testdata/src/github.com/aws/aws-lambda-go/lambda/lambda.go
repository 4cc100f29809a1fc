// Package lambda is a stub of github.com/aws/aws-lambda-go/lambda v1.55.1.
package lambda

import "context"

type Handler interface {
	Invoke(ctx context.Context, payload []byte) ([]byte, error)
}

type handlerOptions struct{ handler any }

type Option func(*handlerOptions)

func WithContext(ctx context.Context) Option       { return func(*handlerOptions) {} }
func WithSetEscapeHTML(escapeHTML bool) Option     { return func(*handlerOptions) {} }
func WithEnableSIGTERM(callbacks ...func()) Option { return func(*handlerOptions) {} }

var started any

func Start(handler interface{})                                    { started = handler }
func StartWithContext(ctx context.Context, handler interface{})    { started = handler }
func StartHandler(handler Handler)                                 { started = handler }
func StartHandlerWithContext(ctx context.Context, handler Handler) { started = handler }
func StartWithOptions(handler interface{}, options ...Option)      { started = handler }

type HandlerFunc[TIn, TOut any] interface {
	func(context.Context, TIn) (TOut, error)
}

func StartHandlerFunc[TIn any, TOut any, H HandlerFunc[TIn, TOut]](handler H, options ...Option) {
	started = handler
}

func (h handlerOptions) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	return payload, ctx.Err()
}

func NewHandler(handlerFunc interface{}) Handler { return NewHandlerWithOptions(handlerFunc) }

func NewHandlerWithOptions(handlerFunc interface{}, options ...Option) Handler {
	return handlerOptions{handlerFunc}
}
