// A function makes a router and sets it up before it returns it: its call is kept, with all that goes into it. In the
// other files one thing is different, and the router stays.
package main

import (
	"context"
	"errors"
	"log"
	"net/http"
	"os"
	"regexp"

	"github.com/go-chi/chi/v5"
)

type shop struct {
	name   string
	number *regexp.Regexp
}

// ServeHTTP only reads what the shop holds.
func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.number.MatchString(r.URL.Path) {
		w.Write([]byte(s.name))
	}
}

// newRouter makes all of its parts.
func newRouter(name string) http.Handler {
	r := chi.NewRouter()
	r.Use(tagged(name))
	r.Handle("/shop", &shop{name, regexp.MustCompile(`\d+`)})
	r.Group(func(r chi.Router) {
		r.Get("/name", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte(name)) })
	})
	return r
}

// tagged is called while the router is made, and what it returns for each request.
func tagged(name string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Shop", name)
			next.ServeHTTP(w, r)
		})
	}
}

func Plain(w http.ResponseWriter, r *http.Request) {
	newRouter(os.Getenv("NAME")).ServeHTTP(w, r) // want `newRouter builds a router and a regular expression on every request of Plain; what it needs is known at start-up`
}

// newChecked can fail, and says so: a failure is not kept.
func newChecked() (http.Handler, error) {
	name := os.Getenv("NAME")
	if err := check(name); err != nil {
		log.Print(err)
		return nil, err
	}
	r := chi.NewRouter() // want `router is built on every request of Unchecked`
	r.Get("/", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte(name)) })
	return r, nil
}

func check(name string) error {
	if name == "" {
		return errors.New("no name")
	}
	return nil
}

func Checked(w http.ResponseWriter, r *http.Request) {
	app, err := newChecked() // want `newChecked builds a router on every request of Checked`
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	app.ServeHTTP(w, r)
}

// Outside of a request a new one each time is right.
func admin(ctx context.Context) http.Handler { return newRouter("admin") }

func main() {
	http.HandleFunc("/plain", Plain)
	http.HandleFunc("/checked", Checked)
	http.Handle("/admin", admin(context.Background()))
	others()
	http.ListenAndServe(":8080", nil)
}
