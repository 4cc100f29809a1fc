// Initialisers, init and main run once.
package main

import (
	"context"
	"database/sql"
	"html/template"
	"log"
	"regexp"

	"github.com/aws/aws-lambda-go/lambda"
)

var (
	cart = regexp.MustCompile(`^cart-\d+$`)
	page *template.Template
	db   *sql.DB
)

func init() { page = template.Must(template.New("page").Parse("<p>{{.}}</p>")) }

func setup() {
	var err error
	if db, err = sql.Open("pgx", "postgres://db/shop"); err != nil {
		log.Fatal(err)
	}
}

func H(ctx context.Context, id string) (bool, error) {
	return cart.MatchString(id) && page != nil, db.PingContext(ctx)
}

func main() {
	setup()
	lambda.Start(H)
}
