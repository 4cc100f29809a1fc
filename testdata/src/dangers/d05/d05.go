// State of one request is put into the object after it is built: shared, it would be shown to another user.
package main

import (
	"html/template"
	"net/http"
)

func H(w http.ResponseWriter, r *http.Request) {
	t := template.Must(template.New("hello").Funcs(template.FuncMap{"name": func() string { return "" }}).Parse("hello {{name}}")) // want `template is .* on every request of H`
	t.Funcs(template.FuncMap{"name": func() string { return r.Header.Get("X-Name") }})
	_ = t.Execute(w, nil)
}

func main() {
	http.HandleFunc("/h", H)
	http.ListenAndServe(":8080", nil)
}
