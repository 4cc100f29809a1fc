// Two functions of one package are two deployments, and each runs all of init.
package handlers

import (
	"context"
	"fmt"
	"log"
	"net/http"

	"cloud.google.com/go/firestore"
	"github.com/GoogleCloudPlatform/functions-framework-go/functions"
)

// documents holds what save stores.
var documents *firestore.Client

// profiles is for both.
var profiles *firestore.Client

func init() {
	var err error

	documents, err = firestore.NewClient(context.Background(), "documents") // want `Firestore client is opened when an instance starts, but of its handlers only save needs it, not show`
	if err != nil {
		log.Fatalf("firestore.NewClient: %v", err)
	}

	profiles, err = firestore.NewClient(context.Background(), "profiles") // both need it: silent
	if err != nil {
		log.Fatalf("firestore.NewClient: %v", err)
	}

	functions.HTTP("Save", save)
	functions.HTTP("Show", show)
}

func save(w http.ResponseWriter, r *http.Request) {
	who, err := profiles.Doc(r.URL.Path).Get(r.Context())
	if err != nil {
		http.Error(w, "no profile", http.StatusInternalServerError)
		return
	}

	// The name of the document is that of the profile.
	doc := documents.Doc(who.Ref.ID)
	fmt.Fprintln(w, doc.ID)
}

func show(w http.ResponseWriter, r *http.Request) {
	who, err := profiles.Doc(r.URL.Path).Get(r.Context())
	if err != nil {
		http.Error(w, "no profile", http.StatusInternalServerError)
		return
	}
	fmt.Fprintln(w, who.Ref.ID)
}
