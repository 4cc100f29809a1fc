// The deferred function does more than close: no fix.
package main

import (
	"context"
	"log"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/gocql/gocql"
)

func H(ctx context.Context) error {
	s, err := gocql.NewCluster("db").CreateSession() // want `gocql session is .* on every request of H`
	if err != nil {
		return err
	}
	defer func() {
		log.Print("closing")
		s.Close()
	}()
	return s.Query("TRUNCATE sessions").WithContext(ctx).Exec()
}

func main() { lambda.Start(H) }
