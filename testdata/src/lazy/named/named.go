// Literals are named by what they are registered for.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"

	"cloud.google.com/go/firestore"
)

func main() {
	client, err := firestore.NewClient(context.Background(), "client") // want `of its handlers only /show needs it, not /list`
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/show", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, client.Doc(r.URL.Path).ID) })
	http.HandleFunc("/list", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "nothing") })
	log.Fatal(http.ListenAndServe(":8080", nil))
}
