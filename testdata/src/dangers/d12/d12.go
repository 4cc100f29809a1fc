// A map in a package variable, under a lock.
package main

import (
	"net/http"
	"regexp"
	"sync"
)

var (
	mu    sync.Mutex
	cache = map[string]*regexp.Regexp{}
)

func compiled(pattern string) (*regexp.Regexp, error) {
	mu.Lock()
	defer mu.Unlock()
	if re, ok := cache[pattern]; ok {
		return re, nil
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, err
	}
	cache[pattern] = re
	return re, nil
}

func H(w http.ResponseWriter, r *http.Request) {
	re, err := compiled(`^/carts/\d+$`)
	if err != nil {
		return
	}
	re.MatchString(r.URL.Path)
}

func main() {
	http.HandleFunc("/h", H)
	http.ListenAndServe(":8080", nil)
}
