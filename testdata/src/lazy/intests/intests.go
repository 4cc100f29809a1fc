// What a test opens is not what a function opens.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"

	"cloud.google.com/go/firestore"
)

type server struct{ client *firestore.Client }

var shown, err = firestore.NewClient(context.Background(), "shown") // want `of its handlers only server.show needs it, not server.list`

func main() {
	if err != nil {
		log.Fatal(err)
	}
	s := &server{shown}
	http.HandleFunc("/show", s.show)
	http.HandleFunc("/list", s.list)
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func (s *server) show(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, s.client.Doc(r.URL.Path).ID)
}

func (s *server) list(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "nothing") }
