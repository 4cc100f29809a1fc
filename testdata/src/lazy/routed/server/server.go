package server

import (
	"context"
	"fmt"
	"net/http"

	"github.com/go-chi/chi/v5"
)

type Finder interface {
	Find(ctx context.Context, id string) (string, error)
}

type Server struct{ http *http.Server }

func New(finder Finder) *Server {
	mux := chi.NewRouter()
	mux.Mount("/api", routes(finder))
	mux.Get("/healthz", healthz)
	return &Server{&http.Server{Handler: mux}}
}

// Handler gives a router.
func (s *Server) Handler() http.Handler { return s.http.Handler }

func routes(finder Finder) chi.Router {
	mux := chi.NewRouter()
	mux.Get("/show", show(finder))
	mux.Get("/alarm", alarm)
	mux.Get("/", greet)
	mux.Get("/heathcheck", greet)
	return mux
}

func show(finder Finder) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id, err := finder.Find(r.Context(), r.URL.Path)
		if err != nil {
			http.Error(w, "not found", http.StatusNotFound)
			return
		}
		fmt.Fprintln(w, id)
	}
}

func greet(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "nothing here") }

// alarm shows what a failure looks like.
func alarm(w http.ResponseWriter, r *http.Request) {
	http.Error(w, "as asked for", http.StatusInternalServerError)
}

func healthz(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") }
