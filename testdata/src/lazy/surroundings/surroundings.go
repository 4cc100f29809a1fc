// A client may look at environment variables by itself. If start-up sets some once the client is there, a later one would
// see others: that is so for all that this package builds before it, and not for what main builds after it.
package main

import (
	"context"
	"log"
	"os"

	"cloud.google.com/go/firestore"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

var files = s3.New(s3.Options{Region: os.Getenv("REGION")}) // want `handle can do without on some of its paths`

var notes *firestore.Client

type event struct{ Method, Name string }

func main() {
	if err := os.Setenv("REGION", "us"); err != nil {
		log.Fatal(err)
	}
	var err error
	notes, err = firestore.NewClient(context.Background(), "notes") // want `handle can do without on some of its paths`
	if err != nil {
		log.Fatal(err)
	}
	lambda.Start(handle)
}

func handle(ctx context.Context, e event) (string, error) {
	switch e.Method {
	case "POST":
		return notes.Doc(e.Name).ID, nil
	case "PUT":
		_, err := files.GetObject(ctx, &s3.GetObjectInput{Key: &e.Name})
		return e.Name, err
	}
	return e.Name, nil
}
