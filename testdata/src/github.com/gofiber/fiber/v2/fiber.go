// Package fiber is a stub of github.com/gofiber/fiber/v2 v2.52.15.
package fiber

import "context"

type Ctx struct {
	params map[string]string
	ctx    context.Context
}

func (c *Ctx) Params(key string, defaultValue ...string) string { return c.params[key] }
func (c *Ctx) Query(key string, defaultValue ...string) string  { return c.params[key] }
func (c *Ctx) Get(key string, defaultValue ...string) string    { return c.params[key] }
func (c *Ctx) UserContext() context.Context                     { return c.ctx }
func (c *Ctx) SendString(body string) error                     { return nil }
func (c *Ctx) SendStatus(status int) error                      { return nil }

type Handler = func(*Ctx) error

type Config struct{ AppName string }

type Router interface {
	Use(args ...interface{}) Router
	Get(path string, handlers ...Handler) Router
	Post(path string, handlers ...Handler) Router
	Group(prefix string, handlers ...Handler) Router
}

type App struct{ handlers map[string][]Handler }

var _ Router = (*App)(nil)

func New(config ...Config) *App { return &App{handlers: map[string][]Handler{}} }

func (app *App) Use(args ...interface{}) Router { return app }
func (app *App) Get(path string, handlers ...Handler) Router {
	app.handlers[path] = handlers
	return app
}
func (app *App) Post(path string, handlers ...Handler) Router {
	app.handlers[path] = handlers
	return app
}
func (app *App) Group(prefix string, handlers ...Handler) Router { return app }
func (app *App) Listen(addr string) error                        { return nil }
