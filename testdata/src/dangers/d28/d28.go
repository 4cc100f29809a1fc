// The moved code brings the names that a guard would like to use.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/gocql/gocql"
)

func H(ctx context.Context, statement string) error {
	v := gocql.NewCluster("db")
	s, err := v.CreateSession() // want `gocql session is .* on every request of H`
	if err != nil {
		return err
	}
	defer s.Close()
	return s.Query(statement).WithContext(ctx).Exec()
}

// The package has these already.
var (
	sharedSession  = "taken"
	sessionMu      = "taken"
	gocqlSession   = "taken"
	sync, time, mu int
)

func main() { lambda.Start(H) }
