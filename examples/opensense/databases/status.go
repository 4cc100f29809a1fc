//go:build linux

package databases

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/faaslint/faaslint/examples/opensense/migrate"
)

// Status prints for each server its version, if it answers, its process, its address, and what it takes of the
// machine; and how much data there are. It returns an error when one that runs does not answer.
func (d *Databases) Status(ctx context.Context, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second) // one that hangs does not answer
	defer cancel()
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	defer w.Flush()
	fmt.Fprintf(w, "folder\t%s\n", d.dir)
	fmt.Fprintf(w, "settings\t%v\n", d.state.Options)
	fmt.Fprintf(w, "seeded\t%d sensors, %d values each\n", d.state.Seeded.Sensors, d.state.Seeded.Values)
	var failed error
	for _, server := range []struct {
		name, folder string
		process      process
		port         int
		version      func(context.Context) (string, error)
	}{
		{"PostgreSQL", "postgres", d.state.Postgres, d.state.PostgresPort, d.postgresVersion},
		{"Cassandra", "cassandra", d.state.Cassandra, d.state.CassandraPort, d.cassandraVersion},
	} {
		disk, err := diskUsage(d.path(server.folder))
		if err != nil {
			return fmt.Errorf("measure what %s takes: %w", server.name, err)
		}
		if !server.process.alive() {
			fmt.Fprintf(w, "%s\tnot running, %d MB on disk, log %s\n", server.name, disk>>20, d.path(server.folder, "log"))
			continue
		}
		version, err := server.version(ctx)
		if err != nil {
			version, failed = "does not answer", fmt.Errorf("ask %s: %w", server.name, err)
		}
		fmt.Fprintf(w, "%s\t%s, process %d, %s, %d MB of memory, %d MB on disk, log %s\n", server.name, version, server.process.PID,
			loopback(server.port), server.process.memory()>>20, disk>>20, d.path(server.folder, "log"))
	}
	return failed
}

func (d *Databases) postgresVersion(ctx context.Context) (version string, err error) {
	err = d.asAdmin(ctx, name, func(conn *pgx.Conn) error {
		return conn.QueryRow(ctx, "SELECT current_setting('server_version') || ', PostGIS ' || postgis_lib_version()").Scan(&version)
	})
	return version, err
}

func (d *Databases) cassandraVersion(ctx context.Context) (version string, err error) {
	session, err := migrate.Session(d.Config(), name)
	if err != nil {
		return "", err
	}
	defer session.Close()
	err = session.Query("SELECT release_version FROM system.local").WithContext(ctx).Scan(&version)
	return version, err
}

// diskUsage returns the bytes that the files of a folder take; those with several names count once.
func diskUsage(folder string) (bytes int64, err error) {
	seen := map[uint64]bool{}
	err = filepath.WalkDir(folder, func(_ string, e fs.DirEntry, err error) error {
		if os.IsNotExist(err) {
			return nil // nothing yet, or gone in the meantime
		}
		if err != nil {
			return err
		}
		info, err := e.Info()
		if os.IsNotExist(err) {
			return nil
		}
		if err != nil {
			return err
		}
		// Inv: Linux.
		if stat := info.Sys().(*syscall.Stat_t); !seen[stat.Ino] {
			seen[stat.Ino] = true
			bytes += stat.Blocks * 512
		}
		return nil
	})
	return bytes, err
}
