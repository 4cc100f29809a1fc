// A handler of another package goes one way or the other, and each is about a store or an index. Both ask the same client,
// which is needed on all ways.
package main

import (
	"context"
	"log"
	"net/http"

	"cloud.google.com/go/firestore"

	"lazy/either/books"
)

type both struct{ client *firestore.Client }

func (b *both) One(id string) string    { return b.client.Doc(id).ID }
func (b *both) All() string             { return b.client.Doc("all").ID }
func (b *both) Find(text string) string { return b.client.Doc(text).ID }

func main() {
	ctx := context.Background()
	inBoth, err := firestore.NewClient(ctx, "both") // what Either and Or come to on all ways: silent
	if err != nil {
		log.Fatal(err)
	}
	b := &books.Books{Store: &both{inBoth}, Index: &both{inBoth}}
	http.HandleFunc("/either/", b.Either)
	http.HandleFunc("/or/", b.Or)
	log.Fatal(http.ListenAndServe(":8080", nil))
}
