// The action is OpenSense as an Apache OpenWhisk web action for Go:
//
//	wsk action create opensense opensense.zip --kind go:default --main main --web raw
//
// It is what one gets who moves the start of the server's main into the function: see the README.
package main

import (
	"net/http"

	"github.com/faaslint/faaslint/examples/opensense/api"
	"github.com/faaslint/faaslint/faas/openwhisk"
)

// Main answers one request. OpenWhisk's compiler adds a func main that calls it, so this package has none: it vets and
// tests, but does not link by itself.
func Main(args map[string]any) map[string]any {
	app, err := api.New()
	if err != nil {
		return map[string]any{"statusCode": http.StatusInternalServerError, "body": "internal error"}
	}
	return openwhisk.Invoke(app, args)
}
