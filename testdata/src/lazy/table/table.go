// An event for which nothing is registered is no reason to build later, nor is one that is answered from memory. One of another
// kind is.
package main

import (
	"context"
	"log"

	"cloud.google.com/go/firestore"
	"github.com/aws/aws-lambda-go/lambda"
)

var jobs, names, texts *firestore.Client

var table = map[string]func(ctx context.Context, id string) error{"job": job}

var known = map[string]string{"a": "b"}

func main() {
	var err error
	jobs, err = firestore.NewClient(context.Background(), "jobs") // silent
	if err != nil {
		log.Fatal(err)
	}
	names, err = firestore.NewClient(context.Background(), "names") // silent
	if err != nil {
		log.Fatal(err)
	}
	texts, err = firestore.NewClient(context.Background(), "texts") // want `handle can do without on some of its paths`
	if err != nil {
		log.Fatal(err)
	}
	lambda.Start(handle)
}

type event struct{ Kind, ID string }

func handle(ctx context.Context, e event) error {
	lambda.NewHandler(e)
	name, ok := known[e.ID]
	if !ok {
		doc, err := names.Doc(e.ID).Get(ctx)
		if err != nil {
			return err
		}
		name = doc.Ref.ID
	}
	if e.Kind == "text" {
		if _, err := texts.Doc(name).Get(ctx); err != nil {
			return err
		}
	}
	if run, ok := table[e.Kind]; ok {
		return run(ctx, name)
	}
	log.Printf("processed without a job: %s", e.Kind)
	return nil
}

func job(ctx context.Context, id string) error {
	_, err := jobs.Doc(id).Get(ctx)
	return err
}
