// Package pgconn is a stub of github.com/jackc/pgconn v1.14.3.
package pgconn

type CommandTag []byte
