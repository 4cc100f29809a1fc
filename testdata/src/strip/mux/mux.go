// Nothing serves http.DefaultServeMux: the server has a handler of its own.
package main

import (
	"fmt"
	"log"
	"net/http"
	_ "net/http/pprof" // want `the import of net/http/pprof registers handlers in http.DefaultServeMux, which nothing in this program serves`
)

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") })
	log.Fatal(http.ListenAndServe(":8080", mux))
}
