// Operations that look like constructors: constant operands, a pointer as result, the network inside.
package main

import (
	"context"
	"errors"
	"log"
	"net/http"

	"dangers/d35/buckets"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/jackc/pgx/v5/pgxpool"
)

var pool *pgxpool.Pool

func H(ctx context.Context) error {
	rows, err := pool.Query(ctx, "SELECT 1")
	if err != nil {
		return err
	}
	defer rows.Close()
	bucket, err := buckets.Create("carts")
	if err != nil {
		return err
	}
	log.Print(bucket)
	resp, err := http.Get("https://flags.example.com/all")
	if err != nil {
		return err
	}
	return errors.Join(resp.Body.Close(), rows.Err())
}

func main() {
	var err error
	if pool, err = pgxpool.New(context.Background(), "postgres://db/shop"); err != nil {
		log.Fatal(err)
	}
	lambda.Start(H)
}
