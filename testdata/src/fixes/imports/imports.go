// Imports in groups of their own, one of them under another name, and a name of the package that is also an import's.
package main

import (
	"context"
	"fmt"
	str "strings"

	// the driver
	"github.com/gocql/gocql"

	// the platform
	"github.com/aws/aws-lambda-go/lambda"
)

// errors is what we count.
var errors int

func H(ctx context.Context, id string) (_ string, err error) {
	defer func() {
		if err != nil {
			errors++
		}
	}()
	session, err := gocql.NewCluster(str.Split("10.0.0.1,10.0.0.2", ",")...).CreateSession() // want `gocql session is .* on every request of H`
	if err != nil {
		return "", fmt.Errorf("connecting: %w", err)
	}
	defer session.Close()
	return id, session.Query("TRUNCATE sessions").WithContext(ctx).Exec()
}

func main() { lambda.Start(H) }
