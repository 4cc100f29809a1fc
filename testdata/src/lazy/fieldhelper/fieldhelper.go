// Another package opens what a field holds: the whole call moves if it does nothing else.
package fieldhelper

import (
	"context"
	"fmt"
	"net/http"

	"lazy/fieldhelper/store"
)

type server struct {
	store   *store.Store
	counted *store.Store
	seen    *store.Store
	box     *store.Box
}

// New returns the routes, and what closes them.
func New(ctx context.Context, url string) (http.Handler, func() error, error) {
	s, err := build(ctx, url)
	if err != nil {
		return nil, nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/list", s.list)
	mux.HandleFunc("/count", s.count)
	mux.HandleFunc("/boxed", s.boxed)
	mux.HandleFunc("/help", s.help)
	return mux, s.close, nil
}

func build(ctx context.Context, url string) (*server, error) {
	var s server
	var err error
	s.store, err = store.Open(ctx, url) // want `Postgres pool may be opened when build is called \(in lazy/fieldhelper/store.Open, store.go:41\), but of its handlers only server.list needs it, not server.boxed, server.count or server.help`
	if err != nil {
		return nil, err
	}
	s.counted, err = store.OpenCounted(ctx, url) // it counts, too: silent
	if err != nil {
		return nil, err
	}
	s.seen, err = store.OpenSeen(ctx, url) // others see whether it is there: silent
	if err != nil {
		return nil, err
	}
	s.box, err = store.OpenBox(ctx, url) // want `Firestore client is opened when build is called`
	if err != nil {
		return nil, err
	}
	return &s, nil
}

func (s *server) close() error { return s.store.Close() }

func (s *server) list(w http.ResponseWriter, r *http.Request) {
	var n int
	if err := s.store.Rows.QueryRow(r.Context(), "").Scan(&n); err != nil {
		http.Error(w, "list", http.StatusInternalServerError)
		return
	}
	fmt.Fprintln(w, n)
}

func (s *server) count(w http.ResponseWriter, r *http.Request) {
	s.counted.Rows.Exec(r.Context(), "")
	s.seen.Rows.Exec(r.Context(), "")
}

func (s *server) boxed(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, s.box.Doc("a").ID)
}

func (s *server) help(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") }
