// What makes a handler runs once; what the handler does runs per request.
package main

import (
	"net/http"
	"regexp"
)

func newHandler() http.Handler {
	re := regexp.MustCompile(`^/carts/\d+$`)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		re.MatchString(r.URL.Path)
	})
}

func newForgetful() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		re := regexp.MustCompile(`^/orders/\d+$`) // want `regular expression is .* on every request`
		re.MatchString(r.URL.Path)
	})
}

func main() {
	http.Handle("/h", newHandler())
	http.Handle("/g", newForgetful())
	http.ListenAndServe(":8080", nil)
}
