package db

import "database/sql"

// Open opens nothing before somebody asks the pool.
func Open(url string) (*sql.DB, error) {
	pool, err := sql.Open("pgx", url)
	if err != nil {
		return nil, err
	}
	return pool, nil
}

// Connect differs in the question whether the database answers.
func Connect(url string) (*sql.DB, error) {
	pool, err := sql.Open("pgx", url)
	if err != nil {
		return nil, err
	}
	if err := pool.Ping(); err != nil {
		return nil, err
	}
	return pool, nil
}
