// One of each: the configuration and the clients that are made from it, and other things that are worth keeping.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/go-chi/chi/v5"
	"github.com/go-playground/validator/v10"
	"github.com/redis/go-redis/v9"
)

type cart struct {
	ID     string `validate:"required"`
	Region string
}

func H(ctx context.Context, c cart) error {
	cfg, err := config.LoadDefaultConfig(ctx) // want `AWS configuration is .* on every request of H`
	if err != nil {
		return err
	}
	table := dynamodb.NewFromConfig(cfg) // want `AWS .* client is .* on every request of H`
	if _, err := table.GetItem(ctx, &dynamodb.GetItemInput{TableName: &c.ID}); err != nil {
		return err
	}
	near := cfg.Copy()
	near.Region = c.Region
	bucket := s3.NewFromConfig(near)
	_, err = bucket.GetObject(ctx, &s3.GetObjectInput{Key: &c.ID})
	return err
}

func G(ctx context.Context, c cart) error {
	v := validator.New(validator.WithRequiredStructEnabled()) // want `validator is .* on every request of G`
	if err := v.Struct(c); err != nil {
		return err
	}
	r := chi.NewRouter() // want `router is .* on every request of G`
	r.Get("/", nil)
	cache := redis.NewClient(&redis.Options{Addr: "cache:6379"}) // want `Redis client is .* on every request of G`
	defer cache.Close()
	own := redis.NewClient(&redis.Options{Addr: "cache:6379", Username: c.ID})
	defer own.Close()
	if err := own.Ping(ctx).Err(); err != nil {
		return err
	}
	return cache.Ping(ctx).Err()
}

func main() {
	go lambda.Start(G)
	lambda.Start(H)
}
