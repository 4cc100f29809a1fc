package db

import "database/sql"

// Open opens the shop's database.
func Open() (*sql.DB, error) { return sql.Open("postgres", "postgres://db/shop") }
