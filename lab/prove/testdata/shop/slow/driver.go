// Package slow is a database whose connections take a tenth of a second.
package slow

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"time"
)

func init() { sql.Register("slow", database{}) }

type database struct{}

func (database) Open(string) (driver.Conn, error) {
	time.Sleep(100 * time.Millisecond)
	return conn{}, nil
}

type conn struct{}

func (conn) Prepare(query string) (driver.Stmt, error) { return nil, errors.New("not supported") }
func (conn) Close() error                              { return nil }
func (conn) Begin() (driver.Tx, error)                 { return nil, errors.New("not supported") }

func (conn) QueryContext(_ context.Context, query string, _ []driver.NamedValue) (driver.Rows, error) {
	return &rows{query: query}, nil
}

// rows is one row with the query itself.
type rows struct {
	query string
	done  bool
}

func (r *rows) Columns() []string { return []string{"query"} }
func (r *rows) Close() error      { return nil }

func (r *rows) Next(values []driver.Value) error {
	if r.done {
		return io.EOF
	}
	values[0], r.done = r.query, true
	return nil
}
