// Package pq is a stub of the driver, which registers itself.
package pq

import (
	"database/sql"
	"database/sql/driver"
)

// Driver is the driver.
type Driver struct{}

// Open opens a connection.
func (d Driver) Open(name string) (driver.Conn, error) { return nil, nil }

func init() { sql.Register("postgres", &Driver{}) }
