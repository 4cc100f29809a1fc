// Package pgx is a stub of github.com/jackc/pgx/v4 v4.18.3.
package pgx

type Row interface {
	Scan(dest ...interface{}) error
}

type Rows interface {
	Close()
	Err() error
	Next() bool
	Scan(dest ...interface{}) error
}
