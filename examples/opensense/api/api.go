// Package api has the routes of the function. A function may be anywhere at its next request, so each handler opens
// what it needs and closes it again.
package api

import (
	"log/slog"
	"net/http"
	"os"

	"github.com/go-chi/chi/v5"

	"github.com/faaslint/faaslint/examples/opensense/auth"
	"github.com/faaslint/faaslint/examples/opensense/config"
	"github.com/faaslint/faaslint/examples/opensense/endpoint"
)

// New returns the application with the settings of the environment. It is what one gets who moves the start of the
// server's main into a function, which calls it for each request.
func New() (http.Handler, error) {
	cfg := config.Load()
	logger := newLogger(cfg)
	signer, err := auth.NewSigner(cfg)
	if err != nil {
		logger.Error("start", "error", err)
		return nil, err
	}
	return NewRouter(Deps{Signer: signer, Logger: logger}), nil
}

func newLogger(cfg config.Config) *slog.Logger {
	level := slog.LevelInfo
	if cfg.Debug {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
}

// Deps is what all routes share.
type Deps struct {
	Signer *auth.Signer
	Logger *slog.Logger
}

// NewRouter returns the routes.
func NewRouter(d Deps) http.Handler {
	r := chi.NewRouter()
	r.Use(endpoint.Log(d.Logger), endpoint.CORS(), d.Signer.Identify)
	r.Get("/", home)
	r.Get("/view/{id}", sensorPage)
	r.Get("/apidocs", apiDocs)
	r.Get("/apidocs.json", swagger)
	r.Route("/api/v1.0", func(r chi.Router) {
		r.Get("/sensors", sensors)
		r.Post("/sensors/addSensor", addSensor)
		r.Get("/sensors/mysensors", mySensors)
		r.Get("/sensors/mysensorids", mySensorIDs)
		r.Post("/sensors/addValue", addValue)
		r.Post("/sensors/addMultipleValues", addMultipleValues)
		r.Get("/sensors/{id}", sensor)
		r.Delete("/sensors/{id}", deleteSensor)
		r.Get("/sensors/{id}/values", sensorValues)
		r.Get("/sensors/{id}/values/first", firstValue)
		r.Get("/sensors/{id}/values/last", lastValue)
		r.Get("/sensors/{id}/values/firstlast", firstLastValue)
		r.Get("/values", values)
		r.Get("/measurands", measurands)
		r.Get("/measurands/{id}", measurand)
		r.Get("/units", units)
		r.Get("/units/{id}", unit)
		r.Get("/licenses", licenses)
		r.Get("/licenses/{id}", license)
		r.Post("/users/login", d.login)
		r.Get("/users/profile", profile)
	})
	return r
}
