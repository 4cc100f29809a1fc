// A call through an interface that the program puts one type into.
package main

import (
	"context"
	"database/sql"

	"github.com/aws/aws-lambda-go/lambda"
)

type repository interface {
	Find(ctx context.Context, id string) error
}

type postgres struct{ dsn string }

func (p postgres) Find(ctx context.Context, id string) error {
	db, err := sql.Open("pgx", "postgres://db/shop") // want `database pool is .* on every request of .*handle`
	if err != nil {
		return err
	}
	defer db.Close()
	return db.PingContext(ctx)
}

// Nobody puts an oracle into a repository.
type oracle struct{}

func (oracle) Find(ctx context.Context, id string) error {
	db, err := sql.Open("oracle", "oracle://db/shop")
	if err != nil {
		return err
	}
	defer db.Close()
	return db.PingContext(ctx)
}

type service struct{ repo repository }

func (s service) handle(ctx context.Context, id string) error { return s.repo.Find(ctx, id) }

func main() {
	_ = oracle{}.Find(context.Background(), "")
	s := service{repo: postgres{"postgres://db/shop"}}
	lambda.Start(s.handle)
}
