// Package web registers routes.
package web

import "net/http"

type Pages interface {
	Show(w http.ResponseWriter, r *http.Request)
	List(w http.ResponseWriter, r *http.Request)
}

func Register(p Pages) {
	http.HandleFunc("/show", p.Show)
	http.HandleFunc("/list", p.List)
}
