// Routes of chi, with nested routers and a middleware.
package main

import (
	"net/http"
	"regexp"

	"github.com/go-chi/chi/v5"
)

func cart(w http.ResponseWriter, r *http.Request) {
	regexp.MustCompile(`^\d+$`).MatchString(chi.URLParam(r, "id")) // want `regular expression is .* on every request of cart`
	regexp.MustCompile(chi.URLParam(r, "id")).MatchString("1")
}

func stock(w http.ResponseWriter, r *http.Request) {
	regexp.MustCompile(`^/stock`).MatchString(r.URL.Path) // want `regular expression is .* on every request of stock`
}

func logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		regexp.MustCompile(`^Mozilla/`).MatchString(r.UserAgent()) // want `regular expression is .* on every request of`
		next.ServeHTTP(w, r)
	})
}

func main() {
	r := chi.NewRouter()
	r.Use(logged)
	r.Get("/carts/{id}", cart)
	r.Route("/stock", func(r chi.Router) {
		regexp.MustCompile(`^/`).MatchString("/stock")
		r.Get("/", stock)
		r.Method("POST", "/", http.HandlerFunc(stock))
	})
	http.ListenAndServe(":8080", r)
}
