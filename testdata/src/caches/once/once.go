// A sync.Once of the package, and one that each request brings along.
package main

import (
	"context"
	"database/sql"
	"sync"

	"github.com/aws/aws-lambda-go/lambda"
)

var (
	once sync.Once
	db   *sql.DB
	err  error
)

func H(ctx context.Context) error {
	once.Do(func() { db, err = sql.Open("pgx", "postgres://db/shop") })
	if err != nil {
		return err
	}
	return db.PingContext(ctx)
}

func G(ctx context.Context) error {
	var (
		once sync.Once
		db   *sql.DB
		err  error
	)
	once.Do(func() { db, err = sql.Open("pgx", "postgres://replica/shop") }) // want `database pool is .* on every request of G`
	if err != nil {
		return err
	}
	defer db.Close()
	return db.PingContext(ctx)
}

func main() {
	go lambda.Start(G)
	lambda.Start(H)
}
