package store

import (
	"context"
	"fmt"

	"github.com/faaslint/faaslint/examples/opensense/config"
)

// Open connects to both stores. The caller closes what it returns.
func Open(ctx context.Context, cfg config.Config) (*Store, error) {
	if cfg.Store == "memory" {
		m := shared()
		return &Store{Meta: m, Values: m}, nil
	}
	pg, err := OpenPostgres(ctx, cfg)
	if err != nil {
		return nil, err
	}
	cass, err := OpenCassandra(cfg)
	if err != nil {
		pg.Close()
		return nil, err
	}
	return &Store{Meta: pg, Values: cass}, nil
}

// OpenMetadata connects to the store of sensors and users only. The caller closes what it returns.
func OpenMetadata(ctx context.Context, cfg config.Config) (Metadata, error) {
	if cfg.Store == "memory" {
		return shared(), nil
	}
	pg, err := OpenPostgres(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("open metadata: %w", err)
	}
	return pg, nil
}
