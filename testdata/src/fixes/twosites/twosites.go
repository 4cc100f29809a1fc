// Two handlers build the same pool: one object for both.
package main

import (
	"net/http"
	"os"

	"github.com/jackc/pgx/v5/pgxpool"
)

func list(w http.ResponseWriter, r *http.Request) {
	pool, err := pgxpool.New(r.Context(), os.Getenv("DATABASE_URL")) // want `Postgres pool is .* on every request of`
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer pool.Close()
	_, _ = pool.Exec(r.Context(), "SELECT 1")
}

func remove(w http.ResponseWriter, r *http.Request) {
	pool, err := pgxpool.New(r.Context(), os.Getenv("DATABASE_URL")) // want `Postgres pool is .* on every request of`
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	defer pool.Close()
	_, _ = pool.Exec(r.Context(), "DELETE FROM carts WHERE id = $1", r.PathValue("id"))
}

func main() {
	http.HandleFunc("GET /", list)
	http.HandleFunc("DELETE /{id}", remove)
	http.ListenAndServe(":8080", nil)
}
