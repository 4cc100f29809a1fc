// The action does what its request asks for: see host_test.go.
package main

import (
	"net/http"

	"github.com/faaslint/faaslint/faas/openwhisk"
	"github.com/faaslint/faaslint/lab/host/testdata/app"
)

var handler http.Handler = app.New()

func Main(args map[string]any) map[string]any { return openwhisk.Invoke(handler, args) }
