// A handler may be a method of an interface: what it needs is what the program puts there.
package main

import (
	"context"
	"log"
	"net/http"

	"cloud.google.com/go/firestore"

	"lazy/methods/web"
)

type pages struct{ every, some *firestore.Client }

func (p *pages) Show(w http.ResponseWriter, r *http.Request) {
	log.Print(p.every.Doc(p.some.Doc(r.URL.Path).ID).ID)
}

func (p *pages) List(w http.ResponseWriter, r *http.Request) { log.Print(p.every.Doc(r.URL.Path).ID) }

func main() {
	every, err := firestore.NewClient(context.Background(), "every") // silent
	if err != nil {
		log.Fatal(err)
	}
	some, err := firestore.NewClient(context.Background(), "some") // want `of its handlers only Pages.Show needs it, not Pages.List;`
	if err != nil {
		log.Fatal(err)
	}
	web.Register(&pages{every, some})
	log.Fatal(http.ListenAndServe(":8080", nil))
}
