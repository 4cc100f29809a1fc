// What is true may be unsafe to mend: each variable has one reason against a fix.
package refused

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"net/http"
	"os"

	"cloud.google.com/go/firestore"
	"github.com/GoogleCloudPlatform/functions-framework-go/functions"
)

var (
	together, with *firestore.Client // several-keepers
	pair, other    *firestore.Client // declaration
	started        *firestore.Client // start-function
	sharing        *firestore.Client // shared-input
	tuned          *sql.DB           // set-up
	lost           *firestore.Client // failure-lost: start-up goes on
	dumb           *firestore.Client // failure-lost: pick has no error to return
	effect         *firestore.Client // effects
	compared       *firestore.Client // compared
	pointed        *firestore.Client // address-taken
)

func project() string {
	fmt.Println("asked for the project")
	return os.Getenv("PROJECT")
}

func init() {
	var err error
	together, err = firestore.NewClient(context.Background(), "a") // want `only use needs it, not skip`
	if err != nil {
		log.Fatal(err)
	}
	with = together

	lost, err = firestore.NewClient(context.Background(), "b") // want `only use needs it, not skip`
	if err != nil {
		log.Print(err)
	}

	dumb, err = firestore.NewClient(context.Background(), "c") // want `only use needs it, not skip`
	if err != nil {
		log.Fatal(err)
	}

	effect, err = firestore.NewClient(context.Background(), project()) // want `only use needs it, not skip`
	if err != nil {
		log.Fatal(err)
	}

	compared, err = firestore.NewClient(context.Background(), "d") // want `only use needs it, not skip`
	if err != nil {
		log.Fatal(err)
	}

	pointed, err = firestore.NewClient(context.Background(), "e") // want `only use needs it, not skip`
	if err != nil {
		log.Fatal(err)
	}

	pair, err = firestore.NewClient(context.Background(), "f") // want `only use needs it, not skip`
	if err != nil {
		log.Fatal(err)
	}

	where := os.Getenv("WHERE")
	sharing, err = firestore.NewClient(context.Background(), where) // want `only use needs it, not skip`
	if err != nil {
		log.Fatal(err)
	}
	log.Print("reading from ", where)

	tuned, err = sql.Open("pgx", "postgres://db/shop") // want `only use needs it, not skip`
	if err != nil {
		log.Fatal(err)
	}
	tuned.SetMaxOpenConns(2)
	if err := tuned.Ping(); err != nil {
		log.Fatal(err)
	}

	begin()
	functions.HTTP("Use", use)
	functions.HTTP("Skip", skip)
}

func begin() {
	var err error
	started, err = firestore.NewClient(context.Background(), "g") // want `only use needs it, not skip`
	if err != nil {
		log.Fatal(err)
	}
}

func use(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, together.Doc("a").ID, with.Doc("a").ID, lost.Doc("a").ID, pick(), effect.Doc("a").ID)
	if compared != nil {
		fmt.Fprintln(w, compared.Doc("a").ID)
	}
	address := &pointed
	fmt.Fprintln(w, (*address).Doc("a").ID, pair.Doc("a").ID, other, started.Doc("a").ID, sharing.Doc("a").ID, tuned.Stats())
}

func pick() string { return dumb.Doc("a").ID }

func skip(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") }
