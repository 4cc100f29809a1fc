package guarded

import "context"

// use is what the rewriter turns over.
func use(ctx context.Context) (*DB, error) {
	host := "10.0.0.1"
	db, err := dial(ctx, host)
	if err != nil {
		return nil, err
	}
	return db, nil
}
