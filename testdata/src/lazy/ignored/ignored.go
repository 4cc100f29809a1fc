// A directive silences this check by its name.
package ignored

import (
	"context"
	"fmt"
	"log"
	"net/http"

	"cloud.google.com/go/firestore"
	"github.com/GoogleCloudPlatform/functions-framework-go/functions"
)

var documents *firestore.Client

func init() {
	var err error
	//faaslint:ignore lazy whoever asks must not wait
	documents, err = firestore.NewClient(context.Background(), "documents")
	if err != nil {
		log.Fatal(err)
	}
	functions.HTTP("Save", save)
	functions.HTTP("Show", show)
}

func save(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, documents.Doc("a").ID) }
func show(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") }
