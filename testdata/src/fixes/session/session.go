// A session that is configured over several statements, one request at a time.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/gocql/gocql"
)

type event struct{ ID string }

func H(ctx context.Context, e event) (string, error) {
	// The cluster of this stage.
	cluster := gocql.NewCluster("10.0.0.1", "10.0.0.2")
	cluster.Keyspace = os.Getenv("KEYSPACE") // per stage
	cluster.Timeout = 2 * time.Second
	cluster.PoolConfig.HostSelectionPolicy = gocql.TokenAwareHostPolicy(gocql.RoundRobinHostPolicy())
	session, err := cluster.CreateSession() // want `gocql session is .* on every request of H`
	if err != nil {
		return "", fmt.Errorf("connecting: %w", err)
	}
	defer session.Close()

	// The cart.
	var name string
	if err := session.Query("SELECT name FROM carts WHERE id = ?", e.ID).WithContext(ctx).Scan(&name); err != nil {
		return "", err
	}
	return name, nil
}

func main() { lambda.Start(H) }
