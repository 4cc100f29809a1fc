package guarded

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// A DB is a connection to a server that tests slow down, stop and drop connections of.
type DB struct{ dropped atomic.Bool }

var server struct {
	down                  atomic.Bool
	latency               atomic.Int64 // of a dial
	dials, probes, closes atomic.Int64
	user                  atomic.Value // what the last dial's context said
}

var errDown = errors.New("server is down")

type userKey struct{}

func dial(ctx context.Context, host string) (*DB, error) {
	server.dials.Add(1)
	if user, ok := ctx.Value(userKey{}).(string); ok {
		server.user.Store(user)
	}
	if d := server.latency.Load(); d > 0 {
		select {
		case <-time.After(time.Duration(d)):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if server.down.Load() {
		return nil, errDown
	}
	return &DB{}, nil
}

func (db *DB) Ping() error {
	server.probes.Add(1)
	if db.dropped.Load() {
		return errDown
	}
	return nil
}

func (db *DB) Close() { server.closes.Add(1) }
