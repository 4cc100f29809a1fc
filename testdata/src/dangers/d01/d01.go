// The request chooses the hosts, although every host in the table is a constant.
package main

import (
	"net/http"

	"github.com/gocql/gocql"
)

var hosts = map[string]string{"eu": "10.1.0.1", "us": "10.2.0.1"}

func H(w http.ResponseWriter, r *http.Request) {
	s, err := gocql.NewCluster(hosts[r.Header.Get("X-Region")]).CreateSession()
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer s.Close()
	_ = s.Query("TRUNCATE sessions").Exec()
}

func G(w http.ResponseWriter, r *http.Request) {
	s, err := gocql.NewCluster(hosts["eu"]).CreateSession() // want `gocql session is .* on every request of G`
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
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
