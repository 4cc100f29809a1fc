// What only the request knows.
package main

import (
	"database/sql"
	"net/http"
	"strconv"
	"time"
)

type tenantKey struct{}

type payload struct{ dsn string }

var last string

func parse(r *http.Request) payload { return payload{r.FormValue("dsn")} }

func try(db *sql.DB, err error) {
	if err == nil {
		defer db.Close()
		_ = db.Ping()
	}
}

func H(w http.ResponseWriter, r *http.Request) {
	try(sql.Open("pgx", r.Header.Get("X-DSN")))
	try(sql.Open("pgx", "postgres://db/"+r.PathValue("tenant")))

	tenant, _ := r.Context().Value(tenantKey{}).(string)
	try(sql.Open("pgx", "postgres://db/"+tenant))

	try(sql.Open("pgx", "postgres://db/"+strconv.Itoa(time.Now().Year())))
	try(sql.Open("pgx", parse(r).dsn))

	last = r.URL.Path
	try(sql.Open("pgx", last))

	dsn := "postgres://db/shop"
	if r.TLS != nil {
		dsn += "?sslmode=require"
	}
	try(sql.Open("pgx", dsn))

	buf := make([]byte, 16)
	n, _ := r.Body.Read(buf)
	try(sql.Open("pgx", string(buf[:n])))

	try(sql.Open("pgx", "postgres://db/shop")) // want `database pool is .* on every request of H`
}

func main() {
	http.HandleFunc("/", H)
	http.ListenAndServe(":8080", nil)
}
