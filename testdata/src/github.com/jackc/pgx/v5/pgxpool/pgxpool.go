// Package pgxpool is a stub of github.com/jackc/pgx/v5/pgxpool v5.12.0.
package pgxpool

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

type Config struct {
	ConnConfig      *pgx.ConnConfig
	BeforeConnect   func(context.Context, *pgx.ConnConfig) error
	MaxConnIdleTime time.Duration
	MaxConns        int32
	MinConns        int32
}

func ParseConfig(connString string) (*Config, error) {
	cfg, err := pgx.ParseConfig(connString)
	if err != nil {
		return nil, err
	}
	return &Config{ConnConfig: cfg}, nil
}

type Pool struct{ config *Config }

func New(ctx context.Context, connString string) (*Pool, error) {
	cfg, err := ParseConfig(connString)
	if err != nil {
		return nil, err
	}
	return NewWithConfig(ctx, cfg)
}

func NewWithConfig(ctx context.Context, config *Config) (*Pool, error) {
	return &Pool{config}, ctx.Err()
}

func (p *Pool) Close()                         {}
func (p *Pool) Ping(ctx context.Context) error { return ctx.Err() }
func (p *Pool) Exec(ctx context.Context, sql string, arguments ...any) (pgconn.CommandTag, error) {
	return pgconn.CommandTag{}, ctx.Err()
}
func (p *Pool) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return nil, ctx.Err()
}
func (p *Pool) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row { return nil }
