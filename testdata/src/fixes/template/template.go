// A template of a constant text.
package main

import (
	"html/template"
	"net/http"
)

const page = "<p>{{.}}</p>"

func H(w http.ResponseWriter, r *http.Request) {
	t := template.Must(template.New("page").Parse(page)) // want `template is .* on every request of H`
	_ = t.Execute(w, r.URL.Path)
}

func main() {
	http.HandleFunc("/", H)
	http.ListenAndServe(":8080", nil)
}
