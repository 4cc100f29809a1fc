//go:build linux

package databases

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"syscall"

	"github.com/jackc/pgx/v5"
)

// Servers are the names by which Refuse, Hang and Drop know the servers.
func Servers() []string { return []string{"postgres", "cassandra"} }

// chosen returns the servers that are meant: none named is both.
func chosen(servers []string) (postgres, cassandra bool, err error) {
	for _, s := range servers {
		if !slices.Contains(Servers(), s) {
			return false, false, fmt.Errorf("there is no server %q: want one of %v", s, Servers())
		}
	}
	all := len(servers) == 0
	return all || slices.Contains(servers, "postgres"), all || slices.Contains(servers, "cassandra"), nil
}

// Drop ends the connections of all clients. The servers go on, and welcome new ones.
func (d *Databases) Drop(ctx context.Context, servers ...string) error {
	postgres, cassandra, err := chosen(servers)
	if err != nil {
		return err
	}
	if err := d.checkUp(); err != nil {
		return err
	}
	if cassandra {
		if err := errors.Join(d.closePort(ctx), d.openPort(ctx)); err != nil {
			return err
		}
	}
	if postgres {
		return d.dropPostgres(ctx)
	}
	return nil
}

func (d *Databases) dropPostgres(ctx context.Context) error {
	return d.asAdmin(ctx, "postgres", func(conn *pgx.Conn) error {
		const all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
		if _, err := conn.Exec(ctx, all); err != nil {
			return fmt.Errorf("end the connections to postgres: %w", err)
		}
		return nil
	})
}

// Refuse makes servers end their connections and refuse new ones, until Answer. PostgreSQL stops; Cassandra, whose start
// takes too long for a short outage, closes the port for its clients and goes on running.
func (d *Databases) Refuse(ctx context.Context, servers ...string) error {
	postgres, cassandra, err := chosen(servers)
	if err != nil {
		return err
	}
	if err := d.checkUp(); err != nil {
		return err
	}
	if cassandra {
		if err := d.closePort(ctx); err != nil {
			return err
		}
	}
	if postgres {
		return d.stopPostgres(ctx)
	}
	return nil
}

// Hang stops the processes of servers where they are, until Answer: connections stay, and the kernel accepts new ones,
// but nobody answers.
func (d *Databases) Hang(servers ...string) error {
	postgres, cassandra, err := chosen(servers)
	if err != nil {
		return err
	}
	if err := d.checkUp(); err != nil {
		return err
	}
	if cassandra {
		if err := d.state.Cassandra.signal(syscall.SIGSTOP); err != nil {
			return err
		}
	}
	if postgres {
		return d.state.Postgres.signal(syscall.SIGSTOP)
	}
	return nil
}

// Answer ends what Refuse and Hang did. When it returns both servers answer.
func (d *Databases) Answer(ctx context.Context) error {
	if !d.state.Cassandra.alive() {
		return fmt.Errorf("the databases of %s are not running: start them with up", d.dir)
	}
	unlock, err := d.lock()
	if err != nil {
		return err
	}
	defer unlock()
	if err := d.state.Cassandra.signal(syscall.SIGCONT); err != nil {
		return err
	}
	if err := d.openPort(ctx); err != nil {
		return err
	}
	if _, err := d.cassandraVersion(ctx); err != nil {
		return fmt.Errorf("wait for cassandra: %w", err)
	}
	if !d.state.Postgres.alive() {
		p, err := d.install(ctx)
		if err != nil {
			return err
		}
		return d.startPostgres(ctx, p)
	}
	if err := d.state.Postgres.signal(syscall.SIGCONT); err != nil {
		return err
	}
	if _, err := d.postgresVersion(ctx); err != nil {
		return fmt.Errorf("wait for postgres: %w", err)
	}
	return nil
}

const storageService = "org.apache.cassandra.db:type=StorageService"

// closePort has Cassandra end the connections of its clients, and listen for them no more.
func (d *Databases) closePort(ctx context.Context) error {
	_, err := d.control(ctx, storageService, "stopNativeTransport()")
	return err
}

func (d *Databases) openPort(ctx context.Context) error {
	_, err := d.control(ctx, storageService, "startNativeTransport")
	return err
}

// signal sends a signal to a process and its children: PostgreSQL has one for each connection.
func (p process) signal(s syscall.Signal) error {
	if !p.alive() {
		return fmt.Errorf("send %v to process %d: it is not there", s, p.PID)
	}
	for _, pid := range append([]int{p.PID}, children(p.PID)...) {
		if err := syscall.Kill(pid, s); err != nil && err != syscall.ESRCH {
			return fmt.Errorf("send %v to process %d: %w", s, pid, err)
		}
	}
	return nil
}
