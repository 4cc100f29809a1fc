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
	empty  *firestore.Client // only requests without anything to do need it not
	each   *firestore.Client // no round of a loop is nothing to do
)

func open(name string) *firestore.Client {
	c, err := firestore.NewClient(context.Background(), name)
	if err != nil {
		log.Fatal(err)
	}
	return c
}

func init() {
	if os.Getenv("ASKED") != "" {
		asked = open("asked")
	}
	warmed = open("warmed")
	if _, err := warmed.Doc("a").Get(context.Background()); err != nil {
		log.Fatal(err)
	}
	Shared = open("shared")
	inner = open("inner")
	empty = open("empty")
	each = open("each")
	functions.HTTP("Use", use)
	functions.HTTP("Skip", skip)
}

func use(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, asked.Doc("a").ID, warmed.Doc("a").ID, Shared.Doc("a").ID, inner.Doc("a").ID)
	busy(w, r)
}

// Visit is for other packages.
func Visit() { fmt.Println(inner.Doc("a").ID) }

func skip(w http.ResponseWriter, r *http.Request) { busy(w, r) }

func busy(w http.ResponseWriter, r *http.Request) {
	for name := range r.Header {
		fmt.Fprintln(w, each.Doc(name).ID)
	}
	if len(r.Header) == 0 {
		fmt.Fprintln(w, "nothing to do")
		return
	}
	fmt.Fprintln(w, empty.Doc("a").ID)
}
