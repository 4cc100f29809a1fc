package web

import (
	"log"
	"net/http"
	"time"
)

// Report answers with the error that next returns.
func Report(next func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.TimeoutHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := next(w, r); err != nil {
			log.Print(err)
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}), time.Second, "late")
}
