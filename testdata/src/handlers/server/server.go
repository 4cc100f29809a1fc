// The handler is a field of the server.
package main

import (
	"net/http"
	"regexp"
)

type shop struct{}

func (*shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	regexp.MustCompile(`^/carts/\d+$`).MatchString(r.URL.Path) // want `regular expression is .* on every request of .*ServeHTTP`
}

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders/{id}", func(w http.ResponseWriter, r *http.Request) {
		regexp.MustCompile(`^\d+$`).MatchString(r.PathValue("id")) // want `regular expression is .* on every request of`
	})
	mux.Handle("/", &shop{})
	srv := &http.Server{Addr: ":8080", Handler: mux}
	_ = srv.ListenAndServe()
}
