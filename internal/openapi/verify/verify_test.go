package verify

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"golang.org/x/tools/txtar"

	"github.com/faaslint/faaslint/faas/replay"
)

const testdata = "../../../cmd/faaslint/testdata/"

// load reads and validates a document.
func load(t *testing.T, text []byte) *openapi3.T {
	t.Helper()
	loader := openapi3.NewLoader()
	doc, err := loader.LoadFromData(text)
	if err == nil {
		err = doc.Validate(loader.Context)
	}
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestStory validates what faaslint split writes in its story.
func TestStory(t *testing.T) {
	archive, err := txtar.ParseFile(testdata + "split.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.Files {
		if f.Name == "want/openapi" {
			load(t, f.Data)
			return
		}
	}
	t.Error("no document")
}

// TestRequests sends the recorded requests of the example where its document says, and wants them to get to the function
// that has what they ask for. That a path has no route, or not by this method, a gateway finds out by itself.
func TestRequests(t *testing.T) {
	text, err := os.ReadFile(testdata + "opensense.openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	doc := load(t, text)
	for path, item := range doc.Paths.Map() { // a function is where its name is: any host does here
		for method, o := range item.Operations() {
			if want := "http://" + o.Extensions["x-faaslint-function"].(string); len(*o.Servers) != 1 || (*o.Servers)[0].URL != want {
				t.Errorf("%s %s: servers %v, want %s", method, path, *o.Servers, want)
			}
			o.Servers = nil
		}
	}
	doc.Servers = nil
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	requests, err := replay.ReadFile(filepath.Join("../../../examples/opensense/testdata", "requests.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, e := range requests {
		r, err := http.NewRequest(e.Method, "http://gateway"+e.Path, nil)
		if err != nil {
			t.Fatal(err)
		}
		route, _, err := router.FindRoute(r)
		if err != nil {
			count["none"]++
			if s := e.Answer.Status; s != http.StatusNotFound && s != http.StatusMethodNotAllowed && e.Method != http.MethodOptions {
				t.Errorf("%s %s, which is answered with %d: %v", e.Method, e.Path, s, err)
			}
			continue
		}
		count[route.Operation.Extensions["x-faaslint-function"].(string)]++
	}
	// As docs/routes.md counts them, but for nine by a method that their path does not have, such as OPTIONS: these are for the
	// default, as what has no path is.
	for name, want := range map[string]int{"plain": 43, "pgx": 59, "gocql-pgx": 239, "none": 19} {
		if count[name] != want {
			t.Errorf("%s: %d requests, want %d (%v)", name, count[name], want, count)
		}
	}
}
