//go:build linux

package databases

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/faaslint/faaslint/examples/opensense/migrate"
)

// seeded is the database that Fresh copies.
const seeded = name + "_seeded"

// startPostgres starts PostgreSQL, which has the application's role and database when this returns.
func (d *Databases) startPostgres(ctx context.Context, p programs) error {
	data := d.path("postgres", "data")
	if err := d.makeDir(d.path("postgres")); err != nil {
		return fmt.Errorf("make a folder for postgres: %w", err)
	}
	if _, err := os.Stat(filepath.Join(data, "PG_VERSION")); errors.Is(err, fs.ErrNotExist) {
		if err := d.initPostgres(ctx, p, data); err != nil {
			return err
		}
	}
	if err := d.configurePostgres(data); err != nil {
		return err
	}
	began, log := time.Now(), d.path("postgres", "log")
	start := d.command(ctx, filepath.Join(p.postgres, "pg_ctl"), "start", "--wait", "--silent", "--pgdata="+data, "--log="+log)
	if out, err := start.CombinedOutput(); err != nil {
		return fmt.Errorf("start postgres: %w: %s%s", err, out, tail(log))
	}
	if err := d.findPostgres(data); err != nil {
		return err
	}
	if err := d.preparePostgres(ctx); err != nil {
		return err
	}
	d.say("PostgreSQL answers on %s after %.1f s, process %d", loopback(d.state.PostgresPort), time.Since(began).Seconds(), d.state.Postgres.PID)
	return nil
}

// initPostgres makes an empty cluster; one that is half made is thrown away.
func (d *Databases) initPostgres(ctx context.Context, p programs, data string) error {
	password := d.path("postgres", "password")
	defer os.Remove(password)
	if err := errors.Join(os.RemoveAll(data), d.writeFile(password, []byte(d.state.PostgresAdminPassword))); err != nil {
		return fmt.Errorf("make a database cluster: %w", err)
	}
	initdb := d.command(ctx, filepath.Join(p.postgres, "initdb"), "--pgdata="+data, "--username=postgres", "--pwfile="+password,
		"--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8")
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("make a database cluster: initdb: %w: %s", err, out)
	}
	return nil
}

// configurePostgres writes the settings. Connections are over TCP only, as from a function.
func (d *Databases) configurePostgres(data string) error {
	settings := []string{
		"# Written anew by each start of opensense-stores.",
		"listen_addresses = '127.0.0.1'",
		fmt.Sprintf("port = %d", d.state.PostgresPort),
		"unix_socket_directories = ''",
		"password_encryption = 'scram-sha-256'",
		"timezone = 'UTC'",
	}
	connection := "host"
	if d.state.TLS {
		connection = "hostssl"
		settings = append(settings, "ssl = on", "ssl_cert_file = '"+d.path("tls", "server.pem")+"'", "ssl_key_file = '"+d.path("tls", "server.key")+"'")
	}
	err := errors.Join(
		d.writeFile(filepath.Join(data, "postgresql.conf"), []byte(strings.Join(settings, "\n")+"\n")),
		d.writeFile(filepath.Join(data, "pg_hba.conf"), []byte(connection+" all all 127.0.0.1/32 scram-sha-256\n")))
	if err != nil {
		return fmt.Errorf("configure postgres: %w", err)
	}
	return nil
}

// findPostgres notes which process it is, so that it can be stopped whatever happens next.
func (d *Databases) findPostgres(data string) error {
	text, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return fmt.Errorf("find the process of postgres: %w", err)
	}
	var pid int
	if _, err := fmt.Sscan(string(text), &pid); err != nil {
		return fmt.Errorf("find the process of postgres: %w", err)
	}
	d.state.Postgres = findProcess(pid)
	return d.save()
}

// asAdmin connects as PostgreSQL's own user.
func (d *Databases) asAdmin(ctx context.Context, database string, do func(*pgx.Conn) error) error {
	conn, err := pgx.Connect(ctx, d.postgresURL("postgres", d.state.PostgresAdminPassword, database))
	if err != nil {
		return fmt.Errorf("connect to postgres: %w", err)
	}
	defer conn.Close(ctx)
	return do(conn)
}

// preparePostgres creates what the application needs and is not there yet.
func (d *Databases) preparePostgres(ctx context.Context) error {
	missing := false
	err := d.asAdmin(ctx, "postgres", func(conn *pgx.Conn) error {
		if err := conn.QueryRow(ctx, "SELECT NOT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&missing); err != nil || !missing {
			return err
		}
		var role bool
		if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", name).Scan(&role); err != nil || role {
			return err
		}
		// Inv: a password is made of letters and digits. A statement like this takes no parameters.
		_, err := conn.Exec(ctx, "CREATE ROLE "+name+" LOGIN PASSWORD '"+d.state.PostgresPassword+"'")
		return err
	})
	if err != nil {
		return fmt.Errorf("prepare postgres: %w", err)
	}
	if missing {
		return d.createDatabase(ctx, name)
	}
	return d.migratePostgres(ctx, name)
}

// createDatabase makes a database, in place of one that may be there, with the tables and nothing in them.
func (d *Databases) createDatabase(ctx context.Context, database string) error {
	err := d.asAdmin(ctx, "postgres", func(conn *pgx.Conn) error {
		if _, err := conn.Exec(ctx, "DROP DATABASE IF EXISTS "+database+" WITH (FORCE)"); err != nil {
			return err
		}
		_, err := conn.Exec(ctx, "CREATE DATABASE "+database+" OWNER "+name)
		return err
	})
	if err != nil {
		return fmt.Errorf("create database %s: %w", database, err)
	}
	// The extension takes an administrator; the migration finds it there.
	if err := d.asAdmin(ctx, database, func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "CREATE EXTENSION postgis")
		return err
	}); err != nil {
		return fmt.Errorf("create database %s: %w", database, err)
	}
	return d.migratePostgres(ctx, database)
}

func (d *Databases) migratePostgres(ctx context.Context, database string) error {
	cfg := d.Config()
	cfg.PostgresURL = d.postgresURL(name, d.state.PostgresPassword, database)
	return migrate.Postgres(ctx, cfg)
}

// stopPostgres ends all connections, and the server.
func (d *Databases) stopPostgres(ctx context.Context) error {
	if !d.state.Postgres.alive() {
		return nil
	}
	// SIGINT is PostgreSQL's fast stop: SIGTERM would wait for its clients.
	if err := d.state.Postgres.end(ctx, syscall.SIGINT); err != nil {
		return fmt.Errorf("stop postgres: %w", err)
	}
	d.say("PostgreSQL has stopped")
	return nil
}
