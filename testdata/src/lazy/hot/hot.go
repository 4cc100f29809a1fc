// What each request needs, and what cannot fail, start-up may as well build.
package main

import (
	"context"
	"regexp"
	"sync"

	"github.com/aws/aws-lambda-go/lambda"
)

var name = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\w+$`) }) // want `regular expression is built on first use, though each request of handle needs it`

var number = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\d+$`) }) // some requests do without: silent

func main() { lambda.Start(handle) }

func handle(ctx context.Context, s string) (bool, error) {
	if !name().MatchString(s) {
		return false, nil
	}
	return number().MatchString(s), nil
}
