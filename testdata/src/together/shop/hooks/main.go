// A second program, which shares the store: its handler opens it, too, and what its start-up builds, and for whom, differs.
package main

import (
	"context"
	"fmt"
	"log"

	"cloud.google.com/go/firestore"
	"github.com/aws/aws-lambda-go/lambda"

	"together/shop/store"
)

var (
	old   *firestore.Client // of refunds
	every *firestore.Client // of all
)

type event struct{ Kind, ID string }

func main() {
	var err error
	old, err = firestore.NewClient(context.Background(), "old") // want `Firestore client is opened when an instance starts, but handle can do without on some of its paths`
	if err != nil {
		log.Fatal(err)
	}
	every, err = firestore.NewClient(context.Background(), "every")
	if err != nil {
		log.Fatal(err)
	}
	lambda.Start(handle)
}

func handle(ctx context.Context, e event) (string, error) {
	stock, err := store.Open() // want `database pool is opened on every request of handle`
	if err != nil {
		return "", err
	}
	if e.Kind == "refund" {
		doc, err := old.Doc(every.Doc(e.ID).ID).Get(ctx)
		if err != nil {
			return "", err
		}
		return doc.Ref.ID, nil
	}
	return fmt.Sprint(every.Doc(e.ID).ID, stock.Stats()), nil
}
