// The context is the request's, and requests run side by side.
package main

import (
	"net/http"
	"os"

	"github.com/jackc/pgx/v5/pgxpool"
)

func H(w http.ResponseWriter, r *http.Request) {
	pool, err := pgxpool.New(r.Context(), os.Getenv("DATABASE_URL")) // want `Postgres pool is .* on every request of H`
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer pool.Close()
	_, _ = pool.Exec(r.Context(), "DELETE FROM carts WHERE id = $1", r.PathValue("id"))
}

func main() {
	http.HandleFunc("/{id}", H)
	http.ListenAndServe(":8080", nil)
}
