// What another package makes of a handler hands requests on to it, and needs nothing of its own.
package main

import (
	"context"
	"io"
	"log"
	"net/http"

	"cloud.google.com/go/firestore"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/awslabs/aws-lambda-go-api-proxy/httpadapter"

	"lazy/wrapped/web"
)

type server struct{ users, notes *firestore.Client }

func main() {
	users, err := firestore.NewClient(context.Background(), "users") // want `of its handlers only server.show needs it, not server.note;`
	if err != nil {
		log.Fatal(err)
	}
	notes, err := firestore.NewClient(context.Background(), "notes") // both need it: silent, whatever wraps them
	if err != nil {
		log.Fatal(err)
	}
	s := &server{users, notes}
	mux := http.NewServeMux()
	mux.Handle("GET /users", web.Report(s.show))
	mux.Handle("GET /notes", web.Report(s.note))
	lambda.Start(httpadapter.New(mux).ProxyWithContext)
}

func (s *server) show(w http.ResponseWriter, r *http.Request) error {
	_, err := io.WriteString(w, s.users.Doc(s.notes.Doc(r.URL.Path).ID).ID)
	return err
}

func (s *server) note(w http.ResponseWriter, r *http.Request) error {
	_, err := io.WriteString(w, s.notes.Doc(r.URL.Path).ID)
	return err
}
