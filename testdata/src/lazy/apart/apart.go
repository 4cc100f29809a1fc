// As in either, but each asks a client of its own.
package main

import (
	"context"
	"log"
	"net/http"

	"cloud.google.com/go/firestore"

	"lazy/either/books"
)

type store struct{ client *firestore.Client }

func (s *store) One(id string) string { return s.client.Doc(id).ID }
func (s *store) All() string          { return s.client.Doc("all").ID }

type index struct{ client *firestore.Client }

func (i *index) Find(text string) string { return i.client.Doc(text).ID }

func main() {
	ctx := context.Background()
	inStore, err := firestore.NewClient(ctx, "store") // want `Firestore client is opened when an instance starts, but books.Books.Or can do without on some of its paths`
	if err != nil {
		log.Fatal(err)
	}
	inIndex, err := firestore.NewClient(ctx, "index") // want `Firestore client is opened when an instance starts, but of its handlers only books.Books.Or needs it, not books.Books.Either`
	if err != nil {
		log.Fatal(err)
	}
	b := &books.Books{Store: &store{inStore}, Index: &index{inIndex}}
	http.HandleFunc("/either/", b.Either)
	http.HandleFunc("/or/", b.Or)
	log.Fatal(http.ListenAndServe(":8080", nil))
}
