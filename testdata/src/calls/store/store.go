// Package store opens a database for whoever asks. No handler is known here, so nothing is reported here.
package store

import (
	"context"
	"database/sql"
	"os"

	"calls/store/driver"
)

// Open opens the shop's database.
func Open() (*sql.DB, error) { return sql.Open("pgx", os.Getenv("DSN")) }

// OpenAt opens any database.
func OpenAt(dsn string) (*sql.DB, error) { return driver.Open(dsn) }

// Ping opens the shop's database to see whether it answers.
func Ping(ctx context.Context) error {
	db, err := Open()
	if err != nil {
		return err
	}
	defer db.Close()
	return db.PingContext(ctx)
}

// A Store has an own database.
type Store struct{ db *sql.DB }

// New opens the database of a store.
func New() (*Store, error) {
	db, err := Open()
	if err != nil {
		return nil, err
	}
	return &Store{db}, nil
}

// Count uses what New opened.
func (s *Store) Count(ctx context.Context) error { return s.db.PingContext(ctx) }

// Audit opens another database for each call.
func (s *Store) Audit(ctx context.Context) error {
	db, err := driver.Open("postgres://audit/shop")
	if err != nil {
		return err
	}
	defer db.Close()
	return db.PingContext(ctx)
}

// Close ends the store.
func (s *Store) Close() error { return s.db.Close() }
