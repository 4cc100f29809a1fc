// Package workers is a stub of github.com/syumai/workers.
package workers

import "net/http"

var httpHandler http.Handler

func Serve(handler http.Handler) {
	if handler == nil {
		handler = http.DefaultServeMux
	}
	httpHandler = handler
}
