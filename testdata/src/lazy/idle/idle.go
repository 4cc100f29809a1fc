// A request without anything to do needs nothing: that is no reason to build later.
package main

import (
	"context"
	"log"

	"cloud.google.com/go/firestore"
	"github.com/aws/aws-lambda-go/lambda"
)

var empty, each *firestore.Client

func main() {
	var err error
	empty, err = firestore.NewClient(context.Background(), "empty") // an early return is the way around: silent
	if err != nil {
		log.Fatal(err)
	}
	each, err = firestore.NewClient(context.Background(), "each") // a loop without a round is: silent
	if err != nil {
		log.Fatal(err)
	}
	lambda.Start(handle)
}

func handle(ctx context.Context, ids []string) (string, error) {
	if len(ids) == 0 {
		return "nothing to do", nil
	}
	last := ""
	for _, id := range ids {
		last = each.Doc(id).ID
	}
	return empty.Doc(last).ID, nil
}
