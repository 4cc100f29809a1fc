// Two handlers get a router from the same function. One of them changes it: the other's is kept all the same, and what
// the function needs, which has a fix of its own, has it for the one that is left.
package main

import (
	"net/http"
	"regexp"

	"github.com/go-chi/chi/v5"
)

func newRouter() http.Handler {
	digits := regexp.MustCompile(`\d+`) // want `regular expression is built on every request of Changed`
	r := chi.NewRouter()                // want `router is built on every request of Changed`
	r.Get("/", func(w http.ResponseWriter, r *http.Request) {
		if digits.MatchString(r.URL.Path) {
			w.WriteHeader(http.StatusNoContent)
		}
	})
	return r
}

func Kept(w http.ResponseWriter, r *http.Request) {
	newRouter().ServeHTTP(w, r) // want `newRouter builds a regular expression and a router on every request of Kept`
}

func Changed(w http.ResponseWriter, r *http.Request) {
	app := newRouter()
	app.(*chi.Mux).Get("/more", func(w http.ResponseWriter, r *http.Request) {})
	app.ServeHTTP(w, r)
}

func main() {
	http.HandleFunc("/kept", Kept)
	http.HandleFunc("/changed", Changed)
	http.ListenAndServe(":8080", nil)
}
