// A table of routes: a slice of structs, and a map.
package main

import (
	"net/http"
	"regexp"
)

type route struct {
	path  string
	serve http.HandlerFunc
	check func(string) bool
}

var routes = []route{
	{"/carts", carts, startup},
	{"/orders", orders, startup},
}

func carts(w http.ResponseWriter, r *http.Request) {
	regexp.MustCompile(`^/carts/\d+$`).MatchString(r.URL.Path) // want `regular expression is .* on every request of carts`
}

func orders(w http.ResponseWriter, r *http.Request) {
	regexp.MustCompile(`^/orders/\d+$`).MatchString(r.URL.Path) // want `regular expression is .* on every request of orders`
}

// The other field of the table is called by main.
func startup(path string) bool { return regexp.MustCompile(`^/\w+$`).MatchString(path) }

func stock(w http.ResponseWriter, r *http.Request) {
	regexp.MustCompile(`^/stock/\d+$`).MatchString(r.URL.Path) // want `regular expression is .* on every request of stock`
}

func main() {
	for _, rt := range routes {
		if rt.check(rt.path) {
			http.HandleFunc(rt.path, rt.serve)
		}
	}
	for path, h := range map[string]http.HandlerFunc{"/stock": stock} {
		http.Handle(path, h)
	}
	http.ListenAndServe(":8080", nil)
}
