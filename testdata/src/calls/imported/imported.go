// The constructor is in another package: what is reported is the call that leads there.
package main

import (
	"context"
	"log"

	"calls/store"

	"github.com/aws/aws-lambda-go/lambda"
)

type event struct{ DSN string }

var kept *store.Store

func H(ctx context.Context, e event) error {
	db, err := store.Open() // want `database pool is .* on every request of H`
	if err != nil {
		return err
	}
	defer db.Close()

	fixed, err := store.OpenAt("postgres://replica/shop") // want `database pool is .* on every request of H`
	if err != nil {
		return err
	}
	defer fixed.Close()

	own, err := store.OpenAt(e.DSN)
	if err != nil {
		return err
	}
	defer own.Close()

	if err := store.Ping(ctx); err != nil { // want `database pool is .* on every request of H`
		return err
	}

	s, err := store.New() // want `database pool is .* on every request of H`
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Count(ctx); err != nil {
		return err
	}

	if err := kept.Count(ctx); err != nil {
		return err
	}
	return kept.Audit(ctx) // want `database pool is .* on every request of H`
}

func main() {
	var err error
	if kept, err = store.New(); err != nil {
		log.Fatal(err)
	}
	lambda.Start(H)
}
