// The password in the connection string is a token of 15 minutes: a kept handle cannot open new connections. No fix.
package main

import (
	"context"
	"database/sql"
	"log"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/rds/auth"
)

var cfg aws.Config

func connect(ctx context.Context) (*sql.DB, error) {
	host := os.Getenv("DB_HOST")
	token, err := auth.BuildAuthToken(ctx, host+":5432", cfg.Region, "app", cfg.Credentials)
	if err != nil {
		return nil, err
	}
	return sql.Open("postgres", "host="+host+" user=app password="+token) // want `database pool is .* on every request of H`
}

func H(ctx context.Context) error {
	db, err := connect(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	return db.PingContext(ctx)
}

func main() {
	var err error
	if cfg, err = config.LoadDefaultConfig(context.Background()); err != nil {
		log.Fatal(err)
	}
	lambda.Start(H)
}
