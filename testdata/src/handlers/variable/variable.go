// A function kept in a variable, local or of the package.
package main

import (
	"net/http"
	"regexp"
)

var global = func(w http.ResponseWriter, r *http.Request) {
	regexp.MustCompile(`^/global/\d+$`).MatchString(r.URL.Path) // want `regular expression is .* on every request of`
}

var idle = func(w http.ResponseWriter, r *http.Request) {
	regexp.MustCompile(`^/idle/\d+$`).MatchString(r.URL.Path)
}

func main() {
	local := func(w http.ResponseWriter, r *http.Request) {
		regexp.MustCompile(`^/local/\d+$`).MatchString(r.URL.Path) // want `regular expression is .* on every request of`
	}
	once := func() { regexp.MustCompile(`^/once/\d+$`).MatchString("") }
	once()
	http.HandleFunc("/global", global)
	http.HandleFunc("/local", local)
	http.ListenAndServe(":8080", nil)
}
