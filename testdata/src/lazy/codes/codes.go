// An answer with the code of a failure is one, whatever error is returned beside it.
package main

import (
	"context"
	"log"

	"cloud.google.com/go/firestore"
	"github.com/aws/aws-lambda-go/lambda"
)

type Request struct{ ID string }

type Response struct {
	StatusCode int
	Body       string
}

var notes, drafts *firestore.Client

func main() {
	var err error
	notes, err = firestore.NewClient(context.Background(), "notes") // who does without is told of a bad request: silent
	if err != nil {
		log.Fatal(err)
	}
	drafts, err = firestore.NewClient(context.Background(), "drafts") // want `Firestore client is opened when an instance starts, but show can do without on some of its paths`
	if err != nil {
		log.Fatal(err)
	}
	lambda.Start(show)
}

func show(ctx context.Context, req Request) (*Response, error) {
	var err error
	if req.ID == "none" {
		return &Response{StatusCode: 400, Body: "no such note"}, err
	}
	if _, err = notes.Doc(req.ID).Get(ctx); err != nil {
		return nil, err
	}
	if req.ID == "new" {
		return &Response{StatusCode: 200, Body: "nothing yet"}, err
	}
	_, err = drafts.Doc(req.ID).Get(ctx)
	return &Response{StatusCode: 200}, err
}
