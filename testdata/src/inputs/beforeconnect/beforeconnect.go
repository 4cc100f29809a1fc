// The pool asks for a token whenever it connects: it may be kept, though the token expires.
package main

import (
	"context"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/rds/auth"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

var cfg aws.Config

func refresh(ctx context.Context, c *pgx.ConnConfig) (err error) {
	c.Password, err = auth.BuildAuthToken(ctx, os.Getenv("DB_HOST"), cfg.Region, "app", cfg.Credentials)
	return err
}

func H(ctx context.Context) error {
	c, err := pgxpool.ParseConfig(os.Getenv("DSN"))
	if err != nil {
		return err
	}
	c.BeforeConnect = refresh
	pool, err := pgxpool.NewWithConfig(ctx, c) // want `Postgres pool is .* on every request of H`
	if err != nil {
		return err
	}
	defer pool.Close()
	return pool.Ping(ctx)
}

func main() {
	cfg, _ = config.LoadDefaultConfig(context.Background())
	lambda.Start(H)
}
