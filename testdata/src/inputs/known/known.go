// What is known when the instance starts.
package main

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/aws/aws-lambda-go/lambda"
)

const scheme = "postgres://"

var (
	fromEnv  = os.Getenv("DSN")
	fromFlag = flag.String("dsn", "", "database")
	fromMain string
)

type settings struct{ Host, Name string }

var shop = settings{Host: "db", Name: "shop"}

func dsn() string { return fmt.Sprintf("%s%s/%s", scheme, shop.Host, shop.Name) }

func orElse(value, other string) string {
	if value == "" {
		return other
	}
	return value
}

func try(ctx context.Context, db *sql.DB, err error) error {
	if err != nil {
		return err
	}
	defer db.Close()
	return db.PingContext(ctx)
}

func H(ctx context.Context, id int) error {
	db, err := sql.Open("pgx", scheme+"db/constant") // want `database pool is .* on every request of H`
	if try(ctx, db, err) != nil {
		return err
	}
	db, err = sql.Open("pgx", os.Getenv("DSN")) // want `database pool is .* on every request of H`
	if try(ctx, db, err) != nil {
		return err
	}
	db, err = sql.Open("pgx", strings.TrimSpace(fromEnv)) // want `database pool is .* on every request of H`
	if try(ctx, db, err) != nil {
		return err
	}
	db, err = sql.Open("pgx", *fromFlag) // want `database pool is .* on every request of H`
	if try(ctx, db, err) != nil {
		return err
	}
	db, err = sql.Open("pgx", fromMain) // want `database pool is .* on every request of H`
	if try(ctx, db, err) != nil {
		return err
	}
	db, err = sql.Open("pgx", dsn()) // want `database pool is .* on every request of H`
	if try(ctx, db, err) != nil {
		return err
	}
	db, err = sql.Open("pgx", orElse(os.Getenv("DSN"), "postgres://db/default")) // want `database pool is .* on every request of H`
	return try(ctx, db, err)
}

func main() {
	flag.Parse()
	fromMain = os.Args[1]
	lambda.Start(H)
}
