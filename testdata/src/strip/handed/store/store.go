package store

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

type Repo struct {
	Table *dynamodb.Client
	Files *s3.Client
}

func (r *Repo) Find(ctx context.Context, key string) error {
	_, err := r.Table.GetItem(ctx, &dynamodb.GetItemInput{TableName: &key})
	return err
}

// No request comes here.
func (r *Repo) Load(ctx context.Context, key string) error {
	_, err := r.Files.GetObject(ctx, &s3.GetObjectInput{Key: &key})
	return err
}

type Counter struct{ Counts *dynamodb.Client }

func (c *Counter) Count(ctx context.Context) error {
	_, err := c.Counts.GetItem(ctx, &dynamodb.GetItemInput{})
	return err
}

type Secrets struct{ Client *dynamodb.Client }

func (s *Secrets) Get(ctx context.Context) error {
	_, err := s.Client.GetItem(ctx, &dynamodb.GetItemInput{})
	return err
}
