// A way that ends in a refusal of the request is no reason to build later, one that ends in another answer is.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"

	"cloud.google.com/go/firestore"
	"github.com/aws/aws-lambda-go/lambda"
)

type event struct{ Kind, ID string }

type server struct {
	valid   *firestore.Client
	warned  *firestore.Client
	skipped *firestore.Client
	made    *firestore.Client
	live    *firestore.Client
}

type problem struct{ Detail string }

func (p problem) Respond() (string, error) { return p.Detail, nil }

func main() {
	valid, err := firestore.NewClient(context.Background(), "valid") // only requests that are refused do without: silent
	if err != nil {
		log.Fatal(err)
	}
	warned, err := firestore.NewClient(context.Background(), "warned") // nor is a request that somebody is warned of: silent
	if err != nil {
		log.Fatal(err)
	}
	skipped, err := firestore.NewClient(context.Background(), "skipped") // nor is one of which a log says so: silent
	if err != nil {
		log.Fatal(err)
	}
	made, err := firestore.NewClient(context.Background(), "made") // nor is one that an error is made for: silent
	if err != nil {
		log.Fatal(err)
	}
	live, err := firestore.NewClient(context.Background(), "live") // want `server.handle can do without on some of its paths`
	if err != nil {
		log.Fatal(err)
	}
	s := &server{valid: valid, warned: warned, skipped: skipped, made: made, live: live}
	lambda.Start(s.handle)
}

func (s *server) handle(ctx context.Context, e event) (string, error) {
	if e.ID == "none" {
		return problem{"no such id"}.Respond()
	}
	doc, err := s.valid.Doc(e.ID).Get(ctx)
	if err != nil {
		return "", err
	}
	if doc.Ref.ID == "" {
		slog.WarnContext(ctx, "no such document", "id", e.ID)
		return "", nil
	}
	doc, err = s.warned.Doc(e.ID).Get(ctx)
	if err != nil {
		return "", err
	}
	if doc.Ref.ID == e.ID {
		log.Printf("%s is here already, skipping", e.ID)
		return "", nil
	}
	doc, err = s.skipped.Doc(e.ID).Get(ctx)
	if err != nil {
		return "", err
	}
	if doc.Ref.ID != e.ID {
		err := errors.New("another document")
		return fmt.Sprint(err), nil
	}
	doc, err = s.made.Doc(e.ID).Get(ctx)
	if err != nil {
		return "", err
	}
	if e.Kind == "old" {
		return answer(doc.Ref.ID)
	}
	return s.live.Doc(doc.Ref.ID).ID, nil
}

func answer(id string) (string, error) { return "old " + id, nil }
