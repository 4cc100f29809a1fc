// The pattern does not compile: at start-up it would end the program, here it spoils one old path.
package main

import (
	"net/http"
	"regexp"
)

func H(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/legacy" {
		regexp.MustCompile("(unclosed").MatchString(r.URL.RawQuery) // want `regular expression is .* on every request of H`
	}
}

func main() {
	http.HandleFunc("/h", H)
	http.ListenAndServe(":8080", nil)
}
