// The configuration alone; the request chooses what the client does with it.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

type event struct{ Endpoint string }

func H(ctx context.Context, e event) error {
	cfg, err := config.LoadDefaultConfig(ctx) // want `AWS configuration is .* on every request of H`
	if err != nil {
		return err
	}
	client := s3.NewFromConfig(cfg, func(o *s3.Options) { o.BaseEndpoint = aws.String(e.Endpoint) })
	_, err = client.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("carts")})
	return err
}

func main() { lambda.Start(H) }
