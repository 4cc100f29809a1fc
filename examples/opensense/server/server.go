// Package server is the application as it was before it became a function: one process that has what it needs from
// its start to its end.
package server

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/faaslint/faaslint/examples/opensense/auth"
	"github.com/faaslint/faaslint/examples/opensense/catalogue"
	"github.com/faaslint/faaslint/examples/opensense/config"
	"github.com/faaslint/faaslint/examples/opensense/docs"
	"github.com/faaslint/faaslint/examples/opensense/endpoint"
	"github.com/faaslint/faaslint/examples/opensense/store"
	"github.com/faaslint/faaslint/examples/opensense/web"
)

// A Server has all that the endpoints need.
type Server struct {
	store     *store.Store
	catalogue *catalogue.Catalogue
	document  *docs.Document
	pages     *web.Pages
	signer    *auth.Signer
	zone      *time.Location
	logger    *slog.Logger
}

// New returns a server with the configured store.
func New(ctx context.Context, cfg config.Config, logger *slog.Logger) (*Server, error) {
	s := &Server{logger: logger}
	var err error
	if s.catalogue, err = catalogue.Load(); err != nil {
		return nil, err
	}
	if s.document, err = docs.Load(); err != nil {
		return nil, err
	}
	if s.pages, err = web.Parse(); err != nil {
		return nil, err
	}
	if s.signer, err = auth.NewSigner(cfg); err != nil {
		return nil, err
	}
	if s.zone, err = time.LoadLocation(cfg.TimeZone); err != nil {
		return nil, fmt.Errorf("load time zone: %w", err)
	}
	s.store, err = store.Open(ctx, cfg)
	return s, err
}

// Start returns the routes of a server with the settings of the environment, for an instance that lives as long as the
// server would: without its store the process ends, and the platform starts another one.
func Start() http.Handler {
	logger := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	s, err := New(context.Background(), config.Load(), logger)
	if err != nil {
		logger.Error("start", "error", err)
		os.Exit(1)
	}
	return s.Handler()
}

// UseStore gives the server another store than the configured one, before it has a handler.
func (s *Server) UseStore(st *store.Store) { s.store = st }

// Close closes the store.
func (s *Server) Close() { s.store.Close() }

// Handler returns the routes.
func (s *Server) Handler() http.Handler {
	r := chi.NewRouter()
	r.Use(endpoint.Log(s.logger), endpoint.CORS(), s.signer.Identify)
	r.Get("/", s.home)
	r.Get("/view/{id}", s.sensorPage)
	r.Get("/apidocs", s.docs)
	r.Get("/apidocs.json", s.swagger)
	r.Route("/api/v1.0", func(r chi.Router) {
		r.Get("/sensors", s.sensors)
		r.Post("/sensors/addSensor", s.addSensor)
		r.Get("/sensors/mysensors", s.mySensors)
		r.Get("/sensors/mysensorids", s.mySensorIDs)
		r.Post("/sensors/addValue", s.addValue)
		r.Post("/sensors/addMultipleValues", s.addMultipleValues)
		r.Get("/sensors/{id}", s.sensor)
		r.Delete("/sensors/{id}", s.deleteSensor)
		r.Get("/sensors/{id}/values", s.sensorValues)
		r.Get("/sensors/{id}/values/first", s.firstValue)
		r.Get("/sensors/{id}/values/last", s.lastValue)
		r.Get("/sensors/{id}/values/firstlast", s.firstLastValue)
		r.Get("/values", s.values)
		r.Get("/measurands", s.measurands)
		r.Get("/measurands/{id}", s.measurand)
		r.Get("/units", s.units)
		r.Get("/units/{id}", s.unit)
		r.Get("/licenses", s.licenses)
		r.Get("/licenses/{id}", s.license)
		r.Post("/users/login", s.login)
		r.Get("/users/profile", s.profile)
	})
	return r
}

func (s *Server) home(w http.ResponseWriter, r *http.Request) {
	endpoint.Home(w, r, s.store.Meta, s.catalogue, s.pages)
}

func (s *Server) sensorPage(w http.ResponseWriter, r *http.Request) {
	endpoint.SensorPage(w, r, s.store, s.catalogue, s.pages, s.zone)
}

func (s *Server) docs(w http.ResponseWriter, r *http.Request) {
	endpoint.Docs(w, r, s.document, s.pages)
}

func (s *Server) swagger(w http.ResponseWriter, r *http.Request) {
	endpoint.Swagger(w, r, s.document)
}

func (s *Server) sensors(w http.ResponseWriter, r *http.Request) {
	endpoint.Sensors(w, r, s.store.Meta, s.catalogue)
}

func (s *Server) addSensor(w http.ResponseWriter, r *http.Request) {
	endpoint.AddSensor(w, r, s.store.Meta, s.catalogue)
}

func (s *Server) mySensors(w http.ResponseWriter, r *http.Request) {
	endpoint.MySensors(w, r, s.store.Meta)
}

func (s *Server) mySensorIDs(w http.ResponseWriter, r *http.Request) {
	endpoint.MySensorIDs(w, r, s.store.Meta)
}

func (s *Server) addValue(w http.ResponseWriter, r *http.Request) {
	endpoint.AddValue(w, r, s.store)
}

func (s *Server) addMultipleValues(w http.ResponseWriter, r *http.Request) {
	endpoint.AddMultipleValues(w, r, s.store)
}

func (s *Server) sensor(w http.ResponseWriter, r *http.Request) {
	endpoint.Sensor(w, r, s.store.Meta)
}

func (s *Server) deleteSensor(w http.ResponseWriter, r *http.Request) {
	endpoint.DeleteSensor(w, r, s.store)
}

func (s *Server) sensorValues(w http.ResponseWriter, r *http.Request) {
	endpoint.SensorValues(w, r, s.store)
}

func (s *Server) firstValue(w http.ResponseWriter, r *http.Request) {
	endpoint.FirstValue(w, r, s.store)
}

func (s *Server) lastValue(w http.ResponseWriter, r *http.Request) {
	endpoint.LastValue(w, r, s.store)
}

func (s *Server) firstLastValue(w http.ResponseWriter, r *http.Request) {
	endpoint.FirstLastValue(w, r, s.store)
}

func (s *Server) values(w http.ResponseWriter, r *http.Request) {
	endpoint.Values(w, r, s.store, s.catalogue)
}

func (s *Server) measurands(w http.ResponseWriter, r *http.Request) {
	endpoint.Measurands(w, r, s.catalogue)
}

func (s *Server) measurand(w http.ResponseWriter, r *http.Request) {
	endpoint.Measurand(w, r, s.catalogue)
}

func (s *Server) units(w http.ResponseWriter, r *http.Request) {
	endpoint.Units(w, r, s.catalogue)
}

func (s *Server) unit(w http.ResponseWriter, r *http.Request) {
	endpoint.Unit(w, r, s.catalogue)
}

func (s *Server) licenses(w http.ResponseWriter, r *http.Request) {
	endpoint.Licenses(w, r, s.catalogue)
}

func (s *Server) license(w http.ResponseWriter, r *http.Request) {
	endpoint.License(w, r, s.catalogue)
}

func (s *Server) login(w http.ResponseWriter, r *http.Request) {
	endpoint.Login(w, r, s.store.Meta, s.signer)
}

func (s *Server) profile(w http.ResponseWriter, r *http.Request) {
	endpoint.Profile(w, r, s.store.Meta)
}
