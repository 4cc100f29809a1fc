/*
Faaslint-lab runs functions as a platform would, and shows what a repair gains.

	faaslint-lab prove [flags] package     build two versions, replay, compare, time, report
	faaslint-lab record [flags] package    record the answers of a function into a request file
	faaslint-lab outage [flags] package    freeze instances, take stores away, and see what requests get
	faaslint-lab split [flags] package     split a program with faaslint split, replay, time the starts, report

The package is a package main, named as for go build: an AWS Lambda function, a server for Knative or Cloud Run, or an
OpenWhisk action, which needs no func main. The flags of all are:

	-C dir           change to dir first
	-host NAME       openwhisk (as is the default), lambda or http
	-requests FILE   the requests, as JSON lines (see package faas/replay)
	-env NAME=VALUE  set in the function's environment; may be repeated; NAME alone is passed on as it is here
	-fresh COMMAND   run by sh before each replay, to make the stores' data fresh
	-packed FORM     how code is delivered: elf, zip, image, or source, which an OpenWhisk container compiles
	-concurrency N   requests that one instance gets at a time
	-tags list       build tags
	-timeout D       of a request and of a start, such as 30s

Those of record:

	-o FILE          where to write; - is standard output, and the default

Those of prove and outage:

	-before REV      a git revision; without it, the module as it lies there
	-after REV       a git revision; without it, what faaslint -fix makes of before
	-baseline PKG    a package of before that both are measured by too
	-also NAME=CMD   one more version: sh runs CMD in a copy of before; $FAASLINT is faaslint; may be repeated
	-json FILE       write the report with all samples

Those of prove:

	-record          take the right answers from the baseline, or else from before
	-n N             processes of each version and group of requests (20); with 0, answers are compared and nothing is timed
	-warm N          requests to each process after its first (20)
	-limit X         how many times as long after may take (1.1)
	-untraced        leave out the traced run, and what each check changes: both take as long as a repair
	-race            also build after with the race detector, and send one instance 64 requests at a time
	-bench FILE      write the samples in the Go benchmark format, for benchstat
	-html FILE       write the report as one page with charts
	-logs DIR        write what each version logs in the replay to DIR/before.log and so on

Those of outage, which asks for the requests with a name; -timeout is their deadline, and 10s there:

	-freeze LIST     how long instances are frozen, with commas (300ms,3s,60s)
	-drop CMD        run by sh while they are, such as one that drops their connections
	-n N             requests after a freeze, at once (20)
	-stop CMD        run by sh: a store goes away
	-start CMD       run by sh: it comes back, and answers when this returns
	-out LIST        how long it is out (3s,30s)
	-every D         between two requests to each version, while it is out (100ms)

Those of split, which sends each request to the function that owns its route, and times the starts of those functions that
answer all requests of a name, and of the whole:

	-without DEP     split it also by this dependency, besides into groups; may be repeated
	-n N             processes of each function and group of requests (20)
	-limit X         how many times as long as the whole a function may take to start (1.1)
	-json FILE       write the report with all samples
	-html FILE       write the report as one page with charts

The report goes to standard output and what is being done to standard error. The exit code is 0 if all that is wanted of
the version after, or of the functions, holds, 1 if it answers something else, is slower than the limit, or does not get
over a freeze or an outage, and 2 if there is nothing to report. Linux only.
*/
package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/faaslint/faaslint/faas/replay"
	"github.com/faaslint/faaslint/lab/build"
	"github.com/faaslint/faaslint/lab/host"
	"github.com/faaslint/faaslint/lab/prove"
)

//go:embed main.go
var source string

// Exit codes.
const (
	exitGood   = 0
	exitBad    = 1 // what was to be shown is not so
	exitFailed = 2
)

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	commands := map[string]func(context.Context, *options) (int, error){"prove": runProve, "record": runRecord, "outage": runOutage, "split": runSplit}
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		fmt.Print(manual())
		return exitGood
	}
	command := commands[args[0]]
	if command == nil {
		return fail(fmt.Errorf("no command is called %q; 'faaslint-lab help' lists them", args[0]))
	}
	o, err := parse(args[0], args[1:])
	if errors.Is(err, flag.ErrHelp) {
		fmt.Print(manual())
		return exitGood
	}
	if err != nil {
		return fail(fmt.Errorf("%w\nRun 'faaslint-lab help' for usage", err))
	}
	code, err := command(ctx, o)
	if err != nil {
		return fail(err)
	}
	return code
}

func fail(err error) int {
	fmt.Fprintln(os.Stderr, "faaslint-lab:", err)
	return exitFailed
}

func manual() string {
	_, text, _ := strings.Cut(source, "/*\n")
	text, _, _ = strings.Cut(text, "*/")
	return text
}

// options is what the command line says.
type options struct {
	prove.Config
	trouble                      prove.Trouble
	without                      list
	requests                     string
	out, json, bench, html, logs string
}

// list is a flag that may be repeated.
type list []string

func (l *list) String() string     { return strings.Join(*l, " ") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

func parse(command string, args []string) (*options, error) {
	o := new(options)
	flags := flag.NewFlagSet("faaslint-lab "+command, flag.ContinueOnError)
	flags.SetOutput(io.Discard) // our caller prints the error, once
	var env list
	flags.StringVar(&o.Dir, "C", ".", "")
	platform := flags.String("host", string(host.OpenWhisk), "")
	packed := flags.String("packed", "", "")
	flags.StringVar(&o.requests, "requests", "", "")
	flags.Var(&env, "env", "")
	flags.StringVar(&o.Fresh, "fresh", "", "")
	flags.StringVar(&o.Tags, "tags", "", "")
	flags.IntVar(&o.Function.Concurrency, "concurrency", 0, "")
	timeout := time.Minute
	if command == "outage" {
		timeout = 10 * time.Second
	}
	flags.DurationVar(&o.Function.Timeout, "timeout", timeout, "")
	switch command {
	case "record":
		flags.StringVar(&o.out, "o", "-", "")
	case "outage":
		o.versionFlags(flags)
		o.outageFlags(flags)
	case "split":
		o.splitFlags(flags)
	default:
		o.versionFlags(flags)
		o.proveFlags(flags)
	}
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	o.Function.Platform, o.Function.Package = host.Platform(*platform), host.Package(*packed)
	for _, e := range env {
		name, _, whole := strings.Cut(e, "=")
		value, known := os.LookupEnv(name)
		switch {
		case whole && name != "":
			o.Function.Env = append(o.Function.Env, e)
		case !whole && known:
			o.Function.Env = append(o.Function.Env, name+"="+value)
		default:
			return nil, fmt.Errorf("-env %s: want NAME=VALUE, or the NAME of a variable that is set", e)
		}
	}
	if flags.NArg() != 1 {
		return nil, fmt.Errorf("want one package after the flags, got %d", flags.NArg())
	}
	if o.requests == "" {
		return nil, errors.New("-requests is missing: what to ask the function")
	}
	o.Package, o.Progress = flags.Arg(0), os.Stderr
	return o, o.enter()
}

// enter changes to the folder of -C, reads the requests, and looks early whether what is to be written can be.
func (o *options) enter() (err error) {
	if err := os.Chdir(o.Dir); err != nil {
		return fmt.Errorf("-C: %w", err)
	}
	if o.Dir, err = os.Getwd(); err != nil {
		return err
	}
	if o.Requests, err = replay.ReadFile(o.requests); err != nil {
		return err
	}
	for _, name := range []string{o.out, o.json, o.bench, o.html} {
		if _, err := os.Stat(filepath.Dir(name)); err != nil {
			return fmt.Errorf("folder of %s: %w", name, err)
		}
	}
	if o.logs == "" {
		return nil
	}
	return os.MkdirAll(o.logs, 0o777)
}

func (o *options) versionFlags(flags *flag.FlagSet) {
	flags.StringVar(&o.Before, "before", "", "")
	flags.StringVar(&o.After, "after", "", "")
	flags.StringVar(&o.Baseline, "baseline", "", "")
	flags.StringVar(&o.json, "json", "", "")
	flags.Func("also", "", func(s string) error {
		name, command, found := strings.Cut(s, "=")
		if !found {
			return errors.New("want NAME=COMMAND")
		}
		o.Others = append(o.Others, prove.Other{Name: name, Command: command})
		return nil
	})
}

// A durations is a flag with commas.
type durations []time.Duration

func (d *durations) String() string { return "" }

func (d *durations) Set(s string) error {
	*d = nil
	for _, text := range strings.Split(s, ",") {
		one, err := time.ParseDuration(text)
		if err != nil {
			return err
		}
		if one <= 0 {
			return fmt.Errorf("%v: want more than 0", one)
		}
		*d = append(*d, one)
	}
	return nil
}

func (o *options) outageFlags(flags *flag.FlagSet) {
	t := &o.trouble
	t.Freezes, t.Outages = []time.Duration{300 * time.Millisecond, 3 * time.Second, time.Minute}, []time.Duration{3 * time.Second, 30 * time.Second}
	flags.Var((*durations)(&t.Freezes), "freeze", "")
	flags.StringVar(&t.Drop, "drop", "", "")
	flags.IntVar(&t.Next, "n", 20, "")
	flags.StringVar(&t.Stop, "stop", "", "")
	flags.StringVar(&t.Start, "start", "", "")
	flags.Var((*durations)(&t.Outages), "out", "")
	flags.DurationVar(&t.Every, "every", 100*time.Millisecond, "")
}

func (o *options) proveFlags(flags *flag.FlagSet) {
	flags.BoolVar(&o.Record, "record", false, "")
	flags.IntVar(&o.Cold, "n", 20, "")
	flags.IntVar(&o.Warm, "warm", 20, "")
	flags.Float64Var(&o.Limit, "limit", 1.1, "")
	flags.BoolVar(&o.Untraced, "untraced", false, "")
	flags.BoolVar(&o.Race, "race", false, "")
	flags.StringVar(&o.bench, "bench", "", "")
	flags.StringVar(&o.html, "html", "", "")
	flags.StringVar(&o.logs, "logs", "", "")
}

func (o *options) splitFlags(flags *flag.FlagSet) {
	flags.Var(&o.without, "without", "")
	flags.IntVar(&o.Cold, "n", 20, "")
	flags.Float64Var(&o.Limit, "limit", 1.1, "")
	flags.StringVar(&o.json, "json", "", "")
	flags.StringVar(&o.html, "html", "", "")
}

func runProve(ctx context.Context, o *options) (int, error) {
	if err := o.findFaaslint(); err != nil {
		return exitFailed, err
	}
	report, err := prove.Run(ctx, o.Config)
	if err != nil {
		return exitFailed, err
	}
	if err := o.write(report, report.WriteBench); err != nil {
		return exitFailed, err
	}
	if err := o.writeLogs(report); err != nil {
		return exitFailed, err
	}
	if report.Failed() {
		return exitBad, nil
	}
	return exitGood, nil
}

// A pages is a report in its forms.
type pages interface {
	WriteJSON(io.Writer) error
	WriteHTML(io.Writer) error
	WriteText(io.Writer) error
}

// write writes a report in the forms that are asked for, and as text to standard output.
func (o *options) write(r pages, bench func(io.Writer) error) error {
	for _, out := range []struct {
		name  string
		write func(io.Writer) error
	}{{o.json, r.WriteJSON}, {o.bench, bench}, {o.html, r.WriteHTML}, {"-", r.WriteText}} {
		if out.name == "" {
			continue
		}
		if err := write(out.name, out.write); err != nil {
			return err
		}
	}
	return nil
}

func (o *options) writeLogs(report *prove.Report) error {
	if o.logs == "" {
		return nil
	}
	for _, v := range report.Versions {
		err := write(filepath.Join(o.logs, v.Name+".log"), func(w io.Writer) error {
			_, err := io.WriteString(w, v.Log)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// findFaaslint is for the repair, and for spans. The command faaslint says where it is itself when it starts us.
func (o *options) findFaaslint() (err error) {
	if o.Faaslint = os.Getenv("FAASLINT"); o.Faaslint != "" {
		return nil
	}
	if o.Faaslint, err = exec.LookPath("faaslint"); err != nil && o.After != "" {
		o.Faaslint = ""
		return nil
	}
	if err != nil {
		return fmt.Errorf("faaslint, to repair or split a copy: %w; install it (go install ./cmd/faaslint in a checkout), or name a revision with -after", err)
	}
	return nil
}

// write writes a whole file, or nothing; - is standard output.
func write(name string, content func(io.Writer) error) error {
	var buf bytes.Buffer
	if err := content(&buf); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	if name == "-" {
		_, err := os.Stdout.Write(buf.Bytes())
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails when it has its name
	_, err = f.Write(buf.Bytes())
	if err := errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return os.Rename(f.Name(), name)
}

// runOutage shows what freezes and outages do to instances.
func runOutage(ctx context.Context, o *options) (int, error) {
	if err := o.findFaaslint(); err != nil {
		return exitFailed, err
	}
	report, err := prove.RunTrouble(ctx, o.Config, o.trouble)
	if err != nil {
		return exitFailed, err
	}
	if o.json != "" {
		if err := write(o.json, report.WriteJSON); err != nil {
			return exitFailed, err
		}
	}
	if err := write("-", report.WriteText); err != nil {
		return exitFailed, err
	}
	if report.Failed() {
		return exitBad, nil
	}
	return exitGood, nil
}

// runSplit shows what a split gains.
func runSplit(ctx context.Context, o *options) (int, error) {
	if err := o.findFaaslint(); err != nil {
		return exitFailed, err
	}
	report, err := prove.RunSplit(ctx, o.Config, o.without)
	if err != nil {
		return exitFailed, err
	}
	if err := o.write(report, nil); err != nil {
		return exitFailed, err
	}
	if report.Failed() {
		return exitBad, nil
	}
	return exitGood, nil
}

// runRecord records what a function answers.
func runRecord(ctx context.Context, o *options) (int, error) {
	recorded, err := record(ctx, o)
	if err != nil {
		return exitFailed, err
	}
	return exitGood, write(o.out, func(w io.Writer) error { return replay.Write(w, recorded) })
}

func record(ctx context.Context, o *options) ([]replay.Exchange, error) {
	dir, err := os.MkdirTemp("", "faaslint-record-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	f := o.Function
	f.Exec = filepath.Join(dir, "function")
	if f.Package == host.Source {
		f.Package = host.Zip // it answers the same
	}
	p := build.Program{Dir: o.Dir, Package: o.Package, Platform: f.Platform, Tags: o.Tags}
	if err := build.Build(ctx, p, f.Exec); err != nil {
		return nil, err
	}
	d, err := host.Deploy(f)
	if err != nil {
		return nil, err
	}
	if err := prove.Freshen(ctx, o.Dir, o.Fresh); err != nil {
		return nil, err
	}
	pool := host.NewPool(d, host.Grace, host.Idle)
	defer pool.Close()
	return replay.Record(ctx, pool.Do, o.Requests)
}
