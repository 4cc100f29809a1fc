// Routes of gorilla, with a condition on the method.
package main

import (
	"net/http"
	"regexp"

	"github.com/gorilla/mux"
)

func cart(w http.ResponseWriter, r *http.Request) {
	regexp.MustCompile(`^\d+$`).MatchString(mux.Vars(r)["id"]) // want `regular expression is .* on every request of cart`
	regexp.MustCompile(mux.Vars(r)["id"]).MatchString("1")
}

func order(w http.ResponseWriter, r *http.Request) {
	regexp.MustCompile(`^/orders`).MatchString(r.URL.Path) // want `regular expression is .* on every request of order`
}

func main() {
	r := mux.NewRouter()
	r.HandleFunc("/carts/{id}", cart).Methods("GET")
	r.PathPrefix("/orders").HandlerFunc(order)
	http.ListenAndServe(":8080", r)
}
