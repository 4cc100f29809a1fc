// The action is the server behind OpenWhisk's protocol: all that requests need is built once, when an instance starts.
// It is what a repaired function is measured by. As the naive action it has no func main.
package main

import (
	"net/http"

	"github.com/faaslint/faaslint/examples/opensense/server"
	"github.com/faaslint/faaslint/faas/openwhisk"
)

var app http.Handler = server.Start()

// Main answers one request.
func Main(args map[string]any) map[string]any { return openwhisk.Invoke(app, args) }
