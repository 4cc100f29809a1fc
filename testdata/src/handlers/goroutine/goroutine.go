// What a request starts with go or defer belongs to the request.
package main

import (
	"net/http"
	"regexp"
)

func audit(path string) {
	regexp.MustCompile(`^/carts/\d+$`).MatchString(path) // want `regular expression is .* on every request of H`
}

func H(w http.ResponseWriter, r *http.Request) {
	defer func() {
		regexp.MustCompile(`^/orders/\d+$`).MatchString(r.URL.Path) // want `regular expression is .* on every request of H`
	}()
	go audit(r.URL.Path)
}

func background() {
	regexp.MustCompile(`^/stock/\d+$`).MatchString("")
}

func main() {
	go background()
	http.HandleFunc("/", H)
	http.ListenAndServe(":8080", nil)
}
