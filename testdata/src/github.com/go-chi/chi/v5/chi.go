// Package chi is a stub of github.com/go-chi/chi/v5 v5.5.0.
package chi

import "net/http"

type Router interface {
	http.Handler
	Use(middlewares ...func(http.Handler) http.Handler)
	With(middlewares ...func(http.Handler) http.Handler) Router
	Group(fn func(r Router)) Router
	Route(pattern string, fn func(r Router)) Router
	Mount(pattern string, h http.Handler)
	Handle(pattern string, h http.Handler)
	HandleFunc(pattern string, h http.HandlerFunc)
	Method(method, pattern string, h http.Handler)
	MethodFunc(method, pattern string, h http.HandlerFunc)
	Delete(pattern string, h http.HandlerFunc)
	Get(pattern string, h http.HandlerFunc)
	Post(pattern string, h http.HandlerFunc)
	Put(pattern string, h http.HandlerFunc)
}

type Mux struct {
	handler  http.Handler
	handlers map[string]http.Handler
	around   []func(http.Handler) http.Handler
}

var _ Router = (*Mux)(nil)

func NewMux() *Mux    { return &Mux{handlers: map[string]http.Handler{}} }
func NewRouter() *Mux { return NewMux() }

func (mx *Mux) ServeHTTP(w http.ResponseWriter, r *http.Request) { mx.handler.ServeHTTP(w, r) }

func (mx *Mux) Use(middlewares ...func(http.Handler) http.Handler) {
	mx.around = append(mx.around, middlewares...)
}
func (mx *Mux) With(middlewares ...func(http.Handler) http.Handler) Router { return mx }
func (mx *Mux) Group(fn func(r Router)) Router {
	fn(mx)
	return mx
}
func (mx *Mux) Route(pattern string, fn func(r Router)) Router {
	sub := NewRouter()
	fn(sub)
	mx.Mount(pattern, sub)
	return sub
}
func (mx *Mux) Mount(pattern string, handler http.Handler)            { mx.handlers[pattern] = handler }
func (mx *Mux) Handle(pattern string, handler http.Handler)           { mx.handlers[pattern] = handler }
func (mx *Mux) HandleFunc(pattern string, handlerFn http.HandlerFunc) { mx.Handle(pattern, handlerFn) }
func (mx *Mux) Method(method, pattern string, handler http.Handler)   { mx.Handle(pattern, handler) }
func (mx *Mux) MethodFunc(method, pattern string, handlerFn http.HandlerFunc) {
	mx.Handle(pattern, handlerFn)
}
func (mx *Mux) Delete(pattern string, handlerFn http.HandlerFunc) { mx.Handle(pattern, handlerFn) }
func (mx *Mux) Get(pattern string, handlerFn http.HandlerFunc)    { mx.Handle(pattern, handlerFn) }
func (mx *Mux) Post(pattern string, handlerFn http.HandlerFunc)   { mx.Handle(pattern, handlerFn) }
func (mx *Mux) Put(pattern string, handlerFn http.HandlerFunc)    { mx.Handle(pattern, handlerFn) }

func URLParam(r *http.Request, key string) string { return r.PathValue(key) }
