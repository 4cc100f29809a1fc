// Package store opens what the functions of the shop share. It is repaired with them, by the command line alone.
package store

import "database/sql"

// Open opens the stock.
func Open() (*sql.DB, error) {
	db, err := sql.Open("pgx", "postgres://db/stock")
	if err != nil {
		return nil, err
	}
	return db, nil
}
