// Package driver is the last step to the database.
package driver

import "database/sql"

// Open opens the database at dsn.
func Open(dsn string) (*sql.DB, error) { return sql.Open("pgx", dsn) }
