// One handler, and a client that only some of its events need. That a failure skips the rest makes no difference.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"

	"cloud.google.com/go/firestore"
	"github.com/aws/aws-lambda-go/lambda"
)

var (
	archive *firestore.Client // closed cases
	live    *firestore.Client
)

type event struct{ Kind, ID string }

func main() {
	ctx := context.Background()
	var err error
	archive, err = firestore.NewClient(ctx, "archive") // want `Firestore client is opened when an instance starts, but handle can do without on some of its paths`
	if err != nil {
		log.Fatalf("opening the archive: %v", err)
	}
	live, err = firestore.NewClient(ctx, "live") // only a failure does without it: silent
	if err != nil {
		log.Fatal(err)
	}
	lambda.Start(handle)
}

func handle(ctx context.Context, e event) (string, error) {
	if e.ID == "" {
		return "", errors.New("no id")
	}
	doc, err := live.Doc(e.ID).Get(ctx)
	if err != nil {
		return "", err
	}
	if e.Kind == "closed" {
		return keep(ctx, e.ID)
	}
	return fmt.Sprint(doc.Data()), nil
}

// keep moves a document.
func keep(ctx context.Context, id string) (string, error) {
	old, err := archive.Doc(id).Get(ctx)
	if err != nil {
		return "", err
	}
	return old.Ref.ID, nil
}
