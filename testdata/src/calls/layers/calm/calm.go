// The same with a type that was given its database.
package main

import (
	"database/sql"
	"log"

	"calls/layers/postgres"
	"calls/layers/service"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	db, err := sql.Open("pgx", "postgres://db/shop")
	if err != nil {
		log.Fatal(err)
	}
	s := service.New(postgres.Calm{DB: db})
	lambda.Start(s.Handle)
}
