// What registers something must do so before the first request: metrics are asked for, drivers opened and handlers called by
// others. Where the registration stays in start-up, and the object alone is built later, nothing is lost.
package registers

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"expvar"
	"flag"
	"fmt"
	"log"
	"net/http"
	"strings"

	"cloud.google.com/go/firestore"
	"github.com/GoogleCloudPlatform/functions-framework-go/functions"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/prometheus/client_golang/prometheus"
)

var opened = prometheus.NewCounter(prometheus.CounterOpts{Name: "opened"})

var lower = s3.New(s3.Options{Region: strings.ToLower("EU")})                 // want `only use needs it, not reply or skip`
var variable = s3.New(s3.Options{Region: expvar.NewString("region").Value()}) // want `only use needs it, not reply or skip`

var whole = s3.New(s3.Options{BaseEndpoint: new("eu")})                                       // want `only use needs it, not reply or skip`
var flagged = s3.New(s3.Options{BaseEndpoint: flag.String("at", "eu", "where the store is")}) // want `only use needs it, not reply or skip`

var path = s3.New(s3.Options{}, func(o *s3.Options) { o.UsePathStyle = true })               // want `only use needs it, not reply or skip`
var measured = s3.New(s3.Options{}, func(o *s3.Options) { prometheus.MustRegister(opened) }) // want `only use needs it, not reply or skip`

var plain = s3.New(s3.Options{})                                                                   // want `only use needs it, not reply or skip`
var served = serve(s3.New(s3.Options{}))                                                           // want `only use needs it, not reply or skip`
var published = func() *s3.Client { expvar.NewInt("built").Add(1); return s3.New(s3.Options{}) }() // literals are not looked into: silent

// serve has http.DefaultServeMux answer, too.
func serve(c *s3.Client) *s3.Client {
	http.HandleFunc("/reply", reply)
	return c
}

func reply(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "yes") }

var (
	pool     *firestore.Client // init registers a driver, and then opens it
	inside   *firestore.Client // init opens it with what registers a driver
	before   *firestore.Client // the same in two statements
	shown    *firestore.Client // expvar shows what it does
	exported *firestore.Client // so does Prometheus: it gets the object
)

type traced struct{ driver.Driver }

func register(name string) string {
	sql.Register(name, traced{})
	return name
}

func init() {
	sql.Register("traced", traced{})
	var err error
	pool, err = firestore.NewClient(context.Background(), "traced") // want `only use needs it, not reply or skip`
	if err != nil {
		log.Fatal(err)
	}

	inside, err = firestore.NewClient(context.Background(), register("inside")) // want `only use needs it, not reply or skip`
	if err != nil {
		log.Fatal(err)
	}

	name := register("before")
	before, err = firestore.NewClient(context.Background(), name) // want `only use needs it, not reply or skip`
	if err != nil {
		log.Fatal(err)
	}

	shown, err = firestore.NewClient(context.Background(), "traced")
	if err != nil {
		log.Fatal(err)
	}
	expvar.Publish("shown", expvar.Func(func() any { return shown.Doc("a").ID }))

	exported, err = firestore.NewClient(context.Background(), "traced")
	if err != nil {
		log.Fatal(err)
	}
	prometheus.MustRegister(statsOf{exported})

	functions.HTTP("Use", use)
	functions.HTTP("Skip", skip)
}

type statsOf struct{ documents *firestore.Client }

func (s statsOf) Collect(ch chan<- prometheus.Metric) { ch <- s.documents.Doc("a") }

func use(w http.ResponseWriter, r *http.Request) {
	lower.GetObject(r.Context(), &s3.GetObjectInput{Key: &r.URL.Path})
	variable.GetObject(r.Context(), &s3.GetObjectInput{Key: &r.URL.Path})
	flagged.GetObject(r.Context(), &s3.GetObjectInput{Key: &r.URL.Path})
	measured.GetObject(r.Context(), &s3.GetObjectInput{Key: &r.URL.Path})
	path.GetObject(r.Context(), &s3.GetObjectInput{Key: &r.URL.Path})
	plain.GetObject(r.Context(), &s3.GetObjectInput{Key: &r.URL.Path})
	whole.GetObject(r.Context(), &s3.GetObjectInput{Key: &r.URL.Path})
	served.GetObject(r.Context(), &s3.GetObjectInput{Key: &r.URL.Path})
	published.GetObject(r.Context(), &s3.GetObjectInput{Key: &r.URL.Path})
	for _, documents := range []*firestore.Client{inside, before, shown, exported} {
		if _, err := documents.Doc("a").Get(context.Background()); err != nil {
			http.Error(w, "no database", http.StatusInternalServerError)
			return
		}
	}
	if _, err := pool.Doc("a").Get(r.Context()); err != nil {
		http.Error(w, "no database", http.StatusInternalServerError)
		return
	}
	fmt.Fprintln(w, "ok")
}

func skip(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") }
