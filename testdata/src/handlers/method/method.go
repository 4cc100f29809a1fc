// A method value. Its receiver is built at start-up, once.
package main

import (
	"net/http"
	"regexp"
)

type api struct{ cart *regexp.Regexp }

func newAPI() *api { return &api{cart: regexp.MustCompile(`^/carts/\d+$`)} }

func (a *api) get(w http.ResponseWriter, r *http.Request) {
	a.cart.MatchString(r.URL.Path)
	regexp.MustCompile(`^/orders/\d+$`).MatchString(r.URL.Path) // want `regular expression is .* on every request of .*get`
}

func main() {
	a := newAPI()
	http.HandleFunc("/", a.get)
	http.ListenAndServe(":8080", nil)
}
