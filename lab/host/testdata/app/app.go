// Package app is a function to try hosts with.
package app

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"time"
)

// New returns the function. Its start takes as long as START says, or fails.
func New() http.Handler {
	switch wait, err := time.ParseDuration(os.Getenv("START")); {
	case err == nil:
		time.Sleep(wait)
	case os.Getenv("START") == "fail":
		fmt.Fprintln(os.Stderr, "the settings are wrong")
		os.Exit(3)
	}
	var count atomic.Int64
	var now, most atomic.Int64 // requests side by side
	mux := http.NewServeMux()
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Add("X-Two", "a")
		w.Header().Add("X-Two", "b")
		w.Header().Set("Content-Type", "text/plain")
		fmt.Fprintf(w, "%s %s %s %s %q %q", r.Method, r.URL.EscapedPath(), r.URL.RawQuery, r.Host, r.Header.Get("X-In"), body)
	})
	mux.HandleFunc("/binary", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "image/png")
		w.WriteHeader(http.StatusTeapot)
		w.Write([]byte{0x89, 'P', 'N', 'G', 0, 0xff})
	})
	mux.HandleFunc("/count", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%d of %d", count.Add(1), os.Getpid())
	})
	mux.HandleFunc("/log", func(w http.ResponseWriter, r *http.Request) {
		fmt.Println("a line to standard output")
		fmt.Fprint(os.Stderr, strings.Repeat("x", 200_000)+" and one to standard error without an end")
	})
	mux.HandleFunc("/sleep", func(w http.ResponseWriter, r *http.Request) {
		d, _ := time.ParseDuration(r.URL.Query().Get("for"))
		side := now.Add(1)
		for m := most.Load(); side > m && !most.CompareAndSwap(m, side); m = most.Load() {
		}
		time.Sleep(d)
		now.Add(-1)
		fmt.Fprint(w, most.Load())
	})
	mux.HandleFunc("/exit", func(http.ResponseWriter, *http.Request) {
		fmt.Fprintln(os.Stderr, "out of memory")
		os.Exit(4)
	})
	return mux
}
