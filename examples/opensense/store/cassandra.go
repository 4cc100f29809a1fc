package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/gocql/gocql"

	"github.com/faaslint/faaslint/examples/opensense/config"
	"github.com/faaslint/faaslint/examples/opensense/model"
)

// Cassandra keeps values, one partition for each sensor and month.
type Cassandra struct {
	session *gocql.Session
}

// OpenCassandra connects to the cluster.
func OpenCassandra(cfg config.Config) (*Cassandra, error) {
	cluster := gocql.NewCluster(cfg.CassandraHosts...)
	cluster.Keyspace = cfg.CassandraKeyspace
	cluster.Consistency = gocql.LocalQuorum
	cluster.ConnectTimeout = cfg.ConnectTimeout
	cluster.Timeout = 10 * time.Second
	if cfg.CassandraUser != "" {
		cluster.Authenticator = gocql.PasswordAuthenticator{Username: cfg.CassandraUser, Password: cfg.CassandraPassword}
	}
	if cfg.CassandraCA != "" {
		cluster.SslOpts = &gocql.SslOptions{CaPath: cfg.CassandraCA, EnableHostVerification: true}
	}
	session, err := cluster.CreateSession()
	if err != nil {
		return nil, fmt.Errorf("open cassandra: %w", err)
	}
	return &Cassandra{session}, nil
}

// Close closes the session.
func (c *Cassandra) Close() { c.session.Close() }

// Bucket is the month of a value, yyyymm, and with the sensor the key of its partition.
func Bucket(t time.Time) int {
	t = t.UTC()
	return 100*t.Year() + int(t.Month())
}

// An extent says which partitions a sensor has, and its first and last value.
type extent struct {
	first, last model.Value
	buckets     []int
}

// extent returns gocql.ErrNotFound for a sensor without values.
func (c *Cassandra) extent(ctx context.Context, sensor int) (e extent, err error) {
	var first, last float32
	err = c.session.Query("SELECT first_ts, first_value, last_ts, last_value, buckets FROM sensor_extent WHERE sensor_id = ?", sensor).
		WithContext(ctx).Scan(&e.first.Timestamp.Time, &first, &e.last.Timestamp.Time, &last, &e.buckets)
	e.first.NumberValue, e.last.NumberValue = model.Double(first), model.Double(last)
	slices.Sort(e.buckets)
	return e, err
}

// Extent implements Values.
func (c *Cassandra) Extent(ctx context.Context, sensor int) ([]model.Value, error) {
	e, err := c.extent(ctx, sensor)
	if errors.Is(err, gocql.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("query extent: %w", err)
	}
	return []model.Value{e.first, e.last}, nil
}

// Range implements Values.
func (c *Cassandra) Range(ctx context.Context, sensor int, from, to time.Time, limit int) ([]model.Value, error) {
	values := []model.Value{}
	e, err := c.extent(ctx, sensor)
	if errors.Is(err, gocql.ErrNotFound) {
		return values, nil
	}
	if err != nil {
		return nil, fmt.Errorf("query extent: %w", err)
	}
	if from.IsZero() || from.Before(e.first.Timestamp.Time) {
		from = e.first.Timestamp.Time
	}
	if to.IsZero() || to.After(e.last.Timestamp.Time) {
		to = e.last.Timestamp.Time
	}
	for _, b := range e.buckets {
		if b < Bucket(from) || b > Bucket(to) {
			continue
		}
		if values, err = c.appendBucket(ctx, values, sensor, b, from, to, limit); err != nil {
			return nil, err
		}
	}
	return values, nil
}

func (c *Cassandra) appendBucket(ctx context.Context, values []model.Value, sensor, bucket int, from, to time.Time, limit int) ([]model.Value, error) {
	scanner := c.session.Query("SELECT ts, number_value FROM sensor_values WHERE sensor_id = ? AND bucket = ? AND ts >= ? AND ts <= ?",
		sensor, bucket, ceilMilli(from), to).WithContext(ctx).Iter().Scanner()
	for scanner.Next() {
		var ts time.Time
		var number float32
		if err := scanner.Scan(&ts, &number); err != nil {
			return nil, fmt.Errorf("query values: %w", err)
		}
		values = append(values, model.NewValue(ts, float64(number)))
	}
	if err := scanner.Err(); err != nil {
		return nil, fmt.Errorf("query values: %w", err)
	}
	if len(values) > limit {
		return nil, ErrTooLarge
	}
	return values, nil
}

// ceilMilli rounds up: Cassandra's timestamps are milliseconds, and the driver would round a lower bound down.
func ceilMilli(t time.Time) time.Time {
	return t.Add(time.Millisecond - 1).Truncate(time.Millisecond)
}

// AddValues implements Values.
func (c *Cassandra) AddValues(ctx context.Context, sensor int, values []model.Value) error {
	const most = 100 // statements in a batch
	values = lastOfEach(values)
	byBucket := map[int][]model.Value{}
	for _, v := range values {
		b := Bucket(v.Timestamp.Time)
		byBucket[b] = append(byBucket[b], v)
	}
	for b, values := range byBucket {
		for chunk := range slices.Chunk(values, most) {
			batch := c.session.NewBatch(gocql.UnloggedBatch).WithContext(ctx)
			for _, v := range chunk {
				batch.Query("INSERT INTO sensor_values (sensor_id, bucket, ts, number_value) VALUES (?, ?, ?, ?)",
					sensor, b, v.Timestamp.Time, float32(v.NumberValue))
			}
			if err := c.session.ExecuteBatch(batch); err != nil {
				return fmt.Errorf("add values: %w", err)
			}
		}
	}
	return c.widen(ctx, sensor, values)
}

// lastOfEach leaves out a value that a later one of the same time replaces: of two in one batch Cassandra would keep
// the greater.
func lastOfEach(values []model.Value) []model.Value {
	last := map[int64]int{}
	for i, v := range values {
		last[v.Timestamp.UnixMilli()] = i
	}
	kept := make([]model.Value, 0, len(last))
	for i, v := range values {
		if last[v.Timestamp.UnixMilli()] == i {
			kept = append(kept, v)
		}
	}
	return kept
}

// widen makes the extent of a sensor take in its new values.
func (c *Cassandra) widen(ctx context.Context, sensor int, values []model.Value) error {
	e, err := c.extent(ctx, sensor)
	if err != nil && !errors.Is(err, gocql.ErrNotFound) {
		return fmt.Errorf("query extent: %w", err)
	}
	for i, v := range values {
		none := err != nil && i == 0
		if none || !v.Timestamp.After(e.first.Timestamp.Time) {
			e.first = v
		}
		if none || !v.Timestamp.Before(e.last.Timestamp.Time) {
			e.last = v
		}
		if b := Bucket(v.Timestamp.Time); !slices.Contains(e.buckets, b) {
			e.buckets = append(e.buckets, b)
		}
	}
	err = c.session.Query("UPDATE sensor_extent SET first_ts = ?, first_value = ?, last_ts = ?, last_value = ?, buckets = buckets + ? WHERE sensor_id = ?",
		e.first.Timestamp.Time, float32(e.first.NumberValue), e.last.Timestamp.Time, float32(e.last.NumberValue), e.buckets, sensor).
		WithContext(ctx).Exec()
	if err != nil {
		return fmt.Errorf("write extent: %w", err)
	}
	return nil
}

// DeleteValues implements Values.
func (c *Cassandra) DeleteValues(ctx context.Context, sensor int) error {
	e, err := c.extent(ctx, sensor)
	if errors.Is(err, gocql.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("query extent: %w", err)
	}
	for _, b := range e.buckets {
		if err := c.session.Query("DELETE FROM sensor_values WHERE sensor_id = ? AND bucket = ?", sensor, b).WithContext(ctx).Exec(); err != nil {
			return fmt.Errorf("delete values: %w", err)
		}
	}
	if err := c.session.Query("DELETE FROM sensor_extent WHERE sensor_id = ?", sensor).WithContext(ctx).Exec(); err != nil {
		return fmt.Errorf("delete extent: %w", err)
	}
	return nil
}
