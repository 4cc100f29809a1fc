// In the clauses of a switch, in an if with an init statement, and with the error thrown away.
package main

import (
	"context"
	"database/sql"
	"regexp"

	"github.com/aws/aws-lambda-go/lambda"
)

func H(ctx context.Context, id string) (bool, error) {
	switch {
	case id == "":
		return false, nil
	case regexp.MustCompile(`^cart-\d+$`).MatchString(id): // want `regular expression is .* on every request of H`
		if db, err := sql.Open("pgx", "postgres://carts/shop"); err == nil { // want `database pool is .* on every request of H`
			return db.PingContext(ctx) == nil, nil
		}
	default:
		db, _ := sql.Open("pgx", "postgres://orders/shop") // want `database pool is .* on every request of H`
		return db.PingContext(ctx) == nil, nil
	}
	return false, nil
}

func main() { lambda.Start(H) }
