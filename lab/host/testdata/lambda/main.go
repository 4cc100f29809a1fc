// Lambda does what its request asks for: see host_test.go.
package main

import (
	"github.com/aws/aws-lambda-go/lambdaurl"

	"github.com/faaslint/faaslint/lab/host/testdata/app"
)

func main() { lambdaurl.Start(app.New()) }
