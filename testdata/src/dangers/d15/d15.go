// The environment is written while a request runs: reading it is not reading a constant.
package main

import (
	"database/sql"
	"net/http"
	"os"
)

func H(w http.ResponseWriter, r *http.Request) {
	os.Setenv("DSN", r.Header.Get("X-DSN"))
	db, err := sql.Open("pgx", os.Getenv("DSN"))
	if err != nil {
		return
	}
	defer db.Close()
	_, _ = db.Exec("DELETE FROM carts")
}

func main() {
	http.HandleFunc("/h", H)
	http.ListenAndServe(":8080", nil)
}
