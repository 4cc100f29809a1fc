// Without a reason the directive is reported, and silences nothing.
package main

import (
	"net/http"
	"regexp"
)

func H(w http.ResponseWriter, r *http.Request) {
	regexp.MustCompile(`^/carts/\d+$`).MatchString(r.URL.Path) /* want `reason` `regular expression is .* on every request of H` */ //faaslint:ignore reuse
}

func main() {
	http.HandleFunc("/", H)
	http.ListenAndServe(":8080", nil)
}
