// The connection string is read from a remote store: a cache of it needs an end, so no fix.
package main

import (
	"context"
	"errors"
	"log"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/jackc/pgx/v5"
)

var client *ssm.Client

type params struct{ dbURL string }

func load(ctx context.Context) (*params, error) {
	out, err := client.GetParameter(ctx, &ssm.GetParameterInput{Name: aws.String("/shop/db-url")}) // want `Systems Manager parameter is .* on every request of H`
	if err != nil {
		return nil, err
	}
	return &params{aws.ToString(out.Parameter.Value)}, nil
}

func H(ctx context.Context) error {
	p, err := load(ctx)
	if err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, p.dbURL) // want `Postgres connection is .* on every request of H`
	if err != nil {
		return err
	}
	return errors.Join(conn.Ping(ctx), conn.Close(ctx))
}

func main() {
	cfg, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	client = ssm.NewFromConfig(cfg)
	lambda.Start(H)
}
