// Package fiber is a stub of github.com/gofiber/fiber/v3 v3.1.0.
package fiber

import "context"

type Ctx interface {
	Context() context.Context
	Params(key string, defaultValue ...string) string
	SendString(body string) error
}

type Handler = func(Ctx) error

type Config struct{ AppName string }

type Register interface {
	Get(handler any, handlers ...any) Register
	Post(handler any, handlers ...any) Register
}

type Router interface {
	Use(args ...any) Router
	Get(path string, handler any, handlers ...any) Router
	Post(path string, handler any, handlers ...any) Router
	Group(prefix string, handlers ...any) Router
	RouteChain(path string) Register
	Route(prefix string, fn func(router Router), name ...string) Router
}

type App struct{ handlers map[string][]any }

var _ Router = (*App)(nil)

func New(config ...Config) *App { return &App{handlers: map[string][]any{}} }

func (app *App) Use(args ...any) Router { return app }
func (app *App) Get(path string, handler any, handlers ...any) Router {
	app.handlers[path] = append([]any{handler}, handlers...)
	return app
}
func (app *App) Post(path string, handler any, handlers ...any) Router {
	return app.Get(path, handler, handlers...)
}
func (app *App) Group(prefix string, handlers ...any) Router { return app }
func (app *App) RouteChain(path string) Register             { return &Registering{app, path} }
func (app *App) Route(prefix string, fn func(router Router), name ...string) Router {
	fn(app)
	return app
}

type ListenConfig struct{ ListenerNetwork string }

func (app *App) Listen(addr string, config ...ListenConfig) error { return nil }

type Registering struct {
	app  *App
	path string
}

func (r *Registering) Get(handler any, handlers ...any) Register {
	r.app.Get(r.path, handler, handlers...)
	return r
}
func (r *Registering) Post(handler any, handlers ...any) Register {
	r.app.Post(r.path, handler, handlers...)
	return r
}
