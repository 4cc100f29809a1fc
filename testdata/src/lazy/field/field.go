// The object lies in a field of the server whose methods are the routes.
package field

import (
	"context"
	"fmt"
	"net/http"

	"cloud.google.com/go/firestore"
)

type server struct {
	notes *firestore.Client
	texts *firestore.Client
}

// Routes returns the handler of this package.
func Routes() (http.Handler, error) {
	notes, err := firestore.NewClient(context.Background(), "notes") // want `Firestore client is opened when an instance starts, but of its handlers only server.note needs it, not server.health or server.text`
	if err != nil {
		return nil, err
	}
	texts, err := firestore.NewClient(context.Background(), "texts") // want `Firestore client is opened when an instance starts, but of its handlers only server.note and server.text need it, not server.health`
	if err != nil {
		return nil, err
	}
	s := &server{notes: notes, texts: texts}
	mux := http.NewServeMux()
	mux.HandleFunc("/note", s.note)
	mux.HandleFunc("/text", s.text)
	mux.HandleFunc("/health", s.health)
	return mux, nil
}

func (s *server) note(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, s.notes.Doc("a").ID)
	s.text(w, r)
}

func (s *server) text(w http.ResponseWriter, r *http.Request)   { fmt.Fprintln(w, s.texts.Doc("a").ID) }
func (s *server) health(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") }
