// The configuration is changed through an alias.
package main

import (
	"net/http"

	"github.com/gocql/gocql"
)

func H(w http.ResponseWriter, r *http.Request) {
	cluster := gocql.NewCluster("db")
	alias := cluster
	alias.Keyspace = r.URL.Query().Get("keyspace")
	s, err := cluster.CreateSession()
	if err != nil {
		return
	}
	defer s.Close()
	_ = s.Query("TRUNCATE sessions").Exec()
}

func G(w http.ResponseWriter, r *http.Request) {
	cluster := gocql.NewCluster("db")
	alias := cluster
	alias.Keyspace = "shop"
	s, err := cluster.CreateSession() // want `gocql session is .* on every request of G`
	if err != nil {
		return
	}
	defer s.Close()
	_ = s.Query("TRUNCATE sessions").Exec()
}

func main() {
	http.HandleFunc("/h", H)
	http.HandleFunc("/g", G)
	http.ListenAndServe(":8080", nil)
}
