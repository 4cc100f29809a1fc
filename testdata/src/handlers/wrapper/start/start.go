// Package start is a house wrapper of the platform's own.
package start

import (
	"context"
	"log"
	"regexp"

	"github.com/aws/aws-lambda-go/lambda"
)

// A Func is what our functions look like.
type Func func(ctx context.Context, id string) (bool, error)

// Lambda serves fn.
func Lambda(name string, fn Func) {
	if !regexp.MustCompile(`^[a-z-]+$`).MatchString(name) {
		log.Fatalf("bad name %q", name)
	}
	lambda.Start(func(ctx context.Context, id string) (bool, error) {
		log.Print(name)
		return fn(ctx, id)
	})
}

// Once runs fn, now.
func Once(fn Func) (bool, error) { return fn(context.Background(), "") }
