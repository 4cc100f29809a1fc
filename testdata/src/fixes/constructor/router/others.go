package main

import (
	"context"
	"log"
	"math/rand"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"
)

// newOther is like newRouter, for those who do something else with it.
func newOther(name string) http.Handler {
	r := chi.NewRouter() // want `router is built on every request of After, AfterElsewhere, AfterWrapped and 1 more`
	r.Get("/", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte(name)) })
	return r
}

// After is set up by its handler, after it was returned.
func After(w http.ResponseWriter, r *http.Request) {
	app := newOther(os.Getenv("NAME"))
	app.(*chi.Mux).Get("/after", func(w http.ResponseWriter, r *http.Request) {})
	app.ServeHTTP(w, r)
}

// AfterElsewhere has another function do that.
func AfterElsewhere(w http.ResponseWriter, r *http.Request) {
	app := newOther(os.Getenv("NAME"))
	more(app)
	app.ServeHTTP(w, r)
}

func more(h http.Handler) { h.(*chi.Mux).Get("/more", func(w http.ResponseWriter, r *http.Request) {}) }

// AfterWrapped changes what another function gave back.
func AfterWrapped(w http.ResponseWriter, r *http.Request) {
	app := newOther(os.Getenv("NAME"))
	same(app).(*chi.Mux).Get("/after", func(w http.ResponseWriter, r *http.Request) {})
	app.ServeHTTP(w, r)
}

func same(h http.Handler) http.Handler { return h }

// Asked depends on the request; what does not is not the whole router.
func Asked(w http.ResponseWriter, r *http.Request) {
	newOther(r.Header.Get("X-Shop")).ServeHTTP(w, r)
}

var made int

// newCounted counts: each request needs that.
func newCounted() http.Handler {
	made++
	r := chi.NewRouter() // want `router is built on every request of Counted`
	r.Get("/", func(w http.ResponseWriter, r *http.Request) {})
	return r
}

func Counted(w http.ResponseWriter, r *http.Request) { newCounted().ServeHTTP(w, r) }

// newLogged logs, and not only where it fails.
func newLogged() http.Handler {
	log.Print("a new router")
	r := chi.NewRouter() // want `router is built on every request of Logged`
	r.Get("/", func(w http.ResponseWriter, r *http.Request) {})
	return r
}

func Logged(w http.ResponseWriter, r *http.Request) { newLogged().ServeHTTP(w, r) }

// newVisited keeps a number for its one request: shared, it would go on from request to request.
func newVisited() http.Handler {
	n := 0
	r := chi.NewRouter() // want `router is built on every request of Visited`
	r.Get("/", func(w http.ResponseWriter, r *http.Request) { n++; w.WriteHeader(200 + n) })
	return r
}

func Visited(w http.ResponseWriter, r *http.Request) { newVisited().ServeHTTP(w, r) }

type visits struct {
	mu sync.Mutex
	n  int
}

func (v *visits) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.n++
}

// newGuarded does the same in a field, with a lock, which makes it no better.
func newGuarded() http.Handler {
	r := chi.NewRouter() // want `router is built on every request of Guarded`
	r.Handle("/", &visits{})
	return r
}

func Guarded(w http.ResponseWriter, r *http.Request) { newGuarded().ServeHTTP(w, r) }

func (v *visits) visit(w http.ResponseWriter, r *http.Request) { v.n++ }

// newBound has a method value that does it.
func newBound() http.Handler {
	v := &visits{}
	r := chi.NewRouter() // want `router is built on every request of Bound`
	r.Get("/", v.visit)
	return r
}

func Bound(w http.ResponseWriter, r *http.Request) { newBound().ServeHTTP(w, r) }

// newStamped holds the time, and newDrawn a number, at which it was made.
func newStamped() http.Handler {
	now := time.Now()
	r := chi.NewRouter() // want `router is built on every request of Stamped`
	r.Get("/", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte(now.String())) })
	return r
}

func Stamped(w http.ResponseWriter, r *http.Request) { newStamped().ServeHTTP(w, r) }

func newDrawn() http.Handler {
	n := rand.Int()
	r := chi.NewRouter() // want `router is built on every request of Drawn`
	r.Get("/", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(n) })
	return r
}

func Drawn(w http.ResponseWriter, r *http.Request) { newDrawn().ServeHTTP(w, r) }

var greeting = "hello"

// newGreeting holds what a request may change.
func newGreeting() http.Handler {
	text := greeting
	r := chi.NewRouter() // want `router is built on every request of Greeting`
	r.Get("/", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte(text)) })
	return r
}

func Greeting(w http.ResponseWriter, r *http.Request) {
	greeting = r.URL.Path
	newGreeting().ServeHTTP(w, r)
}

// newClosed ends with its request.
type closable struct{ http.Handler }

func (c *closable) Close() {}

func newClosed() *closable {
	r := chi.NewRouter() // want `router is built on every request of Closed`
	r.Get("/", func(w http.ResponseWriter, r *http.Request) {})
	return &closable{r}
}

func Closed(w http.ResponseWriter, r *http.Request) {
	app := newClosed()
	defer app.Close()
	app.ServeHTTP(w, r)
}

// Unchecked uses what is returned with an error, which a guard would not return.
func Unchecked(w http.ResponseWriter, r *http.Request) {
	app, _ := newChecked()
	app.ServeHTTP(w, r)
}

// newWatched starts something beside it.
func newWatched(ctx context.Context) http.Handler {
	go func() { <-ctx.Done() }()
	r := chi.NewRouter() // want `router is built on every request of Watched`
	r.Get("/", func(w http.ResponseWriter, r *http.Request) {})
	return r
}

func Watched(w http.ResponseWriter, r *http.Request) { newWatched(r.Context()).ServeHTTP(w, r) }

type settings struct{ greeting string }

type app struct {
	http.Handler
	settings func() *settings
}

// newOpen lets others have what its handlers read.
func newOpen() *app {
	s := &settings{greeting: "hello"}
	r := chi.NewRouter() // want `router is built on every request of Open`
	r.Get("/", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte(s.greeting)) })
	return &app{r, func() *settings { return s }}
}

func Open(w http.ResponseWriter, r *http.Request) {
	a := newOpen()
	a.settings().greeting = r.URL.Path
	a.ServeHTTP(w, r)
}

// newScoped holds the context of its request.
func newScoped(ctx context.Context) http.Handler {
	r := chi.NewRouter() // want `router is built on every request of Scoped`
	r.Get("/", func(w http.ResponseWriter, r *http.Request) { <-ctx.Done() })
	return r
}

func Scoped(w http.ResponseWriter, r *http.Request) { newScoped(r.Context()).ServeHTTP(w, r) }

type store interface{ add(name string) }

type names struct{ all []string }

func (n *names) add(name string) { n.all = append(n.all, name) }

// newNamed hides behind an interface what each request adds to.
func newNamed() http.Handler {
	var s store = &names{}
	r := chi.NewRouter() // want `router is built on every request of Named`
	r.Get("/", func(w http.ResponseWriter, r *http.Request) { s.add(r.URL.Path) })
	return r
}

func Named(w http.ResponseWriter, r *http.Request) { newNamed().ServeHTTP(w, r) }

// newReporting calls a function of a library that nobody described.
func newReporting() http.Handler {
	l := log.New(os.Stderr, "shop: ", 0)
	r := chi.NewRouter() // want `router is built on every request of Reporting`
	r.Get("/", func(w http.ResponseWriter, r *http.Request) { l.Print(r.URL.Path) })
	return r
}

func Reporting(w http.ResponseWriter, r *http.Request) { newReporting().ServeHTTP(w, r) }

var hooks = map[string]func(){}

// newRegistered registers itself somewhere.
func newRegistered() http.Handler {
	r := chi.NewRouter() // want `router is built on every request of Registered`
	hooks["/"] = func() {}
	r.Get("/", func(w http.ResponseWriter, r *http.Request) {})
	return r
}

func Registered(w http.ResponseWriter, r *http.Request) { newRegistered().ServeHTTP(w, r) }

// InTurns makes one after the other.
func InTurns(w http.ResponseWriter, r *http.Request) {
	for _, name := range []string{"a", "b"} {
		newTurn(name).ServeHTTP(w, r)
	}
}

func newTurn(name string) http.Handler {
	r := chi.NewRouter() // want `router is built on every request of InTurns`
	r.Get("/", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte(name)) })
	return r
}

var last http.Handler

// newLast leaves a way to it behind.
func newLast() http.Handler {
	r := chi.NewRouter() // want `router is built on every request of Last`
	r.Get("/", func(w http.ResponseWriter, r *http.Request) {})
	last = r
	return r
}

func Last(w http.ResponseWriter, r *http.Request) { newLast().ServeHTTP(w, r) }

// newWrapped has a middleware that does more than return a handler, once for each router.
func newWrapped() http.Handler {
	r := chi.NewRouter() // want `router is built on every request of Wrapped`
	r.Use(func(next http.Handler) http.Handler {
		made++
		return next
	})
	r.Get("/", func(w http.ResponseWriter, r *http.Request) {})
	return r
}

func Wrapped(w http.ResponseWriter, r *http.Request) { newWrapped().ServeHTTP(w, r) }

// newHooked is given a literal that counts for one request.
func newHooked(hook func()) http.Handler {
	r := chi.NewRouter() // want `router is built on every request of Hooked`
	r.Get("/", func(w http.ResponseWriter, r *http.Request) { hook() })
	return r
}

func Hooked(w http.ResponseWriter, r *http.Request) {
	n := 0
	newHooked(func() { n++ }).ServeHTTP(w, r)
	w.WriteHeader(n)
}

func others() {
	http.HandleFunc("/after", After)
	http.HandleFunc("/afterelsewhere", AfterElsewhere)
	http.HandleFunc("/afterwrapped", AfterWrapped)
	http.HandleFunc("/asked", Asked)
	http.HandleFunc("/counted", Counted)
	http.HandleFunc("/logged", Logged)
	http.HandleFunc("/visited", Visited)
	http.HandleFunc("/guarded", Guarded)
	http.HandleFunc("/bound", Bound)
	http.HandleFunc("/stamped", Stamped)
	http.HandleFunc("/drawn", Drawn)
	http.HandleFunc("/greeting", Greeting)
	http.HandleFunc("/closed", Closed)
	http.HandleFunc("/unchecked", Unchecked)
	http.HandleFunc("/stored", Stored)
	http.HandleFunc("/watched", Watched)
	http.HandleFunc("/last", Last)
	http.HandleFunc("/scoped", Scoped)
	http.HandleFunc("/named", Named)
	http.HandleFunc("/reporting", Reporting)
	http.HandleFunc("/registered", Registered)
	http.HandleFunc("/inturns", InTurns)
	http.HandleFunc("/open", Open)
	http.HandleFunc("/wrapped", Wrapped)
	http.HandleFunc("/hooked", Hooked)
}
