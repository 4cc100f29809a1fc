// A sync.Map of the package, and one in a struct of the request.
package main

import (
	"net/http"
	"regexp"
	"sync"
)

type cache struct{ byPattern sync.Map }

func (c *cache) get(pattern string) *regexp.Regexp {
	if v, ok := c.byPattern.Load(pattern); ok {
		return v.(*regexp.Regexp)
	}
	v, _ := c.byPattern.LoadOrStore(pattern, regexp.MustCompile(pattern))
	return v.(*regexp.Regexp)
}

type shortCache struct{ byPattern sync.Map }

func (c *shortCache) get(pattern string) *regexp.Regexp {
	if v, ok := c.byPattern.Load(pattern); ok {
		return v.(*regexp.Regexp)
	}
	v, _ := c.byPattern.LoadOrStore(pattern, regexp.MustCompile(pattern)) // want `regular expression is .* on every request of G`
	return v.(*regexp.Regexp)
}

var kept cache

func H(w http.ResponseWriter, r *http.Request) {
	kept.get(`^/carts/\d+$`).MatchString(r.URL.Path)
}

func G(w http.ResponseWriter, r *http.Request) {
	var short shortCache
	short.get(`^/orders/\d+$`).MatchString(r.URL.Path)
}

func main() {
	http.HandleFunc("/h", H)
	http.HandleFunc("/g", G)
	http.ListenAndServe(":8080", nil)
}
