package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/faaslint/faaslint/trace/report"
)

// traceOptions is what the user asked of faaslint trace: one of the five actions, and how.
type traceOptions struct {
	add, remove, report, chrome, otlp bool

	write bool   // -add: into the files
	out   string // -add: the folder of the overlay
	json  bool   // -report
	dir   string // -C
	tags  string
	args  []string // packages, or logs
}

// runTrace is faaslint trace.
func runTrace(s suite, args []string) int {
	o, err := parseTraceOptions(args)
	if err != nil {
		return refuse(s, "trace", err)
	}
	if !o.add && !o.remove {
		return o.runReport()
	}
	c := &command{suite: s, options: &options{dir: o.dir, tags: o.tags, patterns: o.args}, stdout: os.Stdout, stderr: os.Stderr,
		progress: newProgress(os.Stderr), placing: true}
	return c.perform("trace", "interrupted; no file was changed", func(ctx context.Context) (int, error) { return c.trace(ctx, o) })
}

// parseTraceOptions refuses what makes no sense before any work starts.
func parseTraceOptions(args []string) (*traceOptions, error) {
	o := new(traceOptions)
	flags := flag.NewFlagSet("faaslint trace", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // our caller prints the error, once
	flags.BoolVar(&o.add, "add", false, "")
	flags.BoolVar(&o.remove, "remove", false, "")
	flags.BoolVar(&o.report, "report", false, "")
	flags.BoolVar(&o.chrome, "chrome", false, "")
	flags.BoolVar(&o.otlp, "otlp", false, "")
	flags.BoolVar(&o.write, "write", false, "")
	flags.StringVar(&o.out, "o", "", "")
	flags.BoolVar(&o.json, "json", false, "")
	flags.StringVar(&o.dir, "C", "", "")
	flags.StringVar(&o.tags, "tags", "", "")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	o.args = flags.Args()
	if err := o.validate(); err != nil {
		return nil, err
	}
	if len(o.args) == 0 {
		o.args = []string{"./..."}
	}
	return o, nil
}

func (o *traceOptions) validate() error {
	actions := 0
	for _, set := range []bool{o.add, o.remove, o.report, o.chrome, o.otlp} {
		if set {
			actions++
		}
	}
	logs := o.report || o.chrome || o.otlp
	switch {
	case actions != 1:
		return errors.New("say what to do: one of -add, -remove, -report, -chrome and -otlp")
	case (o.write || o.out != "") && !o.add:
		return errors.New("-write and -o are for -add alone")
	case o.write && o.out != "":
		return errors.New("-write changes the files, and leaves nothing to put into -o")
	case o.json && !o.report:
		return errors.New("-json is for -report alone")
	case logs && o.tags != "":
		return errors.New("-tags is for -add and -remove alone")
	case logs && len(o.args) == 0:
		return errors.New("name the logs to read, or - for standard input")
	}
	for _, arg := range o.args {
		if strings.HasPrefix(arg, "-") && arg != "-" {
			return fmt.Errorf("flags go before packages and logs: %s", arg)
		}
	}
	return nil
}

func (c *command) trace(ctx context.Context, o *traceOptions) (int, error) {
	if err := c.prepare(ctx); err != nil {
		return exitFailed, err
	}
	asked, err := c.load(ctx, c.patterns)
	if err != nil {
		return exitFailed, err
	}
	if o.remove {
		return c.removeSpans(ctx, asked)
	}
	if strings.Contains(c.env.GOFLAGS, "-overlay") {
		return exitFailed, errors.New("GOFLAGS holds -overlay, which -add needs for itself")
	}
	return c.addSpans(ctx, o, asked)
}

// runReport reads logs and writes what was asked for to standard output. Logs of which lines are damaged are reported
// all the same, with exit code 2.
func (o *traceOptions) runReport() int {
	if o.dir != "" {
		if err := os.Chdir(o.dir); err != nil {
			return fail(fmt.Errorf("trace: -C: %v", err))
		}
	}
	spans, err := readLogs(o.args)
	damaged := false
	if _, is := errors.AsType[*report.DamagedError](err); is && len(spans) > 0 {
		damaged = true
		fmt.Fprintf(os.Stderr, "faaslint: trace: %v\n", err)
	} else if err != nil {
		return fail(fmt.Errorf("trace: %w", err))
	}
	if err := o.print(os.Stdout, spans); err != nil {
		return fail(fmt.Errorf("trace: writing the result: %w", err))
	}
	if damaged {
		return exitFailed
	}
	return exitClean
}

func (o *traceOptions) print(w io.Writer, spans []report.Span) error {
	switch {
	case o.chrome:
		return report.WriteChrome(w, spans)
	case o.otlp:
		return report.WriteOTLP(w, spans)
	case o.json:
		enc := json.NewEncoder(w)
		enc.SetIndent("", "\t")
		return enc.Encode(report.Summarize(spans))
	}
	return report.WriteText(w, report.Summarize(spans))
}

// readLogs reads all logs as one, so that a process whose log is in several files is still one process.
func readLogs(names []string) ([]report.Span, error) {
	var logs []io.Reader
	for _, name := range names {
		if name == "-" {
			logs = append(logs, os.Stdin, strings.NewReader("\n"))
			continue
		}
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		logs = append(logs, f, strings.NewReader("\n")) // a log that was cut off must not spoil the next
	}
	spans, err := report.Read(io.MultiReader(logs...))
	if err != nil {
		return spans, fmt.Errorf("%s: %w", strings.Join(names, ", "), err)
	}
	return spans, nil
}

// modulesOf lists the main modules of packages, by folder.
func modulesOf(packages []*listedPackage) (list []*listedModule) {
	for _, p := range packages {
		if p.Module != nil && p.Module.Main && !slices.ContainsFunc(list, func(m *listedModule) bool { return m.Dir == p.Module.Dir }) {
			list = append(list, p.Module)
		}
	}
	slices.SortFunc(list, func(a, b *listedModule) int { return cmp.Compare(a.Dir, b.Dir) })
	return list
}
