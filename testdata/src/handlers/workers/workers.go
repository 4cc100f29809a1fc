// A worker may be started for each request.
package main

import (
	"net/http"
	"regexp"

	"github.com/syumai/workers"
)

func H(w http.ResponseWriter, r *http.Request) {
	regexp.MustCompile(`^/carts/\d+$`).MatchString(r.URL.Path)
}

func main() {
	http.HandleFunc("/", H)
	workers.Serve(nil)
}
