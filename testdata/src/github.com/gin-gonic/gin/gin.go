// Package gin is a stub of github.com/gin-gonic/gin v1.12.0.
package gin

import "net/http"

type Context struct {
	Request *http.Request
	Writer  http.ResponseWriter
}

func (c *Context) Param(key string) string                       { return c.Request.PathValue(key) }
func (c *Context) Query(key string) (value string)               { return c.Request.URL.Query().Get(key) }
func (c *Context) Status(code int)                               {}
func (c *Context) String(code int, format string, values ...any) {}
func (c *Context) JSON(code int, obj any)                        {}
func (c *Context) Next()                                         {}

type HandlerFunc func(*Context)

type HandlersChain []HandlerFunc

type OptionFunc func(*Engine)

type IRoutes interface {
	Use(...HandlerFunc) IRoutes
	Handle(string, string, ...HandlerFunc) IRoutes
	GET(string, ...HandlerFunc) IRoutes
	POST(string, ...HandlerFunc) IRoutes
}

type RouterGroup struct{ Handlers HandlersChain }

func (group *RouterGroup) Use(middleware ...HandlerFunc) IRoutes {
	group.Handlers = append(group.Handlers, middleware...)
	return group
}
func (group *RouterGroup) Group(relativePath string, handlers ...HandlerFunc) *RouterGroup {
	return &RouterGroup{Handlers: handlers}
}
func (group *RouterGroup) Handle(httpMethod, relativePath string, handlers ...HandlerFunc) IRoutes {
	group.Handlers = append(group.Handlers, handlers...)
	return group
}
func (group *RouterGroup) GET(relativePath string, handlers ...HandlerFunc) IRoutes {
	group.Handlers = append(group.Handlers, handlers...)
	return group
}
func (group *RouterGroup) POST(relativePath string, handlers ...HandlerFunc) IRoutes {
	group.Handlers = append(group.Handlers, handlers...)
	return group
}

type Engine struct{ RouterGroup }

func New(opts ...OptionFunc) *Engine     { return &Engine{} }
func Default(opts ...OptionFunc) *Engine { return New(opts...) }

func (engine *Engine) Use(middleware ...HandlerFunc) IRoutes {
	return engine.RouterGroup.Use(middleware...)
}
func (engine *Engine) ServeHTTP(w http.ResponseWriter, req *http.Request) {}
func (engine *Engine) Run(addr ...string) (err error)                     { return nil }
