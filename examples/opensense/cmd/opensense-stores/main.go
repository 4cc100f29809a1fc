//go:build linux

// Opensense-stores runs a PostGIS and an Apache Cassandra for the example, on this machine and without containers:
//
//	opensense-stores [-dir folder] up [-passwords] [-tls]           install what is missing, start both, create the tables
//	opensense-stores [-dir folder] seed [-sensors n] [-values n]    replace all data by made-up ones
//	opensense-stores [-dir folder] fresh                            put these back as they were
//	opensense-stores [-dir folder] env                              print the settings of the application for a shell
//	opensense-stores [-dir folder] status                           print what runs, and what it takes
//	opensense-stores [-dir folder] drop [server ...]                end all connections: postgres, cassandra, or both
//	opensense-stores [-dir folder] refuse [server ...]              the same, and refuse new ones
//	opensense-stores [-dir folder] hang [server ...]                stop answering, with all connections open
//	opensense-stores [-dir folder] answer                           end what refuse and hang did
//	opensense-stores [-dir folder] down                             stop both; the data stay
//
// It exits 0 when this is done, 1 when it failed, and 2 when the command line makes no sense.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/faaslint/faaslint/examples/opensense/databases"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return
	}
	fmt.Fprintln(os.Stderr, "opensense-stores:", err)
	if errors.As(err, &badUsage{}) {
		os.Exit(2)
	}
	os.Exit(1)
}

// A badUsage is a command line that makes no sense.
type badUsage struct{ error }

const commands = "up, seed, fresh, env, status, drop, refuse, hang, answer or down"

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	global := flag.NewFlagSet("opensense-stores", flag.ContinueOnError)
	dir := global.String("dir", "", "the folder for programs, data and logs (default: opensense-stores in the user's cache, for root in /var/cache)")
	args, err := parse(global, args, stderr)
	if err != nil {
		return err
	}
	if len(args) == 0 {
		return badUsage{errors.New("want " + commands)}
	}
	if *dir == "" {
		if *dir, err = databases.DefaultDir(); err != nil {
			return err
		}
	}
	do, err := command(args, stdout, stderr)
	if err != nil {
		return err
	}
	d, err := databases.Open(*dir, stderr)
	if err != nil {
		return err
	}
	return do(ctx, d)
}

// An action is what a command does. Some take the names of servers.
type action func(ctx context.Context, d *databases.Databases, servers ...string) error

// command returns what the arguments ask for.
func command(args []string, stdout, stderr io.Writer) (do func(context.Context, *databases.Databases) error, err error) {
	flags := flag.NewFlagSet("opensense-stores "+args[0], flag.ContinueOnError)
	var ofServers action
	switch args[0] {
	case "up":
		var opts databases.Options
		flags.BoolVar(&opts.CassandraPasswords, "passwords", false, "Cassandra asks for a password, as PostgreSQL always does")
		flags.BoolVar(&opts.TLS, "tls", false, "both want TLS")
		do = func(ctx context.Context, d *databases.Databases) error { return d.Up(ctx, opts) }
	case "seed":
		var size databases.Size
		flags.IntVar(&size.Sensors, "sensors", 40_000, "how many sensors to make up")
		flags.IntVar(&size.Values, "values", 26, "how many values of each sensor to make up")
		do = func(ctx context.Context, d *databases.Databases) error { return d.Seed(ctx, size) }
	case "fresh":
		do = func(ctx context.Context, d *databases.Databases) error { return d.Fresh(ctx) }
	case "env":
		do = func(_ context.Context, d *databases.Databases) error { return printEnv(d, stdout) }
	case "status":
		do = func(ctx context.Context, d *databases.Databases) error { return d.Status(ctx, stdout) }
	case "drop":
		ofServers = func(ctx context.Context, d *databases.Databases, servers ...string) error {
			return d.Drop(ctx, servers...)
		}
	case "refuse":
		ofServers = func(ctx context.Context, d *databases.Databases, servers ...string) error {
			return d.Refuse(ctx, servers...)
		}
	case "hang":
		ofServers = func(_ context.Context, d *databases.Databases, servers ...string) error { return d.Hang(servers...) }
	case "answer":
		do = func(ctx context.Context, d *databases.Databases) error { return d.Answer(ctx) }
	case "down":
		do = func(ctx context.Context, d *databases.Databases) error { return d.Down(ctx) }
	default:
		return nil, badUsage{fmt.Errorf("there is no command %q: want %s", args[0], commands)}
	}
	rest, err := parse(flags, args[1:], stderr)
	if err != nil {
		return nil, err
	}
	if ofServers != nil {
		return withServers(ofServers, rest)
	}
	if len(rest) > 0 {
		return nil, badUsage{fmt.Errorf("%s: %q is too much", args[0], rest)}
	}
	return do, nil
}

// withServers looks early whether the servers are known.
func withServers(do action, servers []string) (func(context.Context, *databases.Databases) error, error) {
	for _, s := range servers {
		if !slices.Contains(databases.Servers(), s) {
			return nil, badUsage{fmt.Errorf("there is no server %q: want one of %v", s, databases.Servers())}
		}
	}
	return func(ctx context.Context, d *databases.Databases) error { return do(ctx, d, servers...) }, nil
}

// parse returns the arguments that are left. The flag package says by itself which flags there are.
func parse(flags *flag.FlagSet, args []string, stderr io.Writer) ([]string, error) {
	flags.SetOutput(stderr)
	err := flags.Parse(args)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		err = badUsage{err}
	}
	return flags.Args(), err
}

// printEnv prints what a POSIX shell reads: eval "$(opensense-stores env)".
func printEnv(d *databases.Databases, out io.Writer) error {
	settings, err := d.Env()
	if err != nil {
		return err
	}
	for _, setting := range settings {
		key, value, _ := strings.Cut(setting, "=")
		fmt.Fprintf(out, "export %s='%s'\n", key, strings.ReplaceAll(value, "'", `'\''`))
	}
	return nil
}
