package guarded

import "context"

func use(ctx context.Context) (*DB, error) { return useHost(ctx, "10.0.0.1") }

// useHost is what the rewriter turns over: one connection for each host.
func useHost(ctx context.Context, host string) (*DB, error) {
	db, err := dial(ctx, host)
	if err != nil {
		return nil, err
	}
	return db, nil
}
