// Spin starts an instance for each request: there is no second request to keep anything for.
package main

import (
	"net/http"
	"regexp"

	spinhttp "github.com/spinframework/spin-go-sdk/v2/http"
)

func H(w http.ResponseWriter, r *http.Request) {
	regexp.MustCompile(`^/carts/\d+$`).MatchString(r.URL.Path)
}

func init() {
	spinhttp.Handle(H)
	spinhttp.Handle(func(w http.ResponseWriter, r *http.Request) {
		regexp.MustCompile(`^/orders/\d+$`).MatchString(r.URL.Path)
	})
}

func main() {}
