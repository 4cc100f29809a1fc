// A cache in a struct, which lives as long as the struct.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/gocql/gocql"
)

type long struct{ session *gocql.Session }

func (c *long) open() (*gocql.Session, error) {
	if c.session != nil {
		return c.session, nil
	}
	s, err := gocql.NewCluster("db").CreateSession()
	if err != nil {
		return nil, err
	}
	c.session = s
	return s, nil
}

type short struct{ session *gocql.Session }

func (c *short) open() (*gocql.Session, error) {
	if c.session != nil {
		return c.session, nil
	}
	s, err := gocql.NewCluster("replica").CreateSession() // want `gocql session is .* on every request of G`
	if err != nil {
		return nil, err
	}
	c.session = s
	return s, nil
}

var kept = new(long)

func H(ctx context.Context) error {
	s, err := kept.open()
	if err != nil {
		return err
	}
	return s.Query("TRUNCATE sessions").WithContext(ctx).Exec()
}

func G(ctx context.Context) error {
	s, err := new(short).open()
	if err != nil {
		return err
	}
	return s.Query("TRUNCATE sessions").WithContext(ctx).Exec()
}

func main() {
	go lambda.Start(G)
	lambda.Start(H)
}
