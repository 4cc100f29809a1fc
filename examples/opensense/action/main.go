// The action is OpenSense as an Apache OpenWhisk web action for Go:
//
//	wsk action create opensense opensense.zip --kind go:default --main main --web raw
//
// It is what one gets who moves the start of the server's main into the function: see the README.
package main

import (
	"log/slog"
	"net/http"
	"os"

	"github.com/faaslint/faaslint/examples/opensense/api"
	"github.com/faaslint/faaslint/examples/opensense/auth"
	"github.com/faaslint/faaslint/examples/opensense/config"
	"github.com/faaslint/faaslint/faas/openwhisk"
)

// Main answers one request. OpenWhisk's compiler adds a func main that calls it, so this package has none: it vets and
// tests, but does not link by itself.
func Main(args map[string]any) map[string]any {
	cfg := config.Load()
	logger := newLogger(cfg)
	signer, err := auth.NewSigner(cfg)
	if err != nil {
		logger.Error("start", "error", err)
		return map[string]any{"statusCode": http.StatusInternalServerError, "body": "internal error"}
	}
	router := api.NewRouter(api.Deps{Signer: signer, Logger: logger})
	return openwhisk.Invoke(router, args)
}

func newLogger(cfg config.Config) *slog.Logger {
	level := slog.LevelInfo
	if cfg.Debug {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
}
