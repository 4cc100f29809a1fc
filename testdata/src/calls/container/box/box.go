// Package box is a container of dependencies, built on demand.
package box

import "database/sql"

type Container struct {
	dsn string
	db  *sql.DB
}

func New(dsn string) *Container { return &Container{dsn: dsn} }

// DB opens the database on first use.
func (c *Container) DB() (*sql.DB, error) {
	if c.db != nil {
		return c.db, nil
	}
	db, err := sql.Open("pgx", c.dsn)
	if err != nil {
		return nil, err
	}
	c.db = db
	return db, nil
}
