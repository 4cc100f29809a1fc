// Lines end in carriage return and line feed.
package main

import (
	"context"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/gocql/gocql"
)

func H(ctx context.Context) error {
	cluster := gocql.NewCluster("10.0.0.1")

	cluster.Keyspace = os.Getenv("KEYSPACE")
	session, err := cluster.CreateSession() // want `gocql session is .* on every request of H`
	if err != nil {
		return err
	}

	defer session.Close()
	return session.Query("TRUNCATE sessions").WithContext(ctx).Exec()
}

func main() { lambda.Start(H) }
