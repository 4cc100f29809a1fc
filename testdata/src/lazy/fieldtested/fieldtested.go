// A test gives the field another object, which it could no longer.
package fieldtested

import (
	"context"
	"fmt"
	"net/http"

	"github.com/jackc/pgx/v4/pgxpool"
)

type server struct{ pool *pgxpool.Pool }

func newServer(ctx context.Context, url string) (*server, error) {
	pool, err := pgxpool.Connect(ctx, url) // want `Postgres pool is opened when newServer is called, but of its handlers only server.list needs it, not server.help`
	if err != nil {
		return nil, err
	}
	return &server{pool: pool}, nil
}

// Routes returns the routes.
func Routes(ctx context.Context, url string) (http.Handler, error) {
	s, err := newServer(ctx, url)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/list", s.list)
	mux.HandleFunc("/help", s.help)
	return mux, nil
}

func (s *server) list(w http.ResponseWriter, r *http.Request) {
	if _, err := s.pool.Exec(r.Context(), ""); err != nil {
		http.Error(w, "list", http.StatusInternalServerError)
	}
}

func (s *server) help(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") }
