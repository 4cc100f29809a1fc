// Function literals of the same name are told apart by where they stand.
package main

import (
	"context"
	"log"
	"os"

	"cloud.google.com/go/firestore"
	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

var users, notes *firestore.Client

func main() {
	var err error
	users, err = firestore.NewClient(context.Background(), "users") // want `only the function literal in main \(modes.go:27\) needs it, not the function literal in main \(modes.go:32\)`
	if err != nil {
		log.Fatal(err)
	}
	notes, err = firestore.NewClient(context.Background(), "notes")
	if err != nil {
		log.Fatal(err)
	}
	if os.Getenv("MODE") == "users" {
		lambda.Start(func(ctx context.Context, req events.APIGatewayProxyRequest) (string, error) {
			return users.Doc(notes.Doc(req.Path).ID).ID, nil
		})
		return
	}
	lambda.Start(func(ctx context.Context, req events.APIGatewayProxyRequest) (string, error) {
		return notes.Doc(req.Path).ID, nil
	})
}
