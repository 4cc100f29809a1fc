// What a program opens before it knows who starts it, a platform pays for as well.
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

type server struct{ users, notes *firestore.Client }

func main() {
	users, err := firestore.NewClient(context.Background(), "users") // want `of its handlers only server.show needs it, not server.note;`
	if err != nil {
		log.Fatal(err)
	}
	notes, err := firestore.NewClient(context.Background(), "notes")
	if err != nil {
		log.Fatal(err)
	}
	mux := routes(&server{users, notes})
	if os.Getenv("MODE") == "local" {
		log.Fatal(http.ListenAndServe(":8080", mux))
	}
	deploy(mux)
}

func deploy(mux http.Handler) { lambda.Start(httpadapter.New(mux).ProxyWithContext) }

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
