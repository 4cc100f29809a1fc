// The value is set in main: right on first use, wrong in a package variable's initialiser.
package main

import (
	"database/sql"
	"flag"
	"net/http"
)

var dsn string

func H(w http.ResponseWriter, r *http.Request) {
	db, err := sql.Open("pgx", dsn) // want `database pool is .* on every request of H`
	if err != nil {
		return
	}
	defer db.Close()
	_, _ = db.Exec("DELETE FROM carts")
}

func main() {
	arg := flag.String("dsn", "postgres://db/shop", "database")
	flag.Parse()
	dsn = *arg
	http.HandleFunc("/h", H)
	http.ListenAndServe(":8080", nil)
}
