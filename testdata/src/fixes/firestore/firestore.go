// The client keeps its context.
package firestore

import (
	"fmt"
	"net/http"
	"os"

	"cloud.google.com/go/firestore"
	"github.com/GoogleCloudPlatform/functions-framework-go/functions"
)

func init() { functions.HTTP("Cart", cart) }

func cart(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	client, err := firestore.NewClient(ctx, os.Getenv("GOOGLE_CLOUD_PROJECT")) // want `Firestore client is .* on every request of cart`
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	defer client.Close()
	snapshot, err := client.Collection("carts").Doc(r.URL.Query().Get("id")).Get(ctx)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	fmt.Fprint(w, snapshot.Data())
}
