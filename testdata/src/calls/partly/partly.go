// Some requests do not get to the operation, and the finding says so. After a failure there is nothing to get to.
package main

import (
	"errors"
	"net/http"
	"regexp"
)

func always(w http.ResponseWriter, r *http.Request) {
	if err := allowed(r); err != nil {
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	re := regexp.MustCompile("a+") // want `built on every request of always; what it needs`
	if re.MatchString(r.URL.Path) {
		w.WriteHeader(http.StatusTeapot)
	}
}

func posts(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		return
	}
	re := regexp.MustCompile("b+") // want `built on every request of posts that gets here; what it needs`
	if re.MatchString(r.URL.Path) {
		w.WriteHeader(http.StatusTeapot)
	}
}

// The condition may stand in any of the functions on the way.
func deep(w http.ResponseWriter, r *http.Request) {
	defer r.Body.Close()
	matches(r.URL.Path)
}

func matches(path string) bool {
	return path != "" && regexp.MustCompile("c+").MatchString(path) // want `built on every request of deep that gets here; what it needs`
}

func plain(w http.ResponseWriter, r *http.Request) {
	defer r.Body.Close()
	found(r.URL.Path)
}

func found(path string) bool {
	return regexp.MustCompile("d+").MatchString(path) && path != "" // want `built on every request of plain; what it needs`
}

func allowed(r *http.Request) error {
	if r.Host == "" {
		return errors.New("no host")
	}
	return nil
}

func main() {
	http.HandleFunc("/always", always)
	http.HandleFunc("/posts", posts)
	http.HandleFunc("/deep", deep)
	http.HandleFunc("/plain", plain)
	http.ListenAndServe(":8080", nil)
}
