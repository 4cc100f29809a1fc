package store

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

type Store interface {
	Find(ctx context.Context, key string) error
	Load(ctx context.Context, key string) error
}

type AWS struct {
	Table *dynamodb.Client
	Files *s3.Client
}

func (a *AWS) Find(ctx context.Context, key string) error {
	_, err := a.Table.GetItem(ctx, &dynamodb.GetItemInput{TableName: &key})
	return err
}

// No request comes here.
func (a *AWS) Load(ctx context.Context, key string) error {
	_, err := a.Files.GetObject(ctx, &s3.GetObjectInput{Key: &key})
	return err
}
