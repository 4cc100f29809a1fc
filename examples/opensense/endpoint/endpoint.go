// Package endpoint answers the requests of the API. It is given what it needs for that: how long this lives is up to
// its callers, the server and the function.
package endpoint

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"github.com/faaslint/faaslint/examples/opensense/auth"
	"github.com/faaslint/faaslint/examples/opensense/store"
)

// A badRequest is the client's fault.
type badRequest struct{ error }

func badf(format string, args ...any) error {
	return badRequest{fmt.Errorf(format, args...)}
}

// Fail answers with an error. What is not the client's fault is logged rather than told.
func Fail(w http.ResponseWriter, r *http.Request, err error) {
	var bad badRequest
	status := http.StatusInternalServerError
	switch {
	case errors.As(err, &bad):
		status = http.StatusBadRequest
	case errors.Is(err, auth.ErrDenied):
		status = http.StatusUnauthorized
	case errors.Is(err, store.ErrNotFound):
		status = http.StatusNotFound
	case errors.Is(err, store.ErrTooLarge), errors.Is(err, context.DeadlineExceeded):
		status = http.StatusRequestTimeout
	}
	message := err.Error()
	if status == http.StatusInternalServerError {
		slog.ErrorContext(r.Context(), "request failed", "path", r.URL.Path, "error", err)
		message = "internal error"
	}
	reply(w, status, map[string]string{"error": message})
}

// finish answers with v, or with the error if there is one.
func finish(w http.ResponseWriter, r *http.Request, v any, err error) {
	if err != nil {
		Fail(w, r, err)
		return
	}
	reply(w, http.StatusOK, v)
}

func reply(w http.ResponseWriter, status int, v any) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil { // Inv: only finite numbers are stored
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	buf.WriteTo(w)
}

// finishText answers a change with OK, as the API always did.
func finishText(w http.ResponseWriter, r *http.Request, err error) {
	if err != nil {
		Fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Write([]byte("OK"))
}

// pathID reads the id in the path. What is no number is no id.
func pathID(r *http.Request) (int, error) {
	id, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 32)
	if err != nil {
		return 0, store.ErrNotFound
	}
	return int(id), nil
}

// readJSON reads the body, which must be one JSON value.
func readJSON(w http.ResponseWriter, r *http.Request, into any) error {
	const most = 10 << 20
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, most))
	if err := dec.Decode(into); err != nil {
		return badf("read body: %w", err)
	}
	if dec.More() {
		return badf("read body: more than one value")
	}
	return nil
}
