// A function that is passed down: what it does counts where it is called.
package main

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-lambda-go/lambda"
)

func withDB(dsn string, use func(*sql.DB) error) error {
	db, err := sql.Open("pgx", dsn) // want `database pool is .* on every request of H`
	if err != nil {
		return err
	}
	defer db.Close()
	return use(db)
}

func retry(n int, try func() error) (err error) {
	for range n {
		if err = try(); err == nil {
			return nil
		}
	}
	return err
}

func H(ctx context.Context) error {
	return withDB("postgres://db/shop", func(db *sql.DB) error { return db.PingContext(ctx) })
}

func G(ctx context.Context, dsn string) error {
	return retry(3, func() error {
		db, err := sql.Open("pgx", "postgres://replica/shop") // want `database pool is .* on every request of G`
		if err != nil {
			return err
		}
		defer db.Close()
		return db.PingContext(ctx)
	})
}

func F(ctx context.Context, dsn string) error {
	return retry(3, func() error {
		db, err := sql.Open("pgx", dsn)
		if err != nil {
			return err
		}
		defer db.Close()
		return db.PingContext(ctx)
	})
}

var once sync.Once

// The standard library calls back as well: at once, or once for all.
func E(ctx context.Context, ids []string) ([]string, error) {
	once.Do(func() {
		if db, err := sql.Open("pgx", "postgres://once/shop"); err == nil {
			_ = db.Ping()
		}
	})
	slices.SortFunc(ids, func(a, b string) int {
		if db, err := sql.Open("pgx", "postgres://collation/shop"); err == nil { // want `database pool is .* on every request of E`
			defer db.Close()
			return strings.Compare(a, b) * db.Stats().InUse
		}
		return 0
	})
	return ids, nil
}

func main() {
	go lambda.Start(E)
	go lambda.Start(F)
	go lambda.Start(G)
	lambda.Start(H)
}
