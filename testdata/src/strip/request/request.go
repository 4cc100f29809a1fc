// Two checks have something to say of a call whose result nobody looks at.
package main

import (
	"context"
	"fmt"

	"cloud.google.com/go/firestore"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func main() { lambda.Start(handle) }

func handle(ctx context.Context, e struct{ Project, Region, ID string }) (string, error) {
	c, err := firestore.NewClient(ctx, e.Project) // opened and closed, to see whether it works
	if err != nil {
		return "", err
	}
	defer c.Close()
	_ = s3.NewFromConfig(aws.Config{Region: e.Region}) // want `AWS s3 client is built on every request of handle that gets here, and nothing uses it`
	used := s3.NewFromConfig(aws.Config{Region: e.Region})
	_, err = used.GetObject(ctx, &s3.GetObjectInput{Key: &e.ID})
	return fmt.Sprint(e.ID), err
}
