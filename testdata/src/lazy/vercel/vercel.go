// Beside functions for Vercel, which a file vercel.json or a name in brackets tells, a server of its own is for whoever works on
// them. In any other module, api is a folder like any other.
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
	client, err = firestore.NewClient(context.Background(), "client")
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/show", show)
	http.HandleFunc("/list", list)
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func show(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, client.Doc(r.URL.Path).ID) }

func list(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "nothing") }
