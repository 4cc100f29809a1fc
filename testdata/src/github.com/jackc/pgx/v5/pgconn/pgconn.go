// Package pgconn is a stub of github.com/jackc/pgx/v5/pgconn v5.12.0.
package pgconn

type CommandTag struct{ s string }

func (ct CommandTag) String() string { return ct.s }

type Config struct {
	Host     string
	Port     uint16
	Database string
	User     string
	Password string
}
