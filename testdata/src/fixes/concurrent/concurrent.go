// The same where requests run side by side, with a context that only the request has.
package main

import (
	"net/http"

	"github.com/gocql/gocql"
)

func H(w http.ResponseWriter, r *http.Request) {
	cluster := gocql.NewCluster("10.0.0.1")
	cluster.Keyspace = "shop"
	session, err := cluster.CreateSession() // want `gocql session is .* on every request of H`
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer session.Close()
	if err := session.Query("TRUNCATE sessions").Exec(); err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
	}
}

func main() {
	http.HandleFunc("/", H)
	http.ListenAndServe(":8080", nil)
}
