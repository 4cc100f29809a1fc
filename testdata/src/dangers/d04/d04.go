// The configuration is changed by a closure and by a helper.
package main

import (
	"net/http"

	"github.com/gocql/gocql"
)

func H(w http.ResponseWriter, r *http.Request) {
	cluster := gocql.NewCluster("db")
	choose := func() { cluster.Keyspace = r.URL.Query().Get("keyspace") }
	choose()
	s, err := cluster.CreateSession()
	if err != nil {
		return
	}
	defer s.Close()
	_ = s.Query("TRUNCATE sessions").Exec()
}

func choose(cluster *gocql.ClusterConfig, keyspace string) { cluster.Keyspace = keyspace }

func F(w http.ResponseWriter, r *http.Request) {
	cluster := gocql.NewCluster("db")
	choose(cluster, r.URL.Query().Get("keyspace"))
	s, err := cluster.CreateSession()
	if err != nil {
		return
	}
	defer s.Close()
	_ = s.Query("TRUNCATE sessions").Exec()
}

func main() {
	http.HandleFunc("/h", H)
	http.HandleFunc("/f", F)
	http.ListenAndServe(":8080", nil)
}
