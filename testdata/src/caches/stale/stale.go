// A cache that is looked at again after a while; the twin stores what it never looks at.
package main

import (
	"net/http"
	"sync"
	"time"

	"github.com/gocql/gocql"
)

var (
	mu    sync.Mutex
	kept  *gocql.Session
	until time.Time
)

func get() (*gocql.Session, error) {
	mu.Lock()
	defer mu.Unlock()
	if kept != nil && time.Now().Before(until) {
		return kept, nil
	}
	s, err := gocql.NewCluster("db").CreateSession()
	if err != nil {
		return nil, err
	}
	kept, until = s, time.Now().Add(time.Hour)
	return s, nil
}

func H(w http.ResponseWriter, r *http.Request) {
	if s, err := get(); err == nil {
		_ = s.Query("TRUNCATE sessions").Exec()
	}
}

var last *gocql.Session

func G(w http.ResponseWriter, r *http.Request) {
	s, err := gocql.NewCluster("replica").CreateSession() // want `gocql session is .* on every request of G`
	if err != nil {
		return
	}
	last = s
	_ = s.Query("TRUNCATE sessions").Exec()
}

func main() {
	http.HandleFunc("/h", H)
	http.HandleFunc("/g", G)
	http.ListenAndServe(":8080", nil)
	if last != nil {
		last.Close()
	}
}
