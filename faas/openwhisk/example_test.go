package openwhisk_test

import (
	"fmt"
	"net/http"

	"github.com/faaslint/faaslint/faas/openwhisk"
)

// The router is built once, when the instance starts.
var router = func() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /hello/{name}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "hello, %s", r.PathValue("name"))
	})
	return mux
}()

// Main is the action: OpenWhisk's launcher calls it for each request.
func Main(args map[string]any) map[string]any {
	return openwhisk.Invoke(router, args)
}

func Example() {
	result := Main(map[string]any{"__ow_method": "get", "__ow_path": "/hello/world"})
	fmt.Println(result["statusCode"], result["body"])
	// Output: 200 hello, world
}

func ExampleGateway() {
	// To try the action on http://localhost:8080:
	// http.ListenAndServe("localhost:8080", openwhisk.Gateway(Main))
}
