// Package echo is a stub of github.com/labstack/echo/v4 v4.16.0.
package echo

import "net/http"

type Context interface {
	Request() *http.Request
	Param(name string) string
	QueryParam(name string) string
	String(code int, s string) error
	NoContent(code int) error
}

type HandlerFunc func(c Context) error

type MiddlewareFunc func(next HandlerFunc) HandlerFunc

type Route struct{ Path string }

type Echo struct{ handlers map[string]HandlerFunc }

func New() (e *Echo) { return &Echo{handlers: map[string]HandlerFunc{}} }

func (e *Echo) Use(middleware ...MiddlewareFunc) {}
func (e *Echo) GET(path string, h HandlerFunc, m ...MiddlewareFunc) *Route {
	e.handlers[path] = h
	return &Route{path}
}
func (e *Echo) POST(path string, h HandlerFunc, m ...MiddlewareFunc) *Route {
	e.handlers[path] = h
	return &Route{path}
}
func (e *Echo) Group(prefix string, m ...MiddlewareFunc) (g *Group) { return &Group{e, prefix} }
func (e *Echo) ServeHTTP(w http.ResponseWriter, r *http.Request)    {}
func (e *Echo) Start(address string) error                          { return http.ListenAndServe(address, e) }

type Group struct {
	echo   *Echo
	prefix string
}

func (g *Group) GET(path string, h HandlerFunc, m ...MiddlewareFunc) *Route {
	return g.echo.GET(g.prefix+path, h, m...)
}
func (g *Group) POST(path string, h HandlerFunc, m ...MiddlewareFunc) *Route {
	return g.echo.POST(g.prefix+path, h, m...)
}
