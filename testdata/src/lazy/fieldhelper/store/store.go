// Package store opens what others keep.
package store

import (
	"context"
	"fmt"
	"sync"

	"cloud.google.com/go/firestore"
	"github.com/jackc/pgx/v4/pgxpool"
)

// A Store is made of two.
type Store struct {
	Rows *pgxpool.Pool
	Docs *pgxpool.Pool
}

// Close closes both.
func (s *Store) Close() error {
	s.Rows.Close()
	s.Docs.Close()
	return nil
}

var (
	once   sync.Once
	memory *Store
)

func shared() *Store {
	once.Do(func() { memory = &Store{} })
	return memory
}

// Open opens both, or has one for all in memory.
func Open(ctx context.Context, url string) (*Store, error) {
	if url == "memory" {
		return shared(), nil
	}
	rows, err := pgxpool.Connect(ctx, url)
	if err != nil {
		return nil, fmt.Errorf("open rows: %w", err)
	}
	if err := rows.Ping(ctx); err != nil {
		rows.Close()
		return nil, err
	}
	docs, err := pgxpool.Connect(ctx, url)
	if err != nil {
		rows.Close()
		return nil, err
	}
	return &Store{rows, docs}, nil
}

// Opened is how many were opened by OpenCounted.
var Opened int

// OpenCounted counts, which others see.
func OpenCounted(ctx context.Context, url string) (*Store, error) {
	Opened++
	return Open(ctx, url)
}

// A Box holds on to a context.
type Box struct{ *firestore.Client }

// OpenBox opens a box.
func OpenBox(ctx context.Context, project string) (*Box, error) {
	c, err := firestore.NewClient(ctx, project)
	if err != nil {
		return nil, err
	}
	return &Box{c}, nil
}

var (
	seenOnce sync.Once
	seen     *Store
)

func sharedSeen() *Store {
	seenOnce.Do(func() { seen = &Store{} })
	return seen
}

// IsThere tells others whether there is one.
func IsThere() bool { return seen != nil }

// OpenSeen opens what IsThere can see.
func OpenSeen(ctx context.Context, url string) (*Store, error) {
	if url == "memory" {
		return sharedSeen(), nil
	}
	rows, err := pgxpool.Connect(ctx, url)
	if err != nil {
		return nil, err
	}
	return &Store{rows, rows}, nil
}
