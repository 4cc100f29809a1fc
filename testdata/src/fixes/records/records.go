// Not once a request but once a record.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/go-playground/validator/v10"
)

type record struct {
	ID string `validate:"required"`
}

func H(ctx context.Context, records []record) error {
	for _, r := range records {
		v := validator.New() // want `validator is .* on every request of H`
		if err := v.Struct(r); err != nil {
			return err
		}
	}
	return nil
}

func main() { lambda.Start(H) }
