// Only constants are stored, but the request decides whether.
package main

import (
	"net/http"
	"os"

	"github.com/gocql/gocql"
)

func H(w http.ResponseWriter, r *http.Request) {
	cluster := gocql.NewCluster("db")
	if r.Method == http.MethodPut {
		cluster.Consistency = gocql.LocalQuorum
	}
	s, err := cluster.CreateSession()
	if err != nil {
		return
	}
	defer s.Close()
	_ = s.Query("TRUNCATE sessions").Exec()
}

func G(w http.ResponseWriter, r *http.Request) {
	cluster := gocql.NewCluster("db")
	if os.Getenv("STAGE") == "prod" {
		cluster.Consistency = gocql.LocalQuorum
	}
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
