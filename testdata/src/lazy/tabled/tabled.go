// A method that takes events is a handler where the program hands it to a router of its own.
package main

import (
	"context"
	"log"

	"cloud.google.com/go/firestore"
	"github.com/aws/aws-lambda-go/events"

	"lazy/tabled/web"
)

type server struct{ users, notes *firestore.Client }

func main() {
	users, err := firestore.NewClient(context.Background(), "users") // want `of its handlers only serve and server.show need it, not server.note;`
	if err != nil {
		log.Fatal(err)
	}
	notes, err := firestore.NewClient(context.Background(), "notes")
	if err != nil {
		log.Fatal(err)
	}
	s := &server{users, notes}
	web.Add("show", s.show)
	web.Add("note", s.note)
	web.Serve()
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
