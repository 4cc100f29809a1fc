// Package migrate sets up the databases. It is for the operator's command only and not part of the function.
package migrate

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/gocql/gocql"
	"github.com/jackc/pgx/v5"

	"github.com/faaslint/faaslint/examples/opensense/catalogue"
	"github.com/faaslint/faaslint/examples/opensense/config"
	"github.com/faaslint/faaslint/examples/opensense/model"
	"github.com/faaslint/faaslint/examples/opensense/seed"
	"github.com/faaslint/faaslint/examples/opensense/store"
)

//go:embed postgres/*.sql cassandra/*.cql
var files embed.FS

// Postgres creates the tables of the sensors, and brings those of measurands, units and licences up to date. It may be
// called again: what was applied is noted in a table.
func Postgres(ctx context.Context, cfg config.Config) error {
	conn, err := pgx.Connect(ctx, cfg.PostgresURL)
	if err != nil {
		return fmt.Errorf("connect to postgres: %w", err)
	}
	defer conn.Close(ctx)
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, applied timestamptz NOT NULL DEFAULT now());
			LOCK TABLE migrations`); err != nil {
			return fmt.Errorf("note migrations of postgres: %w", err)
		}
		applied := func(name string) (found bool, err error) {
			err = tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM migrations WHERE name = $1)", name).Scan(&found)
			return found, err
		}
		apply := func(name, text string) error {
			if _, err := tx.Exec(ctx, text); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, "INSERT INTO migrations (name) VALUES ($1)", name)
			return err
		}
		if err := each("postgres", applied, apply); err != nil {
			return err
		}
		return writeCatalogue(ctx, tx)
	})
}

// writeCatalogue has the tables say what the program's files say.
func writeCatalogue(ctx context.Context, tx pgx.Tx) error {
	cat, err := catalogue.Load()
	if err != nil {
		return err
	}
	batch := &pgx.Batch{}
	for _, m := range cat.Measurands {
		batch.Queue(`INSERT INTO measurands VALUES ($1, $2, $3)
			ON CONFLICT (id) DO UPDATE SET (name, default_unit_id) = (excluded.name, excluded.default_unit_id)`, m.ID, m.Name, m.DefaultUnitID)
	}
	for _, u := range cat.Units {
		batch.Queue(`INSERT INTO units VALUES ($1, $2, $3)
			ON CONFLICT (id) DO UPDATE SET (name, measurand_id) = (excluded.name, excluded.measurand_id)`, u.ID, u.Name, u.MeasurandID)
	}
	for _, l := range cat.Licenses {
		batch.Queue(`INSERT INTO licenses VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
			ON CONFLICT (id) DO UPDATE SET (short_name, full_name, version, reference_link, description, allows_redistribution,
				allows_derivatives, requires_attribution, requires_share_alike, requires_keep_open, requires_change_note)
			= (excluded.short_name, excluded.full_name, excluded.version, excluded.reference_link, excluded.description,
				excluded.allows_redistribution, excluded.allows_derivatives, excluded.requires_attribution,
				excluded.requires_share_alike, excluded.requires_keep_open, excluded.requires_change_note)`,
			l.ID, l.ShortName, l.FullName, l.Version, l.ReferenceLink, l.Description, l.AllowsRedistribution,
			l.AllowsDerivatives, l.RequiresAttribution, l.RequiresShareAlike, l.RequiresKeepOpen, l.RequiresChangeNote)
	}
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("write measurands, units and licences: %w", err)
	}
	return nil
}

var identifier = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// Cassandra creates the keyspace and the tables of the values. It may be called again, as Postgres; a migration that
// fails half way is applied once more by the next call.
func Cassandra(ctx context.Context, cfg config.Config) error {
	if !identifier.MatchString(cfg.CassandraKeyspace) {
		return fmt.Errorf("keyspace: %q is no name", cfg.CassandraKeyspace)
	}
	if err := createKeyspace(ctx, cfg); err != nil {
		return err
	}
	s, err := Session(cfg, cfg.CassandraKeyspace)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Query("CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, applied timestamp)").WithContext(ctx).Exec(); err != nil {
		return fmt.Errorf("note migrations of cassandra: %w", err)
	}
	applied := func(name string) (bool, error) {
		err := s.Query("SELECT name FROM migrations WHERE name = ?", name).WithContext(ctx).Scan(&name)
		if errors.Is(err, gocql.ErrNotFound) {
			return false, nil
		}
		return err == nil, err
	}
	apply := func(name, text string) error {
		for statement := range strings.SplitSeq(text, ";") {
			if statement = strings.TrimSpace(statement); statement == "" {
				continue
			}
			if err := s.Query(statement).WithContext(ctx).Exec(); err != nil {
				return err
			}
		}
		return s.Query("INSERT INTO migrations (name, applied) VALUES (?, toTimestamp(now()))", name).WithContext(ctx).Exec()
	}
	return each("cassandra", applied, apply)
}

func createKeyspace(ctx context.Context, cfg config.Config) error {
	s, err := Session(cfg, "")
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Query("CREATE KEYSPACE IF NOT EXISTS " + cfg.CassandraKeyspace +
		" WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").WithContext(ctx).Exec(); err != nil {
		return fmt.Errorf("create keyspace: %w", err)
	}
	return nil
}

// Session returns a session with Cassandra for an operator, who has more patience than the application. The caller closes it.
func Session(cfg config.Config, keyspace string) (*gocql.Session, error) {
	cluster := gocql.NewCluster(cfg.CassandraHosts...)
	cluster.Keyspace = keyspace
	cluster.ConnectTimeout = cfg.ConnectTimeout
	cluster.Timeout = 12 * cfg.ConnectTimeout   // tables take their time
	cluster.Logger = log.New(io.Discard, "", 0) // the error says what went wrong
	if cfg.CassandraUser != "" {
		cluster.Authenticator = gocql.PasswordAuthenticator{Username: cfg.CassandraUser, Password: cfg.CassandraPassword}
	}
	if cfg.CassandraCA != "" {
		cluster.SslOpts = &gocql.SslOptions{CaPath: cfg.CassandraCA, EnableHostVerification: true}
	}
	session, err := cluster.CreateSession()
	if err != nil {
		return nil, fmt.Errorf("connect to cassandra: %w", err)
	}
	return session, nil
}

// each applies those files of a folder, by name, that were not applied yet.
func each(dir string, applied func(name string) (bool, error), apply func(name, text string) error) error {
	names, err := fs.Glob(files, dir+"/*")
	if err != nil {
		return err
	}
	for _, name := range names {
		done, err := applied(name)
		if err != nil {
			return fmt.Errorf("look whether %s was applied: %w", name, err)
		}
		if done {
			continue
		}
		text, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		if err := apply(name, string(text)); err != nil {
			return fmt.Errorf("apply %s: %w", name, err)
		}
	}
	return nil
}

// Users stores the users of the made-up data.
func Users(ctx context.Context, cfg config.Config) error {
	return insert(ctx, cfg, "users", func(batch *pgx.Batch) {
		for _, u := range seed.Users() {
			batch.Queue("INSERT INTO users (id, username, email, password_hash) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
				u.ID, u.Username, u.Email, u.PasswordHash)
		}
	})
}

// Sensors stores made-up sensors under their own ids, so that the store equals one in memory.
func Sensors(ctx context.Context, cfg config.Config, sensors []model.Sensor) error {
	return insert(ctx, cfg, "sensors", func(batch *pgx.Batch) {
		for _, s := range sensors {
			batch.Queue(`INSERT INTO sensors (id, user_id, measurand_id, unit_id, license_id, location, altitude_above_ground,
				direction_vertical, direction_horizontal, sensor_model, accuracy, attribution_text, attribution_url)
				VALUES ($1, $2, $3, $4, $5, ST_SetSRID(ST_MakePoint($6, $7), 4326)::geography, $8, $9, $10, $11, $12, $13, $14)
				ON CONFLICT DO NOTHING`,
				s.ID, s.UserID, s.MeasurandID, s.UnitID, s.LicenseID, s.Location.Lng, s.Location.Lat, float64(s.AltitudeAboveGround),
				s.DirectionVertical, s.DirectionHorizontal, s.SensorModel, s.Accuracy, s.AttributionText, s.AttributionURL)
		}
	})
}

// insert runs a batch, and has the next id of the table follow the ids that it brought.
func insert(ctx context.Context, cfg config.Config, table string, fill func(*pgx.Batch)) error {
	conn, err := pgx.Connect(ctx, cfg.PostgresURL)
	if err != nil {
		return fmt.Errorf("connect to postgres: %w", err)
	}
	defer conn.Close(ctx)
	batch := &pgx.Batch{}
	fill(batch)
	batch.Queue("SELECT setval('" + table + "_id_seq', (SELECT max(id) FROM " + table + "))")
	if err := conn.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("insert %s: %w", table, err)
	}
	return nil
}

// Values stores made-up values of the sensors, so many each. Those that are there already stay, or are written over.
func Values(ctx context.Context, cfg config.Config, sensors []model.Sensor, each int) error {
	s, err := Session(cfg, cfg.CassandraKeyspace)
	if err != nil {
		return err
	}
	defer s.Close()
	const writers = 32
	work := make(chan model.Sensor)
	errs := make(chan error, writers)
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			var first error
			for sensor := range work {
				if first == nil {
					first = writeValues(ctx, s, sensor.ID, seed.Values(sensor, each))
				}
			}
			errs <- first
		})
	}
	for _, sensor := range sensors {
		work <- sensor
	}
	close(work)
	wg.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			return fmt.Errorf("write values: %w", err)
		}
	}
	return nil
}

// writeValues stores all values of a sensor, in the order of time. Unlike the application it has no need to look what
// is there already.
func writeValues(ctx context.Context, s *gocql.Session, sensor int, values []model.Value) error {
	const most = 100 // statements in a batch
	buckets := []int{}
	for rest := values; len(rest) > 0; {
		bucket, n := store.Bucket(rest[0].Timestamp.Time), 0
		batch := s.NewBatch(gocql.UnloggedBatch).WithContext(ctx)
		for ; n < min(most, len(rest)) && store.Bucket(rest[n].Timestamp.Time) == bucket; n++ {
			batch.Query("INSERT INTO sensor_values (sensor_id, bucket, ts, number_value) VALUES (?, ?, ?, ?)",
				sensor, bucket, rest[n].Timestamp.Time, float32(rest[n].NumberValue))
		}
		if err := s.ExecuteBatch(batch); err != nil {
			return err
		}
		buckets, rest = append(buckets, bucket), rest[n:]
	}
	if len(values) == 0 {
		return nil
	}
	first, last := values[0], values[len(values)-1]
	return s.Query("INSERT INTO sensor_extent (sensor_id, first_ts, first_value, last_ts, last_value, buckets) VALUES (?, ?, ?, ?, ?, ?)",
		sensor, first.Timestamp.Time, float32(first.NumberValue), last.Timestamp.Time, float32(last.NumberValue), slices.Compact(buckets)).
		WithContext(ctx).Exec()
}
