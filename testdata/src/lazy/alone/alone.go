// Silent beside a program that a platform starts, and not where it stands alone.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"

	"cloud.google.com/go/firestore"
)

var client *firestore.Client

func main() {
	var err error
	client, err = firestore.NewClient(context.Background(), "client") // want `of its handlers only show needs it, not list`
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/show", show)
	http.HandleFunc("/list", list)
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func show(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, client.Doc(r.URL.Path).ID) }

func list(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "nothing") }
