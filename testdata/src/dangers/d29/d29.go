// The time is part of the connection string.
package main

import (
	"context"
	"crypto/rand"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/jackc/pgx/v5/pgxpool"
)

func H(ctx context.Context) error {
	pool, err := pgxpool.New(ctx, "postgres://db/shop?application_name=at-"+strconv.FormatInt(time.Now().Unix(), 10))
	if err != nil {
		return err
	}
	defer pool.Close()
	return pool.Ping(ctx)
}

func G(ctx context.Context) error {
	pool, err := pgxpool.New(ctx, "postgres://db/shop?application_name="+rand.Text())
	if err != nil {
		return err
	}
	defer pool.Close()
	return pool.Ping(ctx)
}

func main() {
	if time.Now().Hour() < 12 {
		lambda.Start(H)
	}
	lambda.Start(G)
}
