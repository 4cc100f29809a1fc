// A router of gorilla/mux: what is told of a route once it is there changes the router, which is new, and so is the whole.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/gorilla/mux"
)

// newRouter only makes what it returns.
func newRouter(name string) http.Handler {
	r := mux.NewRouter()
	r.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, name) }).Methods("GET").Name("root")
	api := r.PathPrefix("/api").Subrouter()
	api.HandleFunc("/things/{id}", thing).Methods("GET", "HEAD")
	return r
}

func thing(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, mux.Vars(r)["id"]) }

func Shop(w http.ResponseWriter, r *http.Request) { newRouter(os.Getenv("NAME")).ServeHTTP(w, r) } // want `newRouter builds a router on every request of Shop`

var common = mux.NewRouter().HandleFunc("/common", thing)

// newShared changes a route that others have, too.
func newShared() http.Handler {
	r := mux.NewRouter() // want `router is built on every request of Shared`
	r.HandleFunc("/", thing).Methods("GET")
	common.Methods("GET")
	return r
}

func Shared(w http.ResponseWriter, r *http.Request) { newShared().ServeHTTP(w, r) }

func main() {
	http.HandleFunc("/shop", Shop)
	http.HandleFunc("/shared", Shared)
	log.Fatal(http.ListenAndServe(":8080", nil))
}
