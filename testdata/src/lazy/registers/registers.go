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
	pool     *sql.DB // init registers its driver, and then opens it
	inside   *sql.DB // init opens it with what registers its driver
	before   *sql.DB // the same in two statements
	shown    *sql.DB // expvar shows what it does
	exported *sql.DB // so does Prometheus: it gets the object
)

type traced struct{ driver.Driver }

func register(name string) string {
	sql.Register(name, traced{})
	return name
}

func init() {
	sql.Register("traced", traced{})
	var err error
	pool, err = sql.Open("traced", "postgres://db/a") // want `only use needs it, not reply or skip`
	if err != nil {
		log.Fatal(err)
	}

	inside, err = sql.Open(register("inside"), "postgres://db/b") // want `only use needs it, not reply or skip`
	if err != nil {
		log.Fatal(err)
	}

	name := register("before")
	before, err = sql.Open(name, "postgres://db/c") // want `only use needs it, not reply or skip`
	if err != nil {
		log.Fatal(err)
	}

	shown, err = sql.Open("traced", "postgres://db/d")
	if err != nil {
		log.Fatal(err)
	}
	expvar.Publish("shown", expvar.Func(func() any { return shown.Stats() }))

	exported, err = sql.Open("traced", "postgres://db/e")
	if err != nil {
		log.Fatal(err)
	}
	prometheus.MustRegister(statsOf{exported})

	functions.HTTP("Use", use)
	functions.HTTP("Skip", skip)
}

type statsOf struct{ db *sql.DB }

func (s statsOf) Collect(ch chan<- prometheus.Metric) { ch <- s.db.Stats() }

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
	for _, db := range []*sql.DB{inside, before, shown, exported} {
		if err := db.PingContext(context.Background()); err != nil {
			http.Error(w, "no database", http.StatusInternalServerError)
			return
		}
	}
	if err := pool.PingContext(r.Context()); err != nil {
		http.Error(w, "no database", http.StatusInternalServerError)
		return
	}
	fmt.Fprintln(w, "ok")
}

func skip(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") }
