package db

import (
	"database/sql"
	"os"
)

// Open opens the shop's database.
func Open() (*sql.DB, error) { return sql.Open(os.Getenv("DRIVER"), "postgres://db/shop") }
