// Knative is OpenSense as a container for Knative or Cloud Run, which serves HTTP on $PORT; naive as the action is.
package main

import (
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/faaslint/faaslint/examples/opensense/api"
)

func main() {
	addr := net.JoinHostPort(os.Getenv("HOST"), os.Getenv("PORT")) // the platform sets PORT alone
	s := http.Server{Addr: addr, Handler: http.HandlerFunc(handle), ReadHeaderTimeout: 5 * time.Second}
	slog.Error("knative", "error", s.ListenAndServe())
	os.Exit(1)
}

func handle(w http.ResponseWriter, r *http.Request) {
	app, err := api.New()
	if err != nil {
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	app.ServeHTTP(w, r)
}
