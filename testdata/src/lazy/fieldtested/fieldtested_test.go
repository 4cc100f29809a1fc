package fieldtested

import (
	"testing"

	"github.com/jackc/pgx/v4/pgxpool"
)

func TestServer(t *testing.T) {
	s := &server{pool: new(pgxpool.Pool)}
	if s.pool == nil {
		t.Error("no pool")
	}
}
