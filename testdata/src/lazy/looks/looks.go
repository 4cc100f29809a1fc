// Who only looks at a request has not done anything for it yet: an early return after that is no reason to build later.
package main

import (
	"context"
	"log"

	"cloud.google.com/go/firestore"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/tidwall/gjson"
)

var marks, notes *firestore.Client

func main() {
	var err error
	marks, err = firestore.NewClient(context.Background(), "marks") // before the first return the request was only taken apart: silent
	if err != nil {
		log.Fatal(err)
	}
	notes, err = firestore.NewClient(context.Background(), "notes") // want `Firestore client is opened when an instance starts, but handle can do without on some of its paths`
	if err != nil {
		log.Fatal(err)
	}
	lambda.Start(handle)
}

func handle(ctx context.Context, body string) error {
	id := gjson.Parse(body).Get("id")
	if id.String() != "note" {
		return nil
	}
	mark, err := marks.Doc(id.String()).Get(ctx)
	if err != nil {
		return err
	}
	if mark.Ref.ID != "note" {
		return nil
	}
	_, err = notes.Doc(mark.Ref.ID).Get(ctx)
	return err
}
