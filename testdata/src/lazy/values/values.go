// sync.OnceValues remembers an error as it remembers a value.
package values

import (
	"context"
	"fmt"
	"net/http"
	"sync"

	"cloud.google.com/go/firestore"
	"github.com/GoogleCloudPlatform/functions-framework-go/functions"
)

var documents = sync.OnceValues(func() (*firestore.Client, error) {
	return firestore.NewClient(context.Background(), "documents") // want `a failure to open the Firestore client is final: sync.OnceValues does not run again, and each later request gets the same error`
})

var unused = sync.OnceValues(func() (*firestore.Client, error) {
	return firestore.NewClient(context.Background(), "unused") // no handler comes here: silent
})

func init() { functions.HTTP("Show", show) }

func show(w http.ResponseWriter, r *http.Request) {
	c, err := documents()
	if err != nil {
		http.Error(w, "no documents", http.StatusInternalServerError)
		return
	}
	fmt.Fprintln(w, c.Doc("a").ID)
}
