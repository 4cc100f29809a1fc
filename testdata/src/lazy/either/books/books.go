// Package books serves what it finds in stores that it does not know.
package books

import (
	"fmt"
	"net/http"
)

type Store interface {
	One(id string) string
	All() string
}

type Index interface{ Find(text string) string }

type Books struct {
	Store Store
	Index Index
}

// Either asks the store for one or for all: no way leads around it.
func (b *Books) Either(w http.ResponseWriter, r *http.Request) {
	if id := r.PathValue("id"); id != "all" {
		fmt.Fprintln(w, b.Store.One(id))
		return
	}
	fmt.Fprintln(w, b.Store.All())
}

// Or asks the store or the index.
func (b *Books) Or(w http.ResponseWriter, r *http.Request) {
	if id := r.PathValue("id"); id != "all" {
		fmt.Fprintln(w, b.Store.One(id))
		return
	}
	fmt.Fprintln(w, b.Index.Find(r.URL.Path))
}
