// Somebody else keeps the client, and closes it: no fix.
package main

import (
	"context"
	"io"

	"cloud.google.com/go/firestore"
	"github.com/aws/aws-lambda-go/lambda"
)

var closers []io.Closer

func H(ctx context.Context) error {
	client, err := firestore.NewClient(ctx, "shop") // want `Firestore client is .* on every request of H`
	if err != nil {
		return err
	}
	closers = append(closers, client)
	_, err = client.Doc("carts/1").Get(ctx)
	return err
}

func main() {
	lambda.StartWithOptions(H, lambda.WithEnableSIGTERM(func() {
		for _, c := range closers {
			_ = c.Close()
		}
	}))
}
