// Package pages has two functions, and one file for both checks: the template of each request, and the client of one.
package pages

import (
	"context"
	"html/template"
	"log"
	"net/http"

	"cloud.google.com/go/firestore"
	"github.com/GoogleCloudPlatform/functions-framework-go/functions"
)

var texts *firestore.Client

func init() {
	var err error
	texts, err = firestore.NewClient(context.Background(), "texts") // want `only show needs it, not list`
	if err != nil {
		log.Fatalf("opening the texts: %v", err)
	}
	functions.HTTP("Show", show)
	functions.HTTP("List", list)
}

func show(w http.ResponseWriter, r *http.Request) {
	doc, err := texts.Doc(r.URL.Path).Get(r.Context())
	if err != nil {
		http.Error(w, "no text", http.StatusInternalServerError)
		return
	}
	page := template.Must(template.New("page").Parse("<p>{{.}}</p>")) // want `template is built on every request of show`
	if err := page.Execute(w, doc.Ref.ID); err != nil {
		log.Print(err)
	}
}

func list(w http.ResponseWriter, r *http.Request) {
	page := template.Must(template.New("list").Parse("<ul>{{.}}</ul>")) // want `template is built on every request of list`
	if err := page.Execute(w, r.URL.Path); err != nil {
		log.Print(err)
	}
}
