// A test puts its own client in the place of the package's: the variable must stay.
package replaced

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
	documents, err = firestore.NewClient(context.Background(), "documents") // want `only save needs it, not show`
	if err != nil {
		log.Fatal(err)
	}
	functions.HTTP("Save", save)
	functions.HTTP("Show", show)
}

func save(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, documents.Doc("a").ID) }
func show(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") }
