// Constant patterns: used at once, kept in a variable, with a comment, beside one that the request chooses.
package main

import (
	"net/http"
	"regexp"
)

// H checks a path.
func H(w http.ResponseWriter, r *http.Request) {
	if !regexp.MustCompile(`^/carts/\d+$`).MatchString(r.URL.Path) { // want `regular expression is .* on every request of H`
		http.NotFound(w, r)
		return
	}

	// Numbers only.
	number := regexp.MustCompile(`\d+`) // want `regular expression is .* on every request of H`
	own := regexp.MustCompile(r.Header.Get("X-Filter"))
	if own.MatchString(number.FindString(r.URL.Path)) {
		w.WriteHeader(http.StatusNoContent)
	}
}

func main() {
	http.HandleFunc("/", H)
	http.ListenAndServe(":8080", nil)
}
