// Without a reason the directive is reported, and silences nothing.
package main

import (
	"net/http"
	"regexp"
)

func H(w http.ResponseWriter, r *http.Request) {
	/* want `reason` */                                        //faaslint:ignore reuse
	regexp.MustCompile(`^/carts/\d+$`).MatchString(r.URL.Path) // want `regular expression is .* on every request of H`
}

func main() {
	http.HandleFunc("/", H)
	http.ListenAndServe(":8080", nil)
}
