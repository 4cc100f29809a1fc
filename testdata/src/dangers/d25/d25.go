// Independent of the request, and yet more than one value: no fix.
package main

import (
	"net/http"
	"regexp"
)

func H(w http.ResponseWriter, r *http.Request) {
	for _, pattern := range []string{`^/carts`, `^/orders`} {
		if regexp.MustCompile(pattern).MatchString(r.URL.Path) { // want `regular expression is .* on every request of H`
			return
		}
	}
}

func main() {
	http.HandleFunc("/h", H)
	http.ListenAndServe(":8080", nil)
}
