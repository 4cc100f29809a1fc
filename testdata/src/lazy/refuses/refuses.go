// A request that is refused is no reason to build later, in another package either.
package main

import (
	"context"
	"log"

	"cloud.google.com/go/firestore"
	"github.com/aws/aws-lambda-go/lambda"

	"lazy/refuses/store"
	"lazy/refuses/web"
)

func main() {
	notes, err := firestore.NewClient(context.Background(), "notes") // who does without is told that the id is missing: silent
	if err != nil {
		log.Fatal(err)
	}
	drafts, err := firestore.NewClient(context.Background(), "drafts") // want `Firestore client is opened when an instance starts, but web.Pages.Show can do without on some of its paths`
	if err != nil {
		log.Fatal(err)
	}
	prints, err := firestore.NewClient(context.Background(), "prints") // want `Firestore client is opened when an instance starts, but web.Pages.Show can do without on some of its paths`
	if err != nil {
		log.Fatal(err)
	}
	pages := web.NewPages(store.NewNotes(notes), store.NewDrafts(drafts), store.NewPrints(prints))
	lambda.Start(pages.Show)
}
