// The handler is a field of the server, and nothing else registers it.
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
	srv := &http.Server{Addr: ":8080", Handler: &shop{}}
	_ = srv.ListenAndServe()
}
