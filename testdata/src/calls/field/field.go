// A function in a field of a struct.
package main

import (
	"context"
	"database/sql"

	"github.com/aws/aws-lambda-go/lambda"
)

type deps struct {
	open  func() (*sql.DB, error)
	other func() (*sql.DB, error)
}

func open() (*sql.DB, error) {
	return sql.Open("pgx", "postgres://db/shop") // want `database pool is .* on every request of .*handle`
}

func (d *deps) handle(ctx context.Context) error {
	db, err := d.open()
	if err != nil {
		return err
	}
	defer db.Close()
	return db.PingContext(ctx)
}

func main() {
	d := &deps{open: open, other: func() (*sql.DB, error) { return sql.Open("pgx", "postgres://replica/shop") }}
	lambda.Start(d.handle)
}
