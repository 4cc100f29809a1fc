// Two constructors, one variable, one Close: no fix.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/gocql/gocql"
)

func H(ctx context.Context, statement string) error {
	s, err := gocql.NewCluster("first").CreateSession() // want `gocql session is .* on every request of H`
	if err != nil {
		s, err = gocql.NewCluster("second").CreateSession() // want `gocql session is .* on every request of H`
		if err != nil {
			return err
		}
	}
	defer s.Close()
	return s.Query(statement).WithContext(ctx).Exec()
}

func main() { lambda.Start(H) }
