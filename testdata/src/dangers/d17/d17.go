// The file under /tmp may be rewritten while the instance lives: no fix.
package main

import (
	"html/template"
	"net/http"
)

func H(w http.ResponseWriter, r *http.Request) {
	t, err := template.ParseFiles("/tmp/page.html") // want `template is .* on every request of H`
	if err != nil {
		return
	}
	_ = t.Execute(w, nil)
}

func main() {
	http.HandleFunc("/h", H)
	http.ListenAndServe(":8080", nil)
}
