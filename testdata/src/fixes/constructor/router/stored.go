package main

import (
	"database/sql"
	"net/http"

	"github.com/go-chi/chi/v5"
)

// newStored opens a pool, which is kept where it is opened.
func newStored() http.Handler {
	db, err := sql.Open("pgx", "postgres://db/shop") // want `database pool is opened on every request of Stored`
	if err != nil {
		panic(err)
	}
	r := chi.NewRouter() // want `router is built on every request of Stored`
	r.Get("/", func(w http.ResponseWriter, r *http.Request) { _ = db.PingContext(r.Context()) })
	return r
}

func Stored(w http.ResponseWriter, r *http.Request) { newStored().ServeHTTP(w, r) }
