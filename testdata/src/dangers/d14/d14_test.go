package main

import (
	"context"
	"testing"
)

func TestNear(t *testing.T) {
	t.Setenv("DSN", "postgres://near/shop")
	_ = H(context.Background())
}

func TestFar(t *testing.T) {
	t.Setenv("DSN", "postgres://far/shop")
	_ = H(context.Background())
}
