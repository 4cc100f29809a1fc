// Package prove shows what a change of a function does: it builds the versions before and after, has them answer the
// same requests on a host, and compares answers and times.
package prove

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/faaslint/faaslint/faas/replay"
	"github.com/faaslint/faaslint/lab/build"
	"github.com/faaslint/faaslint/lab/host"
)

// Config is what is to be shown.
type Config struct {
	Dir      string // in the module
	Package  string // the function, as for go build
	Requests []replay.Exchange
	// Before and After are git revisions. No Before is the module as it lies there, no After is what faaslint -fix makes
	// of Before.
	Before, After string
	// Baseline is a package of the version before that both are measured by as well, or "".
	Baseline string
	// Others are further versions, made of the one before.
	Others []Other
	// Record takes the right answers from the baseline, or without one from the version before, and not from Requests.
	Record bool

	Function host.Function // but for Exec
	Tags     string
	Fresh    string // a shell command that makes the stores' data fresh, or ""
	Cold     int    // processes for each group of requests and version; with none, the answers are all that is of interest
	Warm     int    // requests to each of them after its first
	// Limit is how many times as long as by what it is measured a version may take.
	Limit    float64
	Untraced bool      // no traced run, and no count of what each check changes: both take as long as a repair
	Race     bool      // have one instance of the version after, built with the race detector, answer many requests at a time
	Faaslint string    // the binary
	Progress io.Writer // what is being done
}

// An Other is a version that a shell command makes of a copy of the module in which it runs. The command finds faaslint as
// $FAASLINT.
type Other struct{ Name, Command string }

func (c Config) check() error {
	names := map[string]bool{before: true, after: true, baseline: true}
	for _, o := range c.Others {
		if o.Name == "" || o.Command == "" || names[o.Name] {
			return fmt.Errorf("version %q by command %q: want a name of its own, and a command", o.Name, o.Command)
		}
		names[o.Name] = true
	}
	switch {
	case c.Package == "":
		return errors.New("no package: name the function's package main")
	case len(c.Requests) == 0:
		return errors.New("no requests")
	case c.Cold < 0 || c.Warm < 1:
		return fmt.Errorf("%d processes and %d warm requests: want one or more of each, or no process", c.Cold, c.Warm)
	case c.Limit < 1:
		return fmt.Errorf("limit %g: want 1 or more", c.Limit)
	case c.Before == "" && c.After != "":
		return errors.New("a revision after, and none before")
	}
	return c.checkRace()
}

// The names of the versions.
const (
	before   = "before"
	after    = "after"
	baseline = "baseline"
)

// A version is a built function and what becomes of it.
type version struct {
	*Version
	tree       *build.Tree
	deployment *host.Deployment
	untimed    *host.Deployment // for what is not timed: the same, or for source, which takes minutes to compile, the binary
	player     *replay.Player   // of the replay: it knows the tokens
}

// A lab is one run.
type lab struct {
	Config
	dir      string // for binaries
	report   *Report
	versions []*version
	trees    []*build.Tree
	// perTactic is whether to count what each check changes, which takes one more repair.
	perTactic bool
}

// Run does all of it and returns the report. An error means that there is nothing to report; that a version is slower,
// or answers something else, is a result.
func Run(ctx context.Context, c Config) (*Report, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	l, err := newLab(c)
	if err != nil {
		return nil, err
	}
	defer l.clean()
	l.perTactic = c.Cold > 0 && !c.Untraced
	if err := l.build(ctx); err != nil {
		return nil, err
	}
	if err := l.replay(ctx); err != nil {
		return nil, err
	}
	steps := []func(context.Context) error{l.inspect, l.measure, l.trace, l.race}
	if c.Cold == 0 {
		steps = []func(context.Context) error{l.race}
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	l.report.judge()
	return l.report, nil
}

func newLab(c Config) (*lab, error) {
	dir, err := os.MkdirTemp("", "faaslint-lab-")
	if err != nil {
		return nil, err
	}
	return &lab{Config: c, dir: dir, report: newReport(c)}, nil
}

func (l *lab) clean() {
	os.RemoveAll(l.dir)
	for _, t := range l.trees {
		t.Remove()
	}
}

func (l *lab) say(format string, args ...any) { fmt.Fprintf(l.Progress, format+"\n", args...) }

// build makes the versions.
func (l *lab) build(ctx context.Context) error {
	old, err := l.tree(ctx, l.Before)
	if err != nil {
		return err
	}
	changed, how, err := l.changed(ctx)
	if err != nil {
		return err
	}
	if l.report.Changes, err = build.Changes(ctx, old, changed); err != nil {
		return err
	}
	if l.After == "" && l.perTactic {
		if err := l.tactics(ctx, old, changed); err != nil {
			return err
		}
	}
	for _, v := range []struct {
		name, source, pkg string
		tree              *build.Tree
	}{
		{before, source(l.Before), l.Package, old},
		{after, how, l.Package, changed},
		{baseline, source(l.Before), l.Baseline, old},
	} {
		if v.pkg == "" {
			continue
		}
		if err := l.add(ctx, &Version{Name: v.name, Source: v.source, Package: v.pkg}, v.tree); err != nil {
			return err
		}
	}
	for _, o := range l.Others {
		if err := l.other(ctx, o); err != nil {
			return err
		}
	}
	return nil
}

// tactics counts what each check of faaslint changes: first what reuse does alone, then what lazy adds to that. The second
// is the difference to the version after, so that the two add up to it.
func (l *lab) tactics(ctx context.Context, old, changed *build.Tree) error {
	alone, err := l.tree(ctx, l.Before)
	if err != nil {
		return err
	}
	l.say("repairing a copy with faaslint -fix -reuse, to tell the checks apart")
	if _, err := alone.Fix(ctx, l.Faaslint, "reuse"); err != nil {
		return err
	}
	for _, step := range []struct {
		check    string
		from, to *build.Tree
	}{{"reuse", old, alone}, {"lazy", alone, changed}} {
		changes, err := build.Changes(ctx, step.from, step.to)
		if err != nil {
			return err
		}
		t := Tactic{Check: step.check, Files: len(changes)}
		for _, c := range changes {
			t.Added += c.Added
			t.Removed += c.Removed
		}
		l.report.Tactics = append(l.report.Tactics, t)
	}
	return nil
}

// other adds a version that a command makes.
func (l *lab) other(ctx context.Context, o Other) error {
	t, err := l.tree(ctx, l.Before)
	if err != nil {
		return err
	}
	l.say("making %s: %s", o.Name, o.Command)
	if err := shell(ctx, t.Dir, o.Command, "FAASLINT="+l.Faaslint); err != nil {
		return fmt.Errorf("make %s: %w", o.Name, err)
	}
	return l.add(ctx, &Version{Name: o.Name, Source: o.Command, Package: l.Package}, t)
}

func source(revision string) string {
	if revision == "" {
		return "the working tree"
	}
	return "revision " + revision
}

// tree returns the module at a revision, or as it lies there.
func (l *lab) tree(ctx context.Context, revision string) (t *build.Tree, err error) {
	if revision == "" {
		l.say("copying the module of %s", l.Dir)
		t, err = build.Copy(ctx, l.Dir)
	} else {
		l.say("checking out %s", revision)
		t, err = build.Revision(ctx, l.Dir, revision)
	}
	if err == nil {
		l.trees = append(l.trees, t)
	}
	return t, err
}

// changed returns the version after.
func (l *lab) changed(ctx context.Context) (t *build.Tree, how string, err error) {
	if l.After != "" {
		t, err = l.tree(ctx, l.After)
		return t, source(l.After), err
	}
	if t, err = l.tree(ctx, l.Before); err != nil {
		return nil, "", err
	}
	l.say("repairing a copy with faaslint -fix")
	l.report.Left, err = t.Fix(ctx, l.Faaslint)
	return t, "faaslint -fix of " + source(l.Before), err
}

func (l *lab) add(ctx context.Context, v *Version, tree *build.Tree) error {
	l.say("building %s: %s of %s", v.Name, v.Package, v.Source)
	f := l.Function
	f.Exec = filepath.Join(l.dir, v.Name)
	p := build.Program{Dir: tree.Dir, Package: v.Package, Platform: f.Platform, Tags: l.Tags}
	if err := build.Build(ctx, p, f.Exec); err != nil {
		return fmt.Errorf("%s: %w", v.Name, err)
	}
	if f.Package == host.Source {
		f.Source = tree.Dir
		f.Compile = func(ctx context.Context, dir, cache, out string) error {
			p := p
			p.Dir, p.Cache = dir, cache
			return build.Build(ctx, p, out)
		}
	}
	d, err := host.Deploy(f)
	if err != nil {
		return err
	}
	info, err := os.Stat(f.Exec)
	if err != nil {
		return err
	}
	v.BinaryBytes = info.Size()
	if v.PackageBytes, err = d.Bytes(); err != nil {
		return err
	}
	v.CodeLimit = f.CodeLimit()
	l.report.Versions = append(l.report.Versions, v)
	untimed := d
	if f.Package == host.Source {
		f.Package = host.Image
		if untimed, err = host.Deploy(f); err != nil {
			return err
		}
	}
	l.versions = append(l.versions, &version{Version: v, tree: tree, deployment: d, untimed: untimed})
	return nil
}

// fresh makes the stores' data fresh.
func (l *lab) fresh(ctx context.Context) error {
	if l.Fresh != "" {
		l.say("fresh data: %s", l.Fresh)
	}
	return Freshen(ctx, l.Dir, l.Fresh)
}

// Freshen runs a shell command in dir that makes the stores' data fresh; an empty one does nothing.
func Freshen(ctx context.Context, dir, command string) error {
	if command == "" {
		return nil
	}
	if err := shell(ctx, dir, command); err != nil {
		return fmt.Errorf("fresh data: %w", err)
	}
	return nil
}

func shell(ctx context.Context, dir, command string, env ...string) error {
	cmd := exec.CommandContext(ctx, "sh", "-c", command)
	cmd.Dir, cmd.Env = dir, append(append(os.Environ(), "PWD="+dir), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", command, err, strings.TrimSpace(string(out)))
	}
	return nil
}

// replay compares the answers of all versions, each with fresh data and in one instance.
func (l *lab) replay(ctx context.Context) error {
	if l.Record {
		if err := l.record(ctx); err != nil {
			return err
		}
	}
	for _, v := range l.versions {
		err := l.inPool(ctx, v, func(do replay.Doer) (err error) {
			l.say("replaying %d requests through %s", len(l.Requests), v.Name)
			v.player = replay.NewPlayer(do)
			v.Differences, err = v.player.Compare(ctx, l.Requests)
			v.Requests = len(l.Requests)
			return err
		})
		if err != nil {
			return fmt.Errorf("%s: %w", v.Name, err)
		}
	}
	return nil
}

// record takes the right answers from the version that the others are measured by.
func (l *lab) record(ctx context.Context) error {
	from := l.versions[0]
	if last := l.versions[len(l.versions)-1]; last.Name == baseline {
		from = last
	}
	err := l.inPool(ctx, from, func(do replay.Doer) (err error) {
		l.say("recording the answers of %s", from.Name)
		l.Requests, err = replay.Record(ctx, do, l.Requests)
		return err
	})
	if err != nil {
		return fmt.Errorf("%s: %w", from.Name, err)
	}
	return nil
}

// inPool does something with the instances of a version and fresh data.
func (l *lab) inPool(ctx context.Context, v *version, do func(replay.Doer) error) error {
	if err := l.fresh(ctx); err != nil {
		return err
	}
	pool := host.NewPool(v.untimed, host.Grace, host.Idle)
	defer func() {
		pool.Close()
		v.Log = pool.Log()
	}()
	return do(pool.Do)
}

func machine() string {
	name := runtime.GOARCH
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if key, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(key) == "model name" {
				name = strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("%s, %d CPUs, %s", name, runtime.NumCPU(), runtime.GOOS)
}
