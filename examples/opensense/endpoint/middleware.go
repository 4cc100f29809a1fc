package endpoint

import (
	"log/slog"
	"net/http"
	"regexp"
	"time"
)

// CORS lets pages of our own and those under development call the API.
func CORS() func(http.Handler) http.Handler {
	allowed := regexp.MustCompile(`^https?://(([a-z0-9-]+\.)*opensense\.network|localhost)(:\d+)?$`)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Add("Vary", "Origin")
			if origin := r.Header.Get("Origin"); allowed.MatchString(origin) {
				w.Header().Set("Access-Control-Allow-Origin", origin)
				w.Header().Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
				w.Header().Set("Access-Control-Allow-Methods", "GET, POST, DELETE")
			}
			if r.Method == http.MethodOptions {
				w.WriteHeader(http.StatusNoContent)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// Log logs each request when it is done.
func Log(logger *slog.Logger) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			start := time.Now()
			next.ServeHTTP(w, r)
			logger.DebugContext(r.Context(), "request", "method", r.Method, "path", r.URL.Path, "took", time.Since(start))
		})
	}
}
