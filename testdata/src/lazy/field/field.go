// The objects lie in fields of the structs whose methods are the routes.
package field

import (
	"context"
	"fmt"
	"net/http"

	"cloud.google.com/go/firestore"
)

type server struct {
	notes *firestore.Client
	texts *texts
}

type texts struct{ kept *firestore.Client }

// Routes returns the handler of this package.
func Routes() (http.Handler, error) {
	texts, err := newTexts()
	if err != nil {
		return nil, err
	}
	notes, err := firestore.NewClient(context.Background(), "notes") // want `Firestore client is opened when an instance starts, but of its handlers only server.note needs it, not server.help or texts.text`
	if err != nil {
		return nil, err
	}
	s := &server{notes: notes, texts: texts}
	mux := http.NewServeMux()
	mux.HandleFunc("/note", s.note)
	mux.HandleFunc("/text", s.texts.text)
	mux.HandleFunc("/help", s.help)
	return mux, nil
}

func newTexts() (*texts, error) {
	kept, err := firestore.NewClient(context.Background(), "texts") // want `Firestore client is opened when newTexts is called, but of its handlers only server.note and texts.text need it, not server.help`
	if err != nil {
		return nil, err
	}
	return &texts{kept: kept}, nil
}

func (s *server) note(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, s.notes.Doc("a").ID)
	s.texts.text(w, r)
}

func (t *texts) text(w http.ResponseWriter, r *http.Request)  { fmt.Fprintln(w, t.kept.Doc("a").ID) }
func (s *server) help(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") }
