// Wrapping is start-up, the wrapper's literal and what it wraps are per request.
package main

import (
	"net/http"
	"regexp"
	"time"
)

func wrap(next http.Handler) http.Handler {
	agent := regexp.MustCompile(`^Mozilla/`)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		agent.MatchString(r.UserAgent())
		regexp.MustCompile(`^https?://`).MatchString(r.Referer()) // want `regular expression is .* on every request of`
		next.ServeHTTP(w, r)
	})
}

func H(w http.ResponseWriter, r *http.Request) {
	regexp.MustCompile(`^/carts/\d+$`).MatchString(r.URL.Path) // want `regular expression is .* on every request of H`
}

func main() {
	http.Handle("/", wrap(http.TimeoutHandler(http.HandlerFunc(H), time.Second, "late")))
	http.ListenAndServe(":8080", nil)
}
