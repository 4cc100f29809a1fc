// The order in which initialisers run is part of what they do. What is built on first use is built after all of them: it must
// not have been seen by one, and must not see one.
package order

import (
	"context"
	"expvar"
	"flag"
	"fmt"
	"log"
	"net/http"

	"cloud.google.com/go/firestore"
	"github.com/GoogleCloudPlatform/functions-framework-go/functions"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

var constant = s3.New(s3.Options{Region: "eu"}) // want `only use needs it, not skip`

// Initialised after it in the text, and before it in the order of Go, for good.
var after = s3.New(s3.Options{Region: kept}) // want `only use needs it, not skip`
var kept = next()

// The same, but init sets it to something else.
var early = s3.New(s3.Options{Region: later}) // want `only use needs it, not skip`
var later = "eu"

// The same, but a function literal may.
var open = s3.New(s3.Options{Region: settable}) // want `only use needs it, not skip`
var settable = "eu"
var setting = func(s string) { settable = s }

// Only before flags are parsed this is the default.
var unset = s3.New(s3.Options{Region: *address}) // want `only use needs it, not skip`
var address = flag.String("address", "eu", "where the store is")

// The function sees how many there were before.
var counted = s3.New(s3.Options{Region: next()}) // want `only use needs it, not skip`

// A function gives the client back. That it does no more is not known.
var passed = pass(s3.New(s3.Options{})) // want `only use needs it, not skip`

// The option sets a field of what it gets, or something that the next initialiser reads.
var optioned = s3.New(s3.Options{}, func(o *s3.Options) { o.UsePathStyle = true }) // want `only use needs it, not skip`
var counting = s3.New(s3.Options{}, func(o *s3.Options) { clients++ })             // want `only use needs it, not skip`
var clients int
var total = clients

// given has a constant for a name.
var given *firestore.Client

var (
	named   *firestore.Client // its name is the next number
	renamed *firestore.Client // init sets what its name is made of, and then again
)

var numbers int

func next() string {
	numbers++
	return fmt.Sprint(numbers)
}

// pass counts clients.
func pass(c *s3.Client) *s3.Client {
	expvar.NewInt("clients").Add(1)
	return c
}

var prefix string

func init() {
	later = "us"

	fixed := "notes"
	var err error
	given, err = firestore.NewClient(context.Background(), fixed) // want `only use needs it, not skip`
	if err != nil {
		log.Fatal(err)
	}

	numbered := next()
	named, err = firestore.NewClient(context.Background(), numbered) // want `only use needs it, not skip`
	if err != nil {
		log.Fatal(err)
	}

	prefix = "a"
	renamed, err = firestore.NewClient(context.Background(), prefix+"b") // want `only use needs it, not skip`
	if err != nil {
		log.Fatal(err)
	}
	prefix = "c"

	functions.HTTP("Use", use)
	functions.HTTP("Skip", skip)
}

func use(w http.ResponseWriter, r *http.Request) {
	constant.GetObject(r.Context(), &s3.GetObjectInput{Key: &r.URL.Path})
	after.GetObject(r.Context(), &s3.GetObjectInput{Key: &r.URL.Path})
	early.GetObject(r.Context(), &s3.GetObjectInput{Key: &r.URL.Path})
	open.GetObject(r.Context(), &s3.GetObjectInput{Key: &r.URL.Path})
	unset.GetObject(r.Context(), &s3.GetObjectInput{Key: &r.URL.Path})
	counted.GetObject(r.Context(), &s3.GetObjectInput{Key: &r.URL.Path})
	passed.GetObject(r.Context(), &s3.GetObjectInput{Key: &r.URL.Path})
	optioned.GetObject(r.Context(), &s3.GetObjectInput{Key: &r.URL.Path})
	counting.GetObject(r.Context(), &s3.GetObjectInput{Key: &r.URL.Path})
	fmt.Fprintln(w, given.Doc("a").ID, named.Doc("a").ID, renamed.Doc("a").ID)
}

func skip(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, "ok", total, prefix, setting != nil)
}
