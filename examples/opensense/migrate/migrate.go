// Package migrate sets up the databases. It is for the operator's command only and not part of the function.
package migrate

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"sync"

	"github.com/gocql/gocql"
	"github.com/jackc/pgx/v5"

	"github.com/faaslint/faaslint/examples/opensense/config"
	"github.com/faaslint/faaslint/examples/opensense/model"
	"github.com/faaslint/faaslint/examples/opensense/seed"
	"github.com/faaslint/faaslint/examples/opensense/store"
)

//go:embed postgres/*.sql cassandra/*.cql
var files embed.FS

// Postgres creates the tables of the sensors. It may be called again.
func Postgres(ctx context.Context, cfg config.Config) error {
	conn, err := pgx.Connect(ctx, cfg.PostgresURL)
	if err != nil {
		return fmt.Errorf("connect to postgres: %w", err)
	}
	defer conn.Close(ctx)
	return each("postgres", func(text string) error {
		_, err := conn.Exec(ctx, text)
		return err
	})
}

var identifier = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// Cassandra creates the keyspace and the tables of the values. It may be called again.
func Cassandra(ctx context.Context, cfg config.Config) error {
	if !identifier.MatchString(cfg.CassandraKeyspace) {
		return fmt.Errorf("keyspace: %q is no name", cfg.CassandraKeyspace)
	}
	if err := inKeyspace(cfg, "", func(s *gocql.Session) error {
		return s.Query("CREATE KEYSPACE IF NOT EXISTS " + cfg.CassandraKeyspace +
			" WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").WithContext(ctx).Exec()
	}); err != nil {
		return err
	}
	return inKeyspace(cfg, cfg.CassandraKeyspace, func(s *gocql.Session) error {
		return each("cassandra", func(text string) error {
			for statement := range strings.SplitSeq(text, ";") {
				if statement = strings.TrimSpace(statement); statement == "" {
					continue
				}
				if err := s.Query(statement).WithContext(ctx).Exec(); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

func inKeyspace(cfg config.Config, keyspace string, do func(*gocql.Session) error) error {
	cluster := gocql.NewCluster(cfg.CassandraHosts...)
	cluster.Keyspace = keyspace
	cluster.ConnectTimeout = cfg.ConnectTimeout
	cluster.Timeout = 4 * cfg.ConnectTimeout // tables take their time
	if cfg.CassandraUser != "" {
		cluster.Authenticator = gocql.PasswordAuthenticator{Username: cfg.CassandraUser, Password: cfg.CassandraPassword}
	}
	session, err := cluster.CreateSession()
	if err != nil {
		return fmt.Errorf("connect to cassandra: %w", err)
	}
	defer session.Close()
	return do(session)
}

// each calls do with the files of a folder, by name.
func each(dir string, do func(text string) error) error {
	names, err := fs.Glob(files, dir+"/*")
	if err != nil {
		return err
	}
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		if err := do(string(text)); err != nil {
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

// Values stores made-up values of the sensors, so many each.
func Values(ctx context.Context, cfg config.Config, sensors []model.Sensor, each int) error {
	cass, err := store.OpenCassandra(cfg)
	if err != nil {
		return err
	}
	defer cass.Close()
	const writers = 32
	work := make(chan model.Sensor)
	errs := make(chan error, writers)
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			var first error
			for s := range work {
				if first == nil {
					first = cass.AddValues(ctx, s.ID, seed.Values(s, each))
				}
			}
			errs <- first
		})
	}
	for _, s := range sensors {
		work <- s
	}
	close(work)
	wg.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
