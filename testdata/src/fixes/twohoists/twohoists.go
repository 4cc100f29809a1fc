// Two objects in one function, one of them for the other's sake.
package main

import (
	"context"
	"database/sql"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/redis/go-redis/v9"
)

func H(ctx context.Context, id string) (string, error) {
	cache := redis.NewClient(&redis.Options{Addr: os.Getenv("CACHE"), PoolSize: 4}) // want `Redis client is .* on every request of H`
	defer cache.Close()
	if name, err := cache.Get(ctx, id).Result(); err == nil {
		return name, nil
	}

	db, err := sql.Open("pgx", os.Getenv("DSN")) // want `database pool is .* on every request of H`
	if err != nil {
		return "", err
	}
	defer db.Close()
	var name string
	err = db.QueryRowContext(ctx, "SELECT name FROM carts WHERE id = $1", id).Scan(&name)
	return name, err
}

func main() { lambda.Start(H) }
