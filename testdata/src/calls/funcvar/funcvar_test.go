package main

import (
	"context"
	"database/sql"
	"errors"
	"testing"
)

func TestH(t *testing.T) {
	defer func(f func() (*sql.DB, error)) { open = f }(open)
	open = func() (*sql.DB, error) { return nil, errors.New("down") }
	if H(context.Background()) == nil {
		t.Error("the failure is swallowed")
	}
}
