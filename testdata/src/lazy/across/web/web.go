// Package web answers requests.
package web

import (
	"fmt"
	"net/http"

	"lazy/across/store"
)

// A Sender is what pages are sent by.
type Sender interface {
	Send(id string) string
	Size() int
}

var sender Sender

// Routes registers the handlers.
func Routes(s Sender) {
	sender = s
	http.HandleFunc("/old", old)
	http.HandleFunc("/page", page)
	http.HandleFunc("/help", help)
}

func old(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, store.Find(r.URL.Path), store.Live.Doc("a").ID)
}

func page(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, sender.Send(r.URL.Path), store.Live.Doc("a").ID)
}

func help(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, sender.Size(), store.Live.Doc("a").ID)
}
