// Functions that no request reaches.
package main

import (
	"net/http"
	"regexp"
)

func used(s string) bool { return s == "" }

func unused(s string) bool { return regexp.MustCompile(`^unused-\d+$`).MatchString(s) }

func H(w http.ResponseWriter, r *http.Request) { used(r.PathValue("id")) }

func main() {
	unused("")
	http.HandleFunc("/", H)
	http.ListenAndServe(":8080", nil)
}
