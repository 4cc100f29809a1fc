// The client keeps the context that it is built with: the request's must not end it.
package main

import (
	"context"

	"cloud.google.com/go/firestore"
	"github.com/aws/aws-lambda-go/lambda"
)

func H(ctx context.Context) (string, error) {
	client, err := firestore.NewClient(ctx, "shop") // want `Firestore client is .* on every request of H`
	if err != nil {
		return "", err
	}
	defer client.Close()
	return client.Doc("carts/1").ID, nil
}

func main() { lambda.Start(H) }
