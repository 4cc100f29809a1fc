// A route for probes answers nobody's question, and one that always fails no question at all: that these can do without an
// object is no reason to build it later.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"

	"cloud.google.com/go/firestore"
)

var all, some *firestore.Client

func main() {
	var err error
	all, err = firestore.NewClient(context.Background(), "all") // all others need it: silent
	if err != nil {
		log.Fatal(err)
	}
	some, err = firestore.NewClient(context.Background(), "some") // want `of its handlers only show needs it, not list or progress`
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/show", show)
	http.HandleFunc("/list", list)
	http.HandleFunc("GET /health", alive)
	http.HandleFunc("/_ah/warmup", ping)
	http.HandleFunc("GET /api/v1/version", version)
	http.HandleFunc("/orders/status", progress)
	http.HandleFunc("/old", gone)
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func show(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, all.Doc(some.Doc(r.URL.Path).ID).ID)
}

func list(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, all.Doc(r.URL.Path).ID) }

func alive(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") }

func ping(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "pong") }

func version(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "1") }

func progress(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, all.Doc("progress").ID) }

func gone(w http.ResponseWriter, r *http.Request) { http.Error(w, "gone", http.StatusGone) }
