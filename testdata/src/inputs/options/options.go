// Options are arguments like any other, and so is what a closure among them captures.
package main

import (
	"context"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

type event struct{ Region, Endpoint string }

var cfg aws.Config

func H(ctx context.Context, e event) error {
	if _, err := config.LoadDefaultConfig(ctx, config.WithRegion("eu-north-1")); err != nil { // want `AWS configuration is .* on every request of H`
		return err
	}
	if _, err := config.LoadDefaultConfig(ctx, config.WithRegion(e.Region)); err != nil {
		return err
	}
	local := s3.NewFromConfig(cfg, func(o *s3.Options) { o.BaseEndpoint = aws.String(os.Getenv("S3")) }) // want `AWS .* client is .* on every request of H`
	other := s3.NewFromConfig(cfg, func(o *s3.Options) { o.BaseEndpoint = aws.String(e.Endpoint) })
	if _, err := local.GetObject(ctx, &s3.GetObjectInput{}); err != nil { // want `S3 object is read on every request of H`
		return err
	}
	_, err := other.GetObject(ctx, &s3.GetObjectInput{})
	return err
}

func main() {
	cfg, _ = config.LoadDefaultConfig(context.Background())
	lambda.Start(H)
}
