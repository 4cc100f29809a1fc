// Shapes that look as if nobody needed what is built.
package main

import (
	"context"
	"log"

	"cloud.google.com/go/firestore"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

var (
	warm  *firestore.Client // start-up reads from it
	given *s3.Client        // a goroutine of start-up has it
)

func main() {
	var err error
	warm, err = firestore.NewClient(context.Background(), "warm")
	if err != nil {
		log.Fatal(err)
	}
	if _, err := warm.Doc("a").Get(context.Background()); err != nil {
		log.Fatal(err)
	}
	given = s3.NewFromConfig(aws.Config{})
	go watch(given)
	lambda.Start(handle)
}

func watch(c *s3.Client) {
	if _, err := c.GetObject(context.Background(), &s3.GetObjectInput{}); err != nil {
		log.Print(err)
	}
}

func handle(ctx context.Context, id string) (string, error) {
	return id, nil
}
