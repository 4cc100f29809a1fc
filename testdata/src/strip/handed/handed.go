// Clients behind two interfaces, of which this package resolves the first, one of them by way of a function that another
// package runs, and one that a function needs which another package keeps: every request comes to them.
package main

import (
	"context"

	"strip/handed/db"
	"strip/handed/orders"
	"strip/handed/store"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

type service interface {
	Show(ctx context.Context, key string) error
	Count(ctx context.Context) error
}

type handler struct {
	service service
	db      *db.DB
}

func (h handler) Handle(ctx context.Context, key string) error {
	if err := h.service.Count(ctx); err != nil {
		return err
	}
	if err := h.db.Query(); err != nil {
		return err
	}
	return h.service.Show(ctx, key)
}

func main() {
	table := dynamodb.NewFromConfig(aws.Config{})
	counts := dynamodb.NewFromConfig(aws.Config{})
	files := s3.NewFromConfig(aws.Config{}) // want `AWS s3 client is built when an instance starts, and no request of handler.Handle needs it`
	o := orders.Orders{Repo: &store.Repo{Table: table, Files: files}, Counter: &store.Counter{Counts: counts}}
	secrets := &store.Secrets{Client: dynamodb.NewFromConfig(aws.Config{})}
	lambda.Start(handler{o, db.New(func() error { return secrets.Get(context.Background()) })}.Handle)
}
