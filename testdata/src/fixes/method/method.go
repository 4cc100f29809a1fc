// The handler is a method, which the constructor does not care about.
package main

import (
	"context"
	"database/sql"

	"github.com/aws/aws-lambda-go/lambda"
)

type service struct{ table string }

func (s *service) handle(ctx context.Context, id string) error {
	db, err := sql.Open("pgx", "postgres://db/shop") // want `database pool is .* on every request of .*handle`
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, "DELETE FROM "+s.table+" WHERE id = $1", id)
	return err
}

func main() {
	s := &service{"carts"}
	lambda.Start(s.handle)
}
