//go:build linux

// Opensense is the whole story of the example on real stores, in one command: go run ./scripts/opensense [flags], in the
// root of the repository. It starts PostGIS and Cassandra, which install themselves where they are missing (as root on a
// Debian), fills them, and has the lab show on each host what faaslint's repair of the naive port gains:
//
//	answers   all 360 requests of the example, on 500 sensors: server, naive port and repair answer as recorded
//	times     range queries, last values, values of an area, bulk inserts and a path without a store, on 40 000 sensors
//	          with a million values: cold and warm; the right answers are recorded from the server first
//	lazy      the server as a function, which opens both stores when it starts, and what faaslint -fix makes of that: cold and
//	          warm, above all on a path without a store; the answers of both to all 360 requests
//	split     the functions that faaslint split makes of the naive port, by groups and without Cassandra: bytes, package
//	          initialisation, /init and first answer beside the whole; all 360 requests, each to the function that owns its route
//	outage    what requests get after a freeze in which connections were dropped, and while a store is out: the naive
//	          port, its repair, the server, and what one would write by hand
//	hang      the same while Cassandra takes connections and does not answer
//	source    the action as source that OpenWhisk compiles, which takes minutes for each start
//
// The last two are done only where -only names them. The steps are called AUTH/HOST/WHAT: AUTH is plain or passwords, of
// Cassandra; HOST is http, openwhisk or lambda; WHAT is one of the above. With the times of plain/http come 64 requests at
// a time to a build with the race detector, and a version that shows what it would cost to try the session of Cassandra
// before each request. The flags are:
//
//	-n N         processes of each version and group of requests (20); with fewer than 6 there are no intervals
//	-only WORDS  only the steps of which each word names a part, with commas: -only plain,http or -only outage
//	-out DIR     where the reports go (opensense-report): STEP.txt, .json, .html and .bench, and summary.md over all that
//	             are there, so that a run that was broken off goes on with -only
//	-dir DIR     the folder of the stores, as for opensense-stores -dir
//	-keep        leave the stores running
//
// It prints what it does. The exit code is 0 when all checks hold, 1 when some do not, and 2 when there is nothing to see.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/faaslint/faaslint/faas/replay"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	s := &story{began: time.Now()}
	flag.IntVar(&s.processes, "n", 20, "processes of each version and group of requests")
	only := flag.String("only", "", "words, with commas: only the steps of which each names a part")
	flag.StringVar(&s.out, "out", "opensense-report", "where the reports go")
	flag.StringVar(&s.dir, "dir", "", "the folder of the stores")
	keep := flag.Bool("keep", false, "leave the stores running")
	flag.Parse()
	if flag.NArg() > 0 || s.processes < 1 {
		fmt.Fprintln(os.Stderr, "opensense: want flags alone, and one process or more; -h lists them")
		os.Exit(2)
	}
	good, err := s.run(ctx, *only, *keep)
	if err != nil {
		fmt.Fprintln(os.Stderr, "opensense:", err)
		os.Exit(2)
	}
	if !good {
		os.Exit(1)
	}
}

// A story is one run of this command.
type story struct {
	processes int
	out, dir  string
	began     time.Time
	bin       string // where our programs are
	stores    stores
	failed    []string // steps with a check that does not hold
}

// A host is how OpenSense runs: the naive port, and the server behind the same protocol.
type host struct{ name, naive, server string }

func hosts() []host {
	return []host{{"http", "./knative", "./cmd/opensense-server"}, {"openwhisk", "./action", "./server/action"}, {"lambda", "./lambda", "./server/lambda"}}
}

// A step is one report.
type step struct {
	name      string // AUTH/HOST/WHAT
	passwords bool
	host      host
	kind
}

// A kind is what steps do, and where.
type kind struct {
	name      string
	size      size
	plain     string // hosts without passwords of Cassandra, and
	passwords string // with them
	named     bool   // only where -only names it: it takes long for what it shows
	do        func(context.Context, *story, step) (good bool, err error)
}

// kinds are in an order in which the stores are filled seldom. What depends on the host alone is not shown with passwords
// again, and an outage is much the same on both hosts that freeze.
func kinds() []kind {
	return []kind{
		{"answers", small, "http openwhisk lambda", "http", false, answers},
		{"lazy", small, "http openwhisk", "", false, lazy},
		{"split", small, "openwhisk", "", false, splitUp},
		{"outage", small, "http openwhisk", "", false, outage},
		{"hang", small, "http", "", true, hang},
		{"source", small, "openwhisk", "", true, source},
		{"times", large, "http openwhisk lambda", "http openwhisk lambda", false, times},
	}
}

func steps() (all []step) {
	for _, auth := range []string{"plain", "passwords"} {
		for _, k := range kinds() {
			where := k.plain
			if auth == "passwords" {
				where = k.passwords
			}
			for _, h := range hosts() {
				if slices.Contains(strings.Fields(where), h.name) {
					all = append(all, step{auth + "/" + h.name + "/" + k.name, auth == "passwords", h, k})
				}
			}
		}
	}
	return all
}

// chosen returns the steps of which each word names a part.
func chosen(all []step, only string) []step {
	words := strings.FieldsFunc(only, func(c rune) bool { return c == ',' || c == '/' })
	return slices.DeleteFunc(all, func(s step) bool {
		parts := strings.Split(s.name, "/")
		return s.named && !slices.Contains(words, s.kind.name) ||
			slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(parts, w) })
	})
}

func (s *story) run(ctx context.Context, only string, keep bool) (good bool, err error) {
	todo := chosen(steps(), only)
	if len(todo) == 0 {
		return false, fmt.Errorf("no step has all of %q in its name", only)
	}
	if _, err := os.Stat(example); err != nil {
		return false, fmt.Errorf("call this in the root of the repository: %w", err)
	}
	if s.out, err = filepath.Abs(s.out); err != nil {
		return false, err
	}
	if err := os.MkdirAll(s.out, 0o755); err != nil {
		return false, err
	}
	if err := s.build(ctx); err != nil {
		return false, err
	}
	defer os.RemoveAll(s.bin)
	if s.dir != "" {
		if s.dir, err = filepath.Abs(s.dir); err != nil {
			return false, err
		}
	}
	s.stores = stores{program: filepath.Join(s.bin, "opensense-stores"), dir: s.dir}
	if !keep {
		defer func() { err = errors.Join(err, s.stores.down(context.WithoutCancel(ctx))) }()
	}
	for i, st := range todo {
		s.say("step %d of %d: %s", i+1, len(todo), st.name)
		if err := s.stores.ready(ctx, st.passwords, st.size); err != nil {
			return false, fmt.Errorf("%s: %w", st.name, err)
		}
		good, err := st.do(ctx, s, st)
		if err != nil {
			return false, fmt.Errorf("%s: %w; go on with -only %s", st.name, err, strings.ReplaceAll(st.name, "/", ","))
		}
		if !good {
			s.failed = append(s.failed, st.name)
			s.say("%s: a check does not hold, see %s", st.name, s.file(st, "txt"))
		}
	}
	targets, err := s.summarize()
	if err != nil {
		return false, err
	}
	s.say("done; reports and summary.md are in %s", s.out)
	for _, name := range s.failed {
		s.say("a check does not hold: %s", name)
	}
	return targets && len(s.failed) == 0, nil
}

const example = "examples/opensense"

func (s *story) say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%6.0f s  "+format+"\n", append([]any{time.Since(s.began).Seconds()}, args...)...)
}

// A teller says what a program writes, with the time before each line.
type teller struct {
	*story
	line []byte
}

func (t *teller) Write(text []byte) (int, error) {
	t.line = append(t.line, text...)
	for {
		line, rest, found := bytes.Cut(t.line, []byte("\n"))
		if !found {
			return len(text), nil
		}
		t.say("  %s", line)
		t.line = rest
	}
}

// build builds faaslint, the lab and the stores, each in its module.
func (s *story) build(ctx context.Context) (err error) {
	if s.bin, err = os.MkdirTemp("", "opensense-bin-"); err != nil {
		return err
	}
	for _, p := range []struct{ dir, pkg string }{{".", "./cmd/faaslint"}, {"lab", "./cmd/faaslint-lab"}, {example, "./cmd/opensense-stores"}} {
		s.say("building %s in %s", p.pkg, p.dir)
		cmd := exec.CommandContext(ctx, "go", "build", "-o", s.bin+"/", p.pkg)
		cmd.Dir, cmd.Stdout, cmd.Stderr = p.dir, os.Stderr, os.Stderr
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("go build %s in %s: %w", p.pkg, p.dir, err)
		}
	}
	return nil
}

// file is where a step's report of a kind goes.
func (s *story) file(st step, kind string) string {
	return filepath.Join(s.out, strings.ReplaceAll(st.name, "/", "-")+"."+kind)
}

// lab runs faaslint-lab on the naive port, beside the server, and keeps what it prints.
func (s *story) lab(ctx context.Context, st step, suffix, command string, args ...string) (good bool, err error) {
	return s.labOn(ctx, st, suffix, command, append(args, "-baseline", st.host.server, st.host.naive)...)
}

// labOn runs faaslint-lab on a package of the example, the last argument, with the stores' settings, and keeps what it
// prints. Its exit code 1 means that a check does not hold.
func (s *story) labOn(ctx context.Context, st step, suffix, command string, args ...string) (good bool, err error) {
	env, err := s.stores.env(ctx)
	if err != nil {
		return false, err
	}
	all := []string{command, "-C", example, "-host", st.host.name, "-fresh", s.stores.command("fresh")}
	for _, setting := range env {
		name, _, _ := strings.Cut(setting, "=")
		all = append(all, "-env", name)
	}
	cmd := exec.CommandContext(ctx, filepath.Join(s.bin, "faaslint-lab"), append(all, args...)...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = time.Minute
	cmd.Env = append(append(os.Environ(), "FAASLINT="+filepath.Join(s.bin, "faaslint")), env...)
	cmd.Stderr = &teller{story: s}
	text, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		return false, fmt.Errorf("faaslint-lab %s: %w", command, err)
	}
	return err == nil, os.WriteFile(s.file(st, suffix+"txt"), text, 0o644)
}

const requests = "testdata/requests.jsonl" // in the example

// answers is the regression: nothing is timed.
func answers(ctx context.Context, s *story, st step) (bool, error) {
	return s.lab(ctx, st, "", "prove", "-n", "0", "-requests", requests, "-json", s.file(st, "json"))
}

// times is what a request takes, cold and warm. With passwords a session takes ten times as long, and the naive port opens
// one for each request: so there are fewer requests, of those groups that differ most, and no trace.
func times(ctx context.Context, s *story, st step) (bool, error) {
	all, warm := performance(200), "10"
	if st.passwords {
		all, warm = named(performance(10), "range query", "last value", "no store"), "2"
	}
	recorded, err := s.record(ctx, all)
	if err != nil {
		return false, err
	}
	args := []string{"-n", fmt.Sprint(s.processes), "-warm", warm, "-requests", recorded,
		"-json", s.file(st, "json"), "-bench", s.file(st, "bench"), "-html", s.file(st, "html")}
	switch {
	case st.passwords, st.host.name == "lambda": // where the time goes is much the same as on the others
		args = append(args, "-untraced")
	case st.host.name == "http":
		args = append(args, "-race", "-also", probeEach)
	}
	return s.lab(ctx, st, "", "prove", args...)
}

// lazy times the eager port against itself on first use. The checks of prove have a limit for what a repair may cost; what is
// to be gained is in targets.
func lazy(ctx context.Context, s *story, st step) (bool, error) {
	timed, err := s.timing("no store", "range query", "last value")
	if err != nil {
		return false, err
	}
	return s.labOn(ctx, st, "", "prove", "-untraced", "-n", fmt.Sprint(s.processes), "-warm", "5", "-requests", timed,
		"-json", s.file(st, "json"), "-bench", s.file(st, "bench"), "-html", s.file(st, "html"), st.host.server)
}

// splitUp times what faaslint split makes of the naive port: it opens no store before a request needs it, and so can be
// split as it is.
func splitUp(ctx context.Context, s *story, st step) (bool, error) {
	timed, err := s.timing("no store", "range query")
	if err != nil {
		return false, err
	}
	return s.labOn(ctx, st, "", "split", "-without", "gocql", "-n", fmt.Sprint(s.processes), "-requests", timed,
		"-json", s.file(st, "json"), "-html", s.file(st, "html"), st.host.naive)
}

// timing writes the recorded requests of the example with names for some groups alone, so that only these are timed.
func (s *story) timing(names ...string) (string, error) {
	all, err := replay.ReadFile(filepath.Join(example, requests))
	if err != nil {
		return "", err
	}
	for i := range all {
		if !slices.Contains(names, all[i].Name) {
			all[i].Name = ""
		}
	}
	file := filepath.Join(s.bin, "timed.jsonl")
	return file, write(file, all)
}

// source has the OpenWhisk container compile the action, once for each version.
func source(ctx context.Context, s *story, st step) (bool, error) {
	some := filepath.Join(s.bin, "no-store.jsonl")
	all, err := replay.ReadFile(filepath.Join(example, requests))
	if err == nil {
		err = write(some, named(all, "no store"))
	}
	if err != nil {
		return false, err
	}
	return s.lab(ctx, st, "", "prove", "-packed", "source", "-untraced", "-timeout", "10m", "-n", "1", "-warm", "1", "-requests", some,
		"-json", s.file(st, "json"), "-html", s.file(st, "html"))
}

// hoist is what one would write by hand. probeEach is the repair with a guard that tries the session of Cassandra before
// each request and not once a second: what it would cost to lose no request after a shorter freeze.
const (
	hoist     = "hoist=git apply testdata/hoist.patch"
	probeEach = "probe each=$FAASLINT -fix -force ./... >/dev/null; grep -q 'Round(0).Add(time.Second)' store/cassandra.go && sed -i 's/Round(0).Add(time.Second)/Round(0)/' store/cassandra.go"
)

// outage drops all connections and takes Cassandra away; then, on one host, only those of Cassandra, and takes PostgreSQL
// away.
func outage(ctx context.Context, s *story, st step) (good bool, err error) {
	if st.host.name != "http" {
		return s.trouble(ctx, st, "", "drop", "300ms,3s", "refuse cassandra", "3s", "10s")
	}
	first, err := s.trouble(ctx, st, "", "drop", "300ms,3s,60s", "refuse cassandra", "3s,30s", "10s")
	if err != nil {
		return false, err
	}
	second, err := s.trouble(ctx, st, "postgres.", "drop cassandra", "300ms,3s", "refuse postgres", "3s", "10s", "-also", probeEach)
	return first && second, err
}

// hang leaves Cassandra hanging: each waits as long as the settings of the application say, for an answer and then for a
// connection, 10 and 5 seconds.
func hang(ctx context.Context, s *story, st step) (good bool, err error) {
	return s.trouble(ctx, st, "", "drop postgres", "3s", "hang cassandra", "12s", "20s")
}

func (s *story) trouble(ctx context.Context, st step, suffix, drop, freeze, stop, out, deadline string, more ...string) (good bool, err error) {
	return s.lab(ctx, st, suffix, "outage", append(more, "-requests", requests, "-also", hoist, "-timeout", deadline,
		"-freeze", freeze, "-drop", s.stores.command(strings.Fields(drop)...), "-out", out,
		"-stop", s.stores.command(strings.Fields(stop)...), "-start", s.stores.command("answer"), "-json", s.file(st, suffix+"json"))...)
}
