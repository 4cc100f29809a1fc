// An embedded file cannot change.
package main

import (
	"embed"
	"html/template"
	"net/http"
)

//go:embed page.html
var pages embed.FS

func H(w http.ResponseWriter, r *http.Request) {
	t, err := template.ParseFS(pages, "page.html") // want `template is .* on every request of H`
	if err != nil {
		return
	}
	_ = t.Execute(w, r.URL.Path)
}

func main() {
	http.HandleFunc("/h", H)
	http.ListenAndServe(":8080", nil)
}
