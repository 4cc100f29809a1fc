// A sync.Once runs once, also if it failed.
package poison

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"sync"

	"cloud.google.com/go/firestore"
	"github.com/GoogleCloudPlatform/functions-framework-go/functions"
)

// client is for all requests.
var client *firestore.Client
var clientOnce sync.Once

var vital *firestore.Client
var vitalOnce sync.Once

func init() {
	functions.HTTP("Lazy", lazy)
	functions.HTTP("Fatal", fatal)
}

func lazy(w http.ResponseWriter, r *http.Request) {
	// Not all requests come here.
	clientOnce.Do(func() {
		// Pre-declare err.
		var err error
		client, err = firestore.NewClient(context.Background(), r.Header.Get("project")) // want `a failure to open the Firestore client is final: sync.Once does not run again, and each later request goes on without it until the instance ends \(lazy\)`
		if err != nil {
			http.Error(w, "Internal error", http.StatusInternalServerError)
			log.Printf("firestore.NewClient: %v", err)
			return
		}
	})

	doc, err := client.Doc("a").Get(r.Context())
	if err != nil {
		http.Error(w, "Internal error", http.StatusInternalServerError)
		return
	}
	fmt.Fprintln(w, doc.Data())
}

func fatal(w http.ResponseWriter, r *http.Request) {
	vitalOnce.Do(func() {
		var err error
		vital, err = firestore.NewClient(context.Background(), "vital") // the next instance tries again: silent
		if err != nil {
			log.Fatal(err)
		}
	})
	fmt.Fprintln(w, vital.Doc("a").ID)
}
