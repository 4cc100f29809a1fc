// Package lib has a variable that anybody may assign, and one that nobody does.
package lib

var (
	DSN     = "postgres://db/shop"
	Default = "postgres://db/default"
)

// Use changes the database.
func Use(dsn string) { DSN = dsn }
