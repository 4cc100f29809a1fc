// Opensense-server is OpenSense as a plain HTTP server. Without settings it serves made-up data.
package main

import (
	"context"
	"flag"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/faaslint/faaslint/examples/opensense/config"
	"github.com/faaslint/faaslint/examples/opensense/server"
)

func main() {
	addr := flag.String("addr", address(), "where to listen")
	flag.Parse()
	if err := run(*addr); err != nil {
		slog.Error("opensense-server", "error", err)
		os.Exit(1)
	}
}

// address is where a platform for containers wants a server to listen: it sets PORT.
func address() string {
	if port := os.Getenv("PORT"); port != "" {
		return net.JoinHostPort(os.Getenv("HOST"), port)
	}
	return "localhost:8080"
}

func run(addr string) error {
	logger := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	s, err := server.New(context.Background(), config.Load(), logger)
	if err != nil {
		return err
	}
	defer s.Close()
	logger.Info("listening", "addr", addr)
	h := http.Server{Addr: addr, Handler: s.Handler(), ReadHeaderTimeout: 5 * time.Second}
	return h.ListenAndServe()
}
