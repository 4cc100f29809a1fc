//go:build linux

package databases

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/faaslint/faaslint/examples/opensense/migrate"
	"github.com/faaslint/faaslint/examples/opensense/seed"
)

// tables are those of Cassandra that hold data.
var tables = []string{"sensor_values", "sensor_extent"}

// Seed replaces all data by made-up ones, and keeps a copy for Fresh.
func (d *Databases) Seed(ctx context.Context, size Size) error {
	if size.Sensors < 1 || size.Values < 0 {
		return fmt.Errorf("seed: want a sensor or more, each with any number of values, got %+v", size)
	}
	if err := d.checkUp(); err != nil {
		return err
	}
	unlock, err := d.lock()
	if err != nil {
		return err
	}
	defer unlock()
	d.state.Seeded = Size{} // until all is there
	if err := d.save(); err != nil {
		return err
	}
	if err := d.seedPostgres(ctx, size); err != nil {
		return err
	}
	if err := d.seedCassandra(ctx, size); err != nil {
		return err
	}
	d.state.Seeded = size
	if err := d.save(); err != nil {
		return err
	}
	return d.copyDatabase(ctx)
}

func (d *Databases) seedPostgres(ctx context.Context, size Size) error {
	began := time.Now()
	if err := d.createDatabase(ctx, seeded); err != nil {
		return err
	}
	cfg := d.Config()
	cfg.PostgresURL = d.postgresURL(name, d.state.PostgresPassword, seeded)
	if err := migrate.Users(ctx, cfg); err != nil {
		return err
	}
	if err := migrate.Sensors(ctx, cfg, seed.Sensors(size.Sensors)); err != nil {
		return err
	}
	// What the planner knows is copied too, so that each copy answers in the same way from the start.
	if err := d.asAdmin(ctx, seeded, func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "VACUUM (ANALYZE, FREEZE)")
		return err
	}); err != nil {
		return fmt.Errorf("analyse the sensors: %w", err)
	}
	d.say("%d sensors are in PostGIS after %.1f s", size.Sensors, time.Since(began).Seconds())
	return nil
}

// seedCassandra writes the values, has each table become one file, and links these files to a place of their own:
// Cassandra never changes a file, it only writes new ones.
func (d *Databases) seedCassandra(ctx context.Context, size Size) error {
	began := time.Now()
	if err := d.truncate(ctx); err != nil {
		return err
	}
	if err := migrate.Values(ctx, d.Config(), seed.Sensors(size.Sensors), size.Values); err != nil {
		return err
	}
	if _, err := d.control(ctx, storageService, "forceKeyspaceFlush(java.lang.String,[Ljava.lang.String;)", name, tables); err != nil {
		return err
	}
	if _, err := d.control(ctx, storageService, "forceKeyspaceCompaction(boolean,java.lang.String,[Ljava.lang.String;)", false, name, tables); err != nil {
		return err
	}
	for _, table := range tables {
		if err := d.keepFiles(ctx, table); err != nil {
			return fmt.Errorf("keep a copy of %s: %w", table, err)
		}
	}
	d.say("%d values are in Cassandra after %.1f s", size.Sensors*size.Values, time.Since(began).Seconds())
	return nil
}

// dataFolder is where Cassandra has the files of a table.
func (d *Databases) dataFolder(table string) (string, error) {
	folders, err := filepath.Glob(d.path("cassandra", "data", name, table+"-*"))
	if err != nil {
		return "", err
	}
	if len(folders) != 1 {
		return "", fmt.Errorf("find the files of the table: want one folder, got %q", folders)
	}
	return folders[0], nil
}

// keepFiles links the files of a table to its folder in cassandra/seeded, when there is but one SSTable: those that were
// compacted into it are deleted some time later.
func (d *Databases) keepFiles(ctx context.Context, table string) error {
	folder, err := d.dataFolder(table)
	if err != nil {
		return err
	}
	if err := wait(ctx, time.Minute, func(context.Context) (bool, error) { return oneSSTable(folder) }); err != nil {
		return fmt.Errorf("wait for one SSTable in %s: %w", folder, err)
	}
	kept := d.path("cassandra", "seeded", table)
	if err := errors.Join(os.RemoveAll(kept), os.MkdirAll(kept, 0o755)); err != nil {
		return err
	}
	return linkFiles(folder, kept, 0)
}

// oneSSTable reports whether a folder has the files of one SSTable at most, and none of a transaction under way.
func oneSSTable(folder string) (bool, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return false, err
	}
	first := ""
	for _, e := range entries {
		if !e.Type().IsRegular() {
			continue
		}
		parts := strings.SplitN(e.Name(), "-", 3)
		if first == "" && len(parts) == 3 {
			first = parts[1]
		}
		if len(parts) != 3 || strings.Contains(parts[0], "txn") || parts[1] != first {
			return false, nil
		}
	}
	return true, nil
}

// linkFiles gives the files of an SSTable, nb-1-big-Data.db and so on, second names, with a number that is higher by so much.
func linkFiles(from, to string, higher int) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !e.Type().IsRegular() {
			continue
		}
		parts := strings.SplitN(e.Name(), "-", 3)
		number, err := strconv.Atoi(parts[min(1, len(parts)-1)])
		if err != nil || len(parts) < 3 {
			return fmt.Errorf("want names such as nb-1-big-Data.db, got %s", filepath.Join(from, e.Name()))
		}
		parts[1] = strconv.Itoa(number + higher)
		if err := os.Link(filepath.Join(from, e.Name()), filepath.Join(to, strings.Join(parts, "-"))); err != nil {
			return err
		}
	}
	return nil
}

// Fresh puts back the data of Seed, in both servers, whatever was written since. It ends the connections to PostgreSQL.
func (d *Databases) Fresh(ctx context.Context) error {
	if err := d.checkUp(); err != nil {
		return err
	}
	if d.state.Seeded == (Size{}) {
		return errors.New("restore the data: there is no copy of seeded data: run seed first")
	}
	unlock, err := d.lock()
	if err != nil {
		return err
	}
	defer unlock()
	began := time.Now()
	if err := d.copyDatabase(ctx); err != nil {
		return err
	}
	if err := d.truncate(ctx); err != nil {
		return err
	}
	for _, table := range tables {
		if err := d.loadFiles(ctx, table); err != nil {
			return fmt.Errorf("restore %s: %w", table, err)
		}
	}
	d.say("the data are fresh after %.1f s", time.Since(began).Seconds())
	return nil
}

// copyDatabase makes the application's database anew, as a copy of the one that was seeded.
func (d *Databases) copyDatabase(ctx context.Context) error {
	err := d.asAdmin(ctx, "postgres", func(conn *pgx.Conn) error {
		if _, err := conn.Exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
			return err
		}
		_, err := conn.Exec(ctx, "CREATE DATABASE "+name+" TEMPLATE "+seeded+" OWNER "+name)
		return err
	})
	if err != nil {
		return fmt.Errorf("copy the seeded database: %w", err)
	}
	return nil
}

// truncate empties the tables of Cassandra.
func (d *Databases) truncate(ctx context.Context) error {
	session, err := migrate.Session(d.Config(), name)
	if err != nil {
		return err
	}
	defer session.Close()
	for _, table := range tables {
		if err := session.Query("TRUNCATE " + table).WithContext(ctx).Exec(); err != nil {
			return fmt.Errorf("empty %s: %w", table, err)
		}
	}
	return nil
}

// loadFiles puts new links to the files of a table where Cassandra looks for its own, and has it look. It renames them,
// so that the next ones do not collide; but those of before are deleted only after a while.
//
// It is tempting to use importNewSSTables, which takes a folder of one's own; but it wants that as a Set, which Jolokia
// cannot make of JSON.
func (d *Databases) loadFiles(ctx context.Context, table string) error {
	folder, err := d.dataFolder(table)
	if err != nil {
		return err
	}
	if err := linkFiles(d.path("cassandra", "seeded", table), folder, 1_000_000_000); err != nil {
		return err
	}
	_, err = d.control(ctx, "org.apache.cassandra.db:type=ColumnFamilies,keyspace="+name+",columnfamily="+table, "loadNewSSTables")
	return err
}
