// The configuration is used after the call: it stays where it is, and whoever builds the session is given it.
package main

import (
	"context"
	"fmt"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/gocql/gocql"
)

func H(ctx context.Context) error {
	cluster := gocql.NewCluster("db")
	cluster.Keyspace = "shop"
	s, err := cluster.CreateSession() // want `gocql session is .* on every request of H`
	if err != nil {
		return fmt.Errorf("keyspace %s: %w", cluster.Keyspace, err)
	}
	defer s.Close()
	return s.Query("TRUNCATE sessions").WithContext(ctx).Exec()
}

func main() { lambda.Start(H) }
