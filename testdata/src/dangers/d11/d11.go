// Caches without a lock: an atomic pointer and a sync.Map.
package main

import (
	"net/http"
	"regexp"
	"sync"
	"sync/atomic"
)

var id atomic.Pointer[regexp.Regexp]

func H(w http.ResponseWriter, r *http.Request) {
	re := id.Load()
	if re == nil {
		re = regexp.MustCompile(`^/carts/\d+$`)
		id.Store(re)
	}
	re.MatchString(r.URL.Path)
}

var byName sync.Map

func G(w http.ResponseWriter, r *http.Request) {
	v, ok := byName.Load("cart")
	if !ok {
		v, _ = byName.LoadOrStore("cart", regexp.MustCompile(`^/carts/\d+$`))
	}
	v.(*regexp.Regexp).MatchString(r.URL.Path)
}

func main() {
	http.HandleFunc("/h", H)
	http.HandleFunc("/g", G)
	http.ListenAndServe(":8080", nil)
}
