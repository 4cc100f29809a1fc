// A cache of a library, kept or not.
package main

import (
	"net/http"
	"regexp"

	lru "github.com/hashicorp/golang-lru/v2"
)

var kept, _ = lru.New[string, *regexp.Regexp](64)

func H(w http.ResponseWriter, r *http.Request) {
	re, ok := kept.Get("cart")
	if !ok {
		re = regexp.MustCompile(`^/carts/\d+$`)
		kept.Add("cart", re)
	}
	re.MatchString(r.URL.Path)
}

func G(w http.ResponseWriter, r *http.Request) {
	short, _ := lru.New[string, *regexp.Regexp](64)
	re, ok := short.Get("order")
	if !ok {
		re = regexp.MustCompile(`^/orders/\d+$`) // want `regular expression is .* on every request of G`
		short.Add("order", re)
	}
	re.MatchString(r.URL.Path)
}

func main() {
	http.HandleFunc("/h", H)
	http.HandleFunc("/g", G)
	http.ListenAndServe(":8080", nil)
}
