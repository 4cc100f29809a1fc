// A nil check guards what lives as long as its receiver: one receiver is built at start-up, the other for each request.
package main

import (
	"context"
	"database/sql"

	"github.com/aws/aws-lambda-go/lambda"
)

type kept struct{ db *sql.DB }

func (k *kept) conn() (*sql.DB, error) {
	if k.db == nil {
		db, err := sql.Open("pgx", "postgres://db/shop")
		if err != nil {
			return nil, err
		}
		k.db = db
	}
	return k.db, nil
}

func (k *kept) handle(ctx context.Context) error {
	db, err := k.conn()
	if err != nil {
		return err
	}
	return db.PingContext(ctx)
}

type lost struct{ db *sql.DB }

func (l *lost) conn() (*sql.DB, error) {
	if l.db == nil {
		db, err := sql.Open("pgx", "postgres://replica/shop") // want `database pool is .* on every request of H`
		if err != nil {
			return nil, err
		}
		l.db = db
	}
	return l.db, nil
}

func H(ctx context.Context) error {
	l := &lost{}
	db, err := l.conn()
	if err != nil {
		return err
	}
	return db.PingContext(ctx)
}

func main() {
	k := &kept{}
	go lambda.Start(k.handle)
	lambda.Start(H)
}
