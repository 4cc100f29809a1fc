// A constructor's argument comes from the receiver: known if the receiver was built at start-up.
package main

import (
	"context"
	"database/sql"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
)

type service struct{ dsn string }

func (s *service) handle(ctx context.Context) error {
	db, err := sql.Open("pgx", s.dsn) // want `database pool is .* on every request of .*handle`
	if err != nil {
		return err
	}
	defer db.Close()
	return db.PingContext(ctx)
}

type task struct{ dsn string }

func (t *task) run(ctx context.Context) error {
	db, err := sql.Open("pgx", t.dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	return db.PingContext(ctx)
}

func H(ctx context.Context, dsn string) error {
	t := &task{dsn}
	return t.run(ctx)
}

func main() {
	s := &service{os.Getenv("DSN")}
	go lambda.Start(s.handle)
	lambda.Start(H)
}
