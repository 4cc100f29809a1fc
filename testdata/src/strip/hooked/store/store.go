package store

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

var Files *s3.Client

func Copy(ctx context.Context, key string) error {
	_, err := Files.GetObject(ctx, &s3.GetObjectInput{Key: &key})
	return err
}
