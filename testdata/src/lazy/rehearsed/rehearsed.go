// What a program opens to serve by itself, where nothing starts it as a function, is for whoever works on it.
package main

import (
	"context"
	"io"
	"log"
	"net/http"
	"os"

	"cloud.google.com/go/firestore"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/awslabs/aws-lambda-go-api-proxy/httpadapter"
)

func main() {
	if os.Getenv("MODE") == "local" {
		try()
		return
	}
	deploy()
}

type server struct{ users, notes *firestore.Client }

func try() {
	users, err := firestore.NewClient(context.Background(), "users") // silent
	if err != nil {
		log.Fatal(err)
	}
	notes, err := firestore.NewClient(context.Background(), "notes")
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe(":8080", routes(&server{users, notes})))
}

func deploy() {
	users, err := firestore.NewClient(context.Background(), "users") // want `of its handlers only server.show needs it, not server.note;`
	if err != nil {
		log.Fatal(err)
	}
	notes, err := firestore.NewClient(context.Background(), "notes")
	if err != nil {
		log.Fatal(err)
	}
	lambda.Start(httpadapter.New(routes(&server{users, notes})).ProxyWithContext)
}

func routes(s *server) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /users", s.show)
	mux.HandleFunc("GET /notes", s.note)
	return mux
}

func (s *server) show(w http.ResponseWriter, r *http.Request) {
	io.WriteString(w, s.users.Doc(s.notes.Doc(r.URL.Path).ID).ID)
}

func (s *server) note(w http.ResponseWriter, r *http.Request) {
	io.WriteString(w, s.notes.Doc(r.URL.Path).ID)
}
