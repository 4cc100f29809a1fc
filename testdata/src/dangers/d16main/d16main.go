// In package main nobody else can call the setter, and main calls it before it serves.
package main

import (
	"database/sql"
	"net/http"
)

var dsn = "postgres://db/shop"

func setDSN(s string) { dsn = s }

func H(w http.ResponseWriter, r *http.Request) {
	db, err := sql.Open("pgx", dsn) // want `database pool is .* on every request of H`
	if err != nil {
		return
	}
	defer db.Close()
	_, _ = db.Exec("DELETE FROM carts")
}

func main() {
	setDSN("postgres://replica/shop")
	http.HandleFunc("/h", H)
	http.ListenAndServe(":8080", nil)
}
