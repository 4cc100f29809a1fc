// The text is a local constant, which a package variable cannot see: no fix.
package main

import (
	"html/template"
	"net/http"
)

func H(w http.ResponseWriter, r *http.Request) {
	const page = "<p>{{.}}</p>"
	_ = template.Must(template.New("page").Parse(page)).Execute(w, r.URL.Path) // want `template is .* on every request of H`
}

func main() {
	http.HandleFunc("/h", H)
	http.ListenAndServe(":8080", nil)
}
