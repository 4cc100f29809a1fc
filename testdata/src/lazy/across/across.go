// One package opens, a second keeps, a third answers requests: who needs what is known where they are put together.
package main

import (
	"context"
	"log"
	"net/http"

	"cloud.google.com/go/firestore"

	"lazy/across/mail"
	"lazy/across/store"
	"lazy/across/web"
)

func main() {
	if err := store.OpenArchive(); err != nil { // want `Firestore client is opened when an instance starts \(in lazy/across/store.OpenArchive, store.go:15\), but of its handlers only old needs it, not help or page`
		log.Fatal(err)
	}
	if err := store.OpenLive(); err != nil { // all need it: silent
		log.Fatal(err)
	}
	if err := store.OpenUsed(); err != nil { // start-up reads from it: silent
		log.Fatal(err)
	}
	if err := store.CheckUsed(); err != nil {
		log.Fatal(err)
	}
	letters, err := firestore.NewClient(context.Background(), "letters") // want `Firestore client is opened when an instance starts, but of its handlers only page needs it, not help or old`
	if err != nil {
		log.Fatal(err)
	}
	stamps, err := firestore.NewClient(context.Background(), "stamps") // what it is put into goes to a library: silent
	if err != nil {
		log.Fatal(err)
	}
	mail.Setup(letters)
	http.DefaultClient.Transport = mail.NewTransport(stamps)
	web.Routes(mail.Default)
	log.Fatal(http.ListenAndServe(":8080", nil))
}
