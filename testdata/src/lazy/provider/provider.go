// A store that a library got may be asked whenever a handler asks the library.
package main

import (
	"fmt"
	"log"
	"net/http"

	"lazy/provider/given"
	"lazy/provider/kept"
)

func main() {
	g, err := given.New() // silent
	if err != nil {
		log.Fatal(err)
	}
	k, err := kept.New() // want `Firestore client is opened when an instance starts \(in lazy/provider/kept.New, kept.go:19\), but of its handlers only kept.App.Token needs it, not given.App.Session, given.App.Token, kept.App.Other or 1 more`
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/given", g.Token)
	http.HandleFunc("/session", g.Session)
	http.HandleFunc("/kept", k.Token)
	http.HandleFunc("/other", k.Other)
	http.HandleFunc("/keys", keys)
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func keys(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "keys") }
