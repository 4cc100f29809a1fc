// A generic handler, and a handler that a generic function makes.
package main

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"

	"github.com/aws/aws-lambda-go/lambda"
)

func handle[T any](ctx context.Context, v T) (T, error) {
	regexp.MustCompile(`^cart-\d+$`).MatchString("cart-1") // want `regular expression is .* on every request of handle`
	return v, nil
}

func decoded[T any](next func(T)) http.HandlerFunc {
	kind := regexp.MustCompile(`^application/`)
	return func(w http.ResponseWriter, r *http.Request) {
		var v T
		if kind.MatchString(r.Header.Get("Content-Type")) && json.NewDecoder(r.Body).Decode(&v) == nil {
			next(v)
		}
	}
}

func order(id int) {
	regexp.MustCompile(`^order-\d+$`).MatchString("order-1") // want `regular expression is .* on every request of`
}

func main() {
	http.Handle("/", decoded(order))
	go http.ListenAndServe(":8080", nil)
	lambda.StartHandlerFunc(handle[int])
}
