// Package postgres implements the interface of another package, twice.
package postgres

import (
	"context"
	"database/sql"
)

// A Hasty repository opens the database in each call.
type Hasty struct{}

func (Hasty) Find(ctx context.Context, id string) error {
	db, err := sql.Open("pgx", "postgres://db/shop")
	if err != nil {
		return err
	}
	defer db.Close()
	return db.PingContext(ctx)
}

// A Calm repository was given its database.
type Calm struct{ DB *sql.DB }

func (c Calm) Find(ctx context.Context, id string) error { return c.DB.PingContext(ctx) }
