// Package mux is a stub of github.com/gorilla/mux v1.8.1.
package mux

import "net/http"

type MiddlewareFunc func(http.Handler) http.Handler

type Router struct {
	routes      []*Route
	middlewares []MiddlewareFunc
}

func NewRouter() *Router { return &Router{} }

func (r *Router) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.routes[0].handler.ServeHTTP(w, req)
}
func (r *Router) Use(mwf ...MiddlewareFunc) { r.middlewares = append(r.middlewares, mwf...) }
func (r *Router) Handle(path string, handler http.Handler) *Route {
	return r.PathPrefix(path).Handler(handler)
}
func (r *Router) HandleFunc(path string, f func(http.ResponseWriter, *http.Request)) *Route {
	return r.PathPrefix(path).HandlerFunc(f)
}
func (r *Router) PathPrefix(tpl string) *Route {
	route := &Route{path: tpl}
	r.routes = append(r.routes, route)
	return route
}

type Route struct {
	path     string
	name     string
	methods  []string
	handler  http.Handler
	children []*Router
}

func (r *Route) Handler(handler http.Handler) *Route {
	r.handler = handler
	return r
}
func (r *Route) HandlerFunc(f func(http.ResponseWriter, *http.Request)) *Route {
	return r.Handler(http.HandlerFunc(f))
}
func (r *Route) Methods(methods ...string) *Route {
	r.methods = append(r.methods, methods...)
	return r
}
func (r *Route) Name(name string) *Route {
	r.name = name
	return r
}
func (r *Route) Subrouter() *Router {
	sub := &Router{}
	r.children = append(r.children, sub)
	return sub
}

func Vars(r *http.Request) map[string]string { return map[string]string{"id": r.PathValue("id")} }
