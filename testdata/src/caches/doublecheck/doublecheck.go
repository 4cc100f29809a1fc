// Checked without and with the lock; the twin checks and forgets to store.
package main

import (
	"net/http"
	"sync"

	"github.com/gocql/gocql"
)

var (
	mu      sync.RWMutex
	session *gocql.Session
)

func get() (*gocql.Session, error) {
	mu.RLock()
	s := session
	mu.RUnlock()
	if s != nil {
		return s, nil
	}
	mu.Lock()
	defer mu.Unlock()
	if session == nil {
		s, err := gocql.NewCluster("db").CreateSession()
		if err != nil {
			return nil, err
		}
		session = s
	}
	return session, nil
}

func H(w http.ResponseWriter, r *http.Request) {
	if s, err := get(); err == nil {
		_ = s.Query("TRUNCATE sessions").Exec()
	}
}

var stored *gocql.Session

func forget() (*gocql.Session, error) {
	mu.Lock()
	defer mu.Unlock()
	if stored == nil {
		s, err := gocql.NewCluster("replica").CreateSession() // want `gocql session is .* on every request of G`
		if err != nil {
			return nil, err
		}
		return s, nil
	}
	return stored, nil
}

func G(w http.ResponseWriter, r *http.Request) {
	if s, err := forget(); err == nil {
		_ = s.Query("TRUNCATE sessions").Exec()
	}
}

func main() {
	http.HandleFunc("/h", H)
	http.HandleFunc("/g", G)
	http.ListenAndServe(":8080", nil)
}
