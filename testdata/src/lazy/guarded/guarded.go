// The first request builds the clients of all functions, whichever function it is for.
package guarded

import (
	"context"
	"fmt"
	"net/http"

	"cloud.google.com/go/firestore"
	"github.com/GoogleCloudPlatform/functions-framework-go/functions"
)

var notes, texts *firestore.Client

func init() {
	functions.HTTP("Note", note)
	functions.HTTP("Text", text)
}

func setup(ctx context.Context) (err error) {
	if notes == nil {
		notes, err = firestore.NewClient(ctx, "notes") // want `Firestore client is opened by the first request, whatever it asks for, but of its handlers only note needs it, not text`
		if err != nil {
			return err
		}
	}
	if texts == nil {
		texts, err = firestore.NewClient(ctx, "texts") // both need it: silent
	}
	return err
}

func note(w http.ResponseWriter, r *http.Request) {
	if err := setup(context.Background()); err != nil {
		http.Error(w, "setup", http.StatusInternalServerError)
		return
	}
	fmt.Fprintln(w, notes.Doc("a").ID, texts.Doc("a").ID)
}

func text(w http.ResponseWriter, r *http.Request) {
	if err := setup(context.Background()); err != nil {
		http.Error(w, "setup", http.StatusInternalServerError)
		return
	}
	fmt.Fprintln(w, texts.Doc("a").ID)
}
