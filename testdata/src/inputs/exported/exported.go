// Variables of another package: constant unless somebody assigns them while requests run.
package main

import (
	"database/sql"
	"net/http"

	"inputs/exported/lib"
)

func try(db *sql.DB, err error) {
	if err == nil {
		defer db.Close()
		_ = db.Ping()
	}
}

var chosen string

func H(w http.ResponseWriter, r *http.Request) {
	try(sql.Open("pgx", lib.Default)) // want `database pool is .* on every request of H`
	chosen = r.URL.Path
	try(sql.Open("pgx", chosen))
}

func main() {
	lib.Use("postgres://replica/shop")
	http.HandleFunc("/", H)
	http.ListenAndServe(":8080", nil)
}
