// A method that takes events, and that a program never calls, is no handler: here only tests would call note.
package main

import (
	"context"
	"log"

	"cloud.google.com/go/firestore"
	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

type server struct{ users, notes *firestore.Client }

func main() {
	users, err := firestore.NewClient(context.Background(), "users") // silent
	if err != nil {
		log.Fatal(err)
	}
	notes, err := firestore.NewClient(context.Background(), "notes")
	if err != nil {
		log.Fatal(err)
	}
	s := &server{users, notes}
	lambda.Start(s.show)
}

func (s *server) show(ctx context.Context, req events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	doc, err := s.users.Doc(req.Path).Get(ctx)
	if err != nil {
		return events.APIGatewayProxyResponse{}, err
	}
	return events.APIGatewayProxyResponse{Body: s.notes.Doc(doc.Ref.ID).ID}, nil
}

func (s *server) note(ctx context.Context, req events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	return events.APIGatewayProxyResponse{Body: s.notes.Doc(req.Path).ID}, nil
}
