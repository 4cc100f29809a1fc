// Shapes that look as if something were built too early, and are right as they are.
package silent

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"

	"cloud.google.com/go/firestore"
	"github.com/GoogleCloudPlatform/functions-framework-go/functions"
)

var (
	asked  *firestore.Client // only where the configuration asks for it
	warmed *firestore.Client // start-up reads from it
	Shared *firestore.Client // other packages may use it
	inner  *firestore.Client // a function value that anybody may call uses it
	plain  *firestore.Client // the one that nothing speaks for
)

func init() {
	var err error
	if os.Getenv("ASKED") != "" {
		asked, err = firestore.NewClient(context.Background(), "asked")
		if err != nil {
			log.Fatal(err)
		}
	}
	warmed, err = firestore.NewClient(context.Background(), "warmed")
	if err != nil {
		log.Fatal(err)
	}
	if _, err := warmed.Doc("a").Get(context.Background()); err != nil {
		log.Fatal(err)
	}
	Shared, err = firestore.NewClient(context.Background(), "shared")
	if err != nil {
		log.Fatal(err)
	}
	inner, err = firestore.NewClient(context.Background(), "inner")
	if err != nil {
		log.Fatal(err)
	}
	plain, err = firestore.NewClient(context.Background(), "plain") // want `only use needs it, not skip`
	if err != nil {
		log.Fatal(err)
	}
	functions.HTTP("Use", use)
	functions.HTTP("Skip", skip)
}

func use(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, asked.Doc("a").ID, warmed.Doc("a").ID, Shared.Doc("a").ID, inner.Doc("a").ID, plain.Doc("a").ID)
}

// Visit is for other packages.
func Visit() { fmt.Println(inner.Doc("a").ID) }

func skip(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") }
