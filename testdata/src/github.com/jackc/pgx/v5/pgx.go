// Package pgx is a stub of github.com/jackc/pgx/v5 v5.12.0.
package pgx

import (
	"context"

	"github.com/jackc/pgx/v5/pgconn"
)

type ConnConfig struct {
	pgconn.Config
	connString string
}

func ParseConfig(connString string) (*ConnConfig, error) {
	return &ConnConfig{connString: connString}, nil
}

type Conn struct{ config *ConnConfig }

func Connect(ctx context.Context, connString string) (*Conn, error) {
	cfg, err := ParseConfig(connString)
	if err != nil {
		return nil, err
	}
	return ConnectConfig(ctx, cfg)
}

func ConnectConfig(ctx context.Context, connConfig *ConnConfig) (*Conn, error) {
	return &Conn{connConfig}, ctx.Err()
}

func (c *Conn) Close(ctx context.Context) error { return ctx.Err() }
func (c *Conn) Ping(ctx context.Context) error  { return ctx.Err() }
func (c *Conn) Exec(ctx context.Context, sql string, arguments ...any) (pgconn.CommandTag, error) {
	return pgconn.CommandTag{}, ctx.Err()
}
func (c *Conn) Query(ctx context.Context, sql string, args ...any) (Rows, error) {
	return nil, ctx.Err()
}
func (c *Conn) QueryRow(ctx context.Context, sql string, args ...any) Row { return nil }

type Row interface{ Scan(dest ...any) error }

type Rows interface {
	Close()
	Err() error
	Next() bool
	Scan(dest ...any) error
}
