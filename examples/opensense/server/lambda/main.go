// Lambda is the server as an AWS Lambda function: all that requests need is built once, when an instance starts. It is
// what a repaired function is measured by.
package main

import (
	"github.com/aws/aws-lambda-go/lambdaurl"

	"github.com/faaslint/faaslint/examples/opensense/server"
)

func main() { lambdaurl.Start(server.Start()) }
