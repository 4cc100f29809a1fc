// Package redis is a stub of github.com/redis/go-redis/v9 v9.23.0.
package redis

import (
	"context"
	"time"
)

type Options struct {
	Addr     string
	Username string
	Password string
	DB       int
	PoolSize int
}

func ParseURL(redisURL string) (*Options, error) { return &Options{Addr: redisURL}, nil }

type baseClient struct{ opt *Options }

type cmdable func(ctx context.Context, cmd any) error

func (c cmdable) Ping(ctx context.Context) *StatusCmd {
	cmd := &StatusCmd{val: "PONG"}
	cmd.err = c(ctx, cmd)
	return cmd
}

func (c cmdable) Get(ctx context.Context, key string) *StringCmd {
	cmd := &StringCmd{val: key}
	cmd.err = c(ctx, cmd)
	return cmd
}

func (c cmdable) Set(ctx context.Context, key string, value interface{}, expiration time.Duration) *StatusCmd {
	cmd := &StatusCmd{val: key}
	cmd.err = c(ctx, cmd)
	return cmd
}

type Client struct {
	*baseClient
	cmdable
}

func NewClient(opt *Options) *Client { return &Client{baseClient: &baseClient{opt}} }

func (c *Client) Close() error { return nil }

type baseCmd struct{ err error }

func (cmd *baseCmd) Err() error { return cmd.err }

type StringCmd struct {
	baseCmd
	val string
}

func (cmd *StringCmd) Val() string             { return cmd.val }
func (cmd *StringCmd) Result() (string, error) { return cmd.val, cmd.err }

type StatusCmd struct {
	baseCmd
	val string
}

func (cmd *StatusCmd) Val() string             { return cmd.val }
func (cmd *StatusCmd) Result() (string, error) { return cmd.val, cmd.err }
