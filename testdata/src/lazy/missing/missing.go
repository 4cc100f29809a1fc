// That a collaborator may be missing is no way round it: start-up made it. That a request lacks something is one.
package main

import (
	"context"
	"fmt"
	"log"

	"cloud.google.com/go/firestore"
	"github.com/aws/aws-lambda-go/lambda"
)

type event struct {
	ID   string
	Kind string
}

type server struct {
	counts *firestore.Client // silent: the test is of the server, not of the request
	notes  *firestore.Client
}

func main() {
	counts, err := firestore.NewClient(context.Background(), "counts")
	if err != nil {
		log.Fatal(err)
	}
	notes, err := firestore.NewClient(context.Background(), "notes") // want `Firestore client is opened when an instance starts, but server.handle can do without on some of its paths`
	if err != nil {
		log.Fatal(err)
	}
	s := &server{counts, notes}
	lambda.Start(s.handle)
}

func (s *server) handle(ctx context.Context, e event) (string, error) {
	out := lambda.NewHandler(fmt.Sprint)
	if s.counts != nil {
		log.Print(s.counts.Doc("a").ID)
	}
	if e.Kind == "noted" {
		log.Print(s.notes.Doc(e.ID).ID)
	}
	return fmt.Sprint(out, e.ID), nil
}
