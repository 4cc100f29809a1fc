// Container does what its request asks for: see host_test.go.
package main

import (
	"log"
	"net"
	"net/http"
	"os"

	"github.com/faaslint/faaslint/lab/host/testdata/app"
)

func main() {
	log.Fatal(http.ListenAndServe(net.JoinHostPort(os.Getenv("HOST"), os.Getenv("PORT")), app.New()))
}
