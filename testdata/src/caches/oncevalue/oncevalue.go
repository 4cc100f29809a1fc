// A OnceValue of the package, and one that is made in the request.
package main

import (
	"context"
	"database/sql"
	"regexp"
	"sync"

	"github.com/aws/aws-lambda-go/lambda"
)

var (
	cart = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^cart-\d+$`) })
	db   = sync.OnceValues(open)
)

func open() (*sql.DB, error) { return sql.Open("pgx", "postgres://db/shop") }

func H(ctx context.Context, id string) error {
	if !cart().MatchString(id) {
		return nil
	}
	d, err := db()
	if err != nil {
		return err
	}
	return d.PingContext(ctx)
}

func G(ctx context.Context, id string) (bool, error) {
	order := sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^order-\d+$`) // want `regular expression is .* on every request of G`
	})
	return order().MatchString(id) && !order().MatchString("order-0"), nil
}

func main() {
	go lambda.Start(G)
	lambda.Start(H)
}
