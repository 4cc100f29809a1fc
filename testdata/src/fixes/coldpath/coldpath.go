// Only one path needs it: it is built when that path is first taken.
package main

import (
	"html/template"
	"net/http"
	"os"
)

func H(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/legacy" {
		t := template.Must(template.New("gone").Parse(os.Getenv("GONE_PAGE"))) // want `template is .* on every request of H`
		_ = t.Execute(w, r.URL.Path)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func main() {
	http.HandleFunc("/", H)
	http.ListenAndServe(":8080", nil)
}
