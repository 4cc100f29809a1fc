// Package echo is a stub of github.com/labstack/echo/v5 v5.4.5.
package echo

import "net/http"

type Context struct{ request *http.Request }

func (c *Context) Request() *http.Request          { return c.request }
func (c *Context) Param(name string) string        { return c.request.PathValue(name) }
func (c *Context) String(code int, s string) error { return nil }

type HandlerFunc func(c *Context) error

type MiddlewareFunc func(next HandlerFunc) HandlerFunc

type RouteInfo struct{ Path string }

type Echo struct{ handlers map[string]HandlerFunc }

func New() *Echo { return &Echo{handlers: map[string]HandlerFunc{}} }

func (e *Echo) Use(middleware ...MiddlewareFunc) {}
func (e *Echo) GET(path string, h HandlerFunc, m ...MiddlewareFunc) RouteInfo {
	e.handlers[path] = h
	return RouteInfo{path}
}
func (e *Echo) POST(path string, h HandlerFunc, m ...MiddlewareFunc) RouteInfo {
	return e.GET(path, h, m...)
}
func (e *Echo) Group(prefix string, m ...MiddlewareFunc) (g *Group) { return &Group{e, prefix} }
func (e *Echo) ServeHTTP(w http.ResponseWriter, r *http.Request)    {}
func (e *Echo) Start(address string) error                          { return http.ListenAndServe(address, e) }

type Group struct {
	echo   *Echo
	prefix string
}

func (g *Group) GET(path string, h HandlerFunc, m ...MiddlewareFunc) RouteInfo {
	return g.echo.GET(g.prefix+path, h, m...)
}
func (g *Group) POST(path string, h HandlerFunc, m ...MiddlewareFunc) RouteInfo {
	return g.echo.POST(g.prefix+path, h, m...)
}
