// An atomic pointer of the package, and one in a local variable.
package main

import (
	"net/http"
	"regexp"
	"sync/atomic"
)

var cart atomic.Pointer[regexp.Regexp]

func H(w http.ResponseWriter, r *http.Request) {
	re := cart.Load()
	if re == nil {
		re = regexp.MustCompile(`^/carts/\d+$`)
		cart.CompareAndSwap(nil, re)
	}
	re.MatchString(r.URL.Path)
}

func G(w http.ResponseWriter, r *http.Request) {
	var order atomic.Pointer[regexp.Regexp]
	re := order.Load()
	if re == nil {
		re = regexp.MustCompile(`^/orders/\d+$`) // want `regular expression is .* on every request of G`
		order.Store(re)
	}
	re.MatchString(r.URL.Path)
}

var stock atomic.Value

func F(w http.ResponseWriter, r *http.Request) {
	re, ok := stock.Load().(*regexp.Regexp)
	if !ok {
		re = regexp.MustCompile(`^/stock/\d+$`)
		stock.Store(re)
	}
	re.MatchString(r.URL.Path)
}

func main() {
	http.HandleFunc("/f", F)
	http.HandleFunc("/h", H)
	http.HandleFunc("/g", G)
	http.ListenAndServe(":8080", nil)
}
