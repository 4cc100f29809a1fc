package prove

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/faaslint/faaslint/faas/replay"
	"github.com/faaslint/faaslint/internal/routes"
	"github.com/faaslint/faaslint/lab/build"
	"github.com/faaslint/faaslint/lab/host"
	"github.com/faaslint/faaslint/lab/stat"
)

// A SplitReport is what the functions that faaslint split makes of a program show beside the whole. Times are in seconds.
type SplitReport struct {
	Platform host.Platform `json:"platform"`
	Package  string        `json:"package"`
	Packed   host.Package  `json:"packed"`
	Machine  string        `json:"machine"`
	Go       string        `json:"go"`
	Cold     int           `json:"cold"`  // processes for each cell and part
	Parts    []*Part       `json:"parts"` // the whole first
	Splits   []*Split      `json:"splits"`
	Cells    []*Cell       `json:"cells"` // each with the parts that answer its requests
	Checks   []Check       `json:"checks"`
	limit    float64
}

// A Split is one way to split the program, and what its functions answer to all requests, each sent to the one that owns
// its route.
type Split struct {
	By          string              `json:"by"` // groups, or without a dependency
	Default     string              `json:"default"`
	Functions   []string            `json:"functions"`
	Requests    int                 `json:"requests"`
	Differences []replay.Difference `json:"differences"`

	routes []*routes.Route
	owners map[*routes.Route]string
	player *replay.Player
}

// A Part is the whole program, or one of its functions.
type Part struct {
	Name         string    `json:"name"`
	Split        string    `json:"split,omitempty"` // by what; the whole is of none
	Routes       int       `json:"routes"`
	BinaryBytes  int64     `json:"binaryBytes"`
	PackageBytes int64     `json:"packageBytes"` // as it is delivered
	InitTime     []float64 `json:"initTime"`     // of packages, in processes that are traced for it and not timed
	InitBytes    []float64 `json:"initBytes"`
	InitAllocs   []float64 `json:"initAllocs"`

	deployment *host.Deployment
}

const whole = "whole"

// A splitLab is one run of RunSplit.
type splitLab struct {
	*lab
	tree   *build.Tree
	report *SplitReport
}

// RunSplit has faaslint split the program of c into its groups, and into those that need a dependency and those that do not
// for each of some; builds all functions, sends all requests to those that own them, and times starts of all and the
// first request of each group. Of c the versions are of no interest.
func RunSplit(ctx context.Context, c Config, without []string) (*SplitReport, error) {
	switch {
	case c.Package == "":
		return nil, errors.New("no package: name the function's package main")
	case len(c.Requests) == 0:
		return nil, errors.New("no requests")
	case c.Cold < 1 || c.Limit < 1:
		return nil, fmt.Errorf("%d processes and limit %g: want 1 or more of each", c.Cold, c.Limit)
	case c.Function.Package == host.Source:
		return nil, errors.New("package source: an overlay is for the go command here, not for that of a container")
	}
	c.Warm = 0
	l, err := newLab(c)
	if err != nil {
		return nil, err
	}
	defer l.clean()
	s := &splitLab{lab: l, report: &SplitReport{Platform: c.Function.Platform, Package: c.Package, Packed: l.report.Packed,
		Machine: machine(), Go: runtime.Version(), Cold: c.Cold, limit: c.Limit}}
	if s.tree, err = l.tree(ctx, ""); err != nil {
		return nil, err
	}
	if err := s.build(ctx, without); err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context) error{s.replay, s.inits, s.measure} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	s.report.judge()
	return s.report, nil
}

// build makes the whole and all functions.
func (s *splitLab) build(ctx context.Context, without []string) error {
	if err := s.add(ctx, &Part{Name: whole}, ""); err != nil {
		return err
	}
	if err := s.split(ctx, "groups"); err != nil {
		return err
	}
	for _, dep := range without {
		if err := s.split(ctx, "without "+dep, "-without", dep); err != nil {
			return err
		}
	}
	return nil
}

// A splitTable is what is read of the table that faaslint split writes.
type splitTable struct {
	Default   string
	Functions []struct {
		Name, Overlay string
		Routes        []struct {
			Methods []string
			Path    string
		}
	}
}

func (s *splitLab) split(ctx context.Context, by string, args ...string) error {
	dir := filepath.Join(s.dir, fmt.Sprint("split", len(s.report.Splits)))
	s.say("splitting a copy with faaslint split: %s", by)
	args = append([]string{"split", "-o", dir}, args...)
	if s.Tags != "" {
		args = append(args, "-tags", s.Tags)
	}
	cmd := exec.CommandContext(ctx, s.Faaslint, append(args, s.Package)...)
	cmd.Dir, cmd.Env = s.tree.Dir, append(os.Environ(), "PWD="+s.tree.Dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s split in a copy of the module: %w\n%s", s.Faaslint, err, out)
	}
	text, err := os.ReadFile(filepath.Join(dir, "routes.json"))
	if err != nil {
		return err
	}
	var table splitTable
	if err := json.Unmarshal(text, &table); err != nil {
		return fmt.Errorf("read the table of routes to functions: %w", err)
	}
	split := &Split{By: by, owners: map[*routes.Route]string{}}
	all := map[string]bool{}
	for _, f := range table.Functions {
		p := &Part{Name: s.freeName(f.Name, by), Split: by, Routes: len(f.Routes)}
		if f.Name == table.Default {
			split.Default = p.Name
		}
		split.Functions = append(split.Functions, p.Name)
		for _, r := range f.Routes {
			route := &routes.Route{Methods: r.Methods, Path: r.Path}
			split.routes, split.owners[route] = append(split.routes, route), p.Name
			all[route.String()] = true
		}
		if err := s.add(ctx, p, f.Overlay); err != nil {
			return err
		}
	}
	s.report.Parts[0].Routes = len(all)
	s.report.Splits = append(s.report.Splits, split)
	return nil
}

// freeName tells functions of different splits apart.
func (s *splitLab) freeName(name, by string) string {
	if s.report.part(name) != nil {
		return name + ", " + by
	}
	return name
}

func (r *SplitReport) part(name string) *Part {
	for _, p := range r.Parts {
		if p.Name == name {
			return p
		}
	}
	return nil
}

func (s *splitLab) add(ctx context.Context, p *Part, overlay string) error {
	s.say("building %s", p.Name)
	f := s.Function
	f.Exec = filepath.Join(s.dir, fmt.Sprint("part", len(s.report.Parts)))
	program := build.Program{Dir: s.tree.Dir, Package: s.Package, Platform: f.Platform, Tags: s.Tags, Overlay: overlay}
	err := build.Build(ctx, program, f.Exec)
	if err != nil {
		return fmt.Errorf("%s: %w", p.Name, err)
	}
	if p.deployment, err = host.Deploy(f); err != nil {
		return err
	}
	info, err := os.Stat(f.Exec)
	if err != nil {
		return err
	}
	p.BinaryBytes = info.Size()
	p.PackageBytes, err = p.deployment.Bytes()
	s.report.Parts = append(s.report.Parts, p)
	return err
}

// owner is the function that a request is for.
func (s *Split) owner(r replay.Request) string {
	if route := routes.Owner(s.routes, r.Method, r.Path); route != nil {
		return s.owners[route]
	}
	return s.Default
}

// replay sends all requests to the whole, and then in each split to those that own them: what one function writes into the
// stores, another reads.
func (s *splitLab) replay(ctx context.Context) error {
	one := &Split{By: whole, Default: whole, Functions: []string{whole}}
	s.report.Splits = slices.Insert(s.report.Splits, 0, one)
	for _, split := range s.report.Splits {
		if err := s.replayTo(ctx, split); err != nil {
			return fmt.Errorf("%s: %w", split.By, err)
		}
	}
	return nil
}

func (s *splitLab) replayTo(ctx context.Context, split *Split) (err error) {
	if err := s.fresh(ctx); err != nil {
		return err
	}
	pools := map[string]*host.Pool{}
	for _, name := range split.Functions {
		pools[name] = host.NewPool(s.report.part(name).deployment, host.Grace, host.Idle)
		defer pools[name].Close()
	}
	s.say("replaying %d requests: %s", len(s.Requests), split.By)
	split.player = replay.NewPlayer(func(ctx context.Context, r replay.Request) (replay.Answer, error) {
		return pools[split.owner(r)].Do(ctx, r)
	})
	split.Differences, err = split.player.Compare(ctx, s.Requests)
	split.Requests = len(s.Requests)
	return err
}

// inits has the packages of all parts initialised in turn, and Go say what that takes.
func (s *splitLab) inits(ctx context.Context) error {
	s.say("package initialisation: %d processes of each", s.Cold)
	return s.inTurn(s.report.Parts, func(p *Part, _ int) error {
		f := p.deployment.Function
		f.Env = append(slices.Clone(f.Env), "GODEBUG=inittrace=1")
		if f.Package != host.Image && f.Platform != host.HTTP {
			f.Package = host.Image // how it is delivered is of no interest here
		}
		d, err := host.Deploy(f)
		if err != nil {
			return err
		}
		in, err := d.Start(ctx)
		if err != nil {
			return fmt.Errorf("%s, with GODEBUG=inittrace=1: %w", p.Name, err)
		}
		in.Stop()
		i := parseInit(in.Log())
		p.InitTime = append(p.InitTime, i.Milliseconds/1e3)
		p.InitBytes = append(p.InitBytes, float64(i.Bytes))
		p.InitAllocs = append(p.InitAllocs, float64(i.Allocs))
		return nil
	})
}

// inTurn does something for all parts, as often as there are to be processes. None is always the first.
func (s *splitLab) inTurn(parts []*Part, do func(p *Part, i int) error) error {
	for i := range s.Cold {
		for j := range parts {
			if err := do(parts[(i+j)%len(parts)], i); err != nil {
				return err
			}
		}
	}
	return nil
}

// measure times fresh processes, up to their first answer, of the whole and of each function that owns all requests of a
// group.
func (s *splitLab) measure(ctx context.Context) error {
	names, groups := group(s.Requests)
	if err := s.fresh(ctx); err != nil {
		return err
	}
	for _, name := range names {
		cell := &Cell{Name: name, Requests: len(groups[name]), Samples: map[string]*Samples{}}
		players := map[string]*replay.Player{}
		var parts []*Part
		for _, split := range s.report.Splits {
			owner := split.owner(groups[name][0].Request)
			if !slices.ContainsFunc(groups[name], func(e replay.Exchange) bool { return split.owner(e.Request) != owner }) {
				parts = append(parts, s.report.part(owner))
				players[owner], cell.Samples[owner] = split.player, new(Samples)
			}
		}
		if len(parts) < 2 {
			continue // all are shared out
		}
		s.say("timing %q: %d processes of each", name, s.Cold)
		err := s.inTurn(parts, func(p *Part, i int) error {
			v := &version{deployment: p.deployment, player: players[p.Name]}
			return s.process(ctx, v, groups[name], i, cell.Samples[p.Name])
		})
		if err != nil {
			return fmt.Errorf("%q: %w", name, err)
		}
		s.report.Cells = append(s.report.Cells, cell)
	}
	if len(s.report.Cells) == 0 {
		return errors.New("no group of requests is for one function alone: nothing to time")
	}
	return nil
}

// judge wants the recorded answers of all splits, and no function to take longer to be ready than the whole.
func (r *SplitReport) judge() {
	for _, s := range r.Splits {
		wrong := (&Version{Differences: s.Differences}).Wrong()
		c := Check{Version: s.By, Verdict: stat.Within, Text: fmt.Sprintf("%s: %d of %d requests get the recorded answers", s.By, s.Requests-wrong, s.Requests)}
		if wrong > 0 {
			c.Verdict = stat.Exceeded
			c.Text += fmt.Sprintf("; the first that does not: %v", s.Differences[0])
		}
		r.Checks = append(r.Checks, c)
	}
	for _, cell := range r.Cells {
		for _, p := range r.Parts {
			sample := cell.Samples[p.Name]
			if sample == nil {
				continue
			}
			if sample.Failed > 0 {
				r.Checks = append(r.Checks, Check{Version: p.Name, Verdict: stat.Exceeded,
					Text: fmt.Sprintf("%s: %s answers %d of %d timed requests with another status than recorded", cell.Name, p.Name, sample.Failed, r.Cold)})
			}
			if p.Name == whole {
				continue
			}
			for _, k := range r.judged() {
				ratio := stat.Divide(k.of(sample), k.of(cell.Samples[whole]))
				verdict := ratio.Judge(r.limit)
				c := Check{Version: p.Name, Verdict: verdict, Text: sentence(cell.Name, k.Title, p.Name, whole, ratio, verdict, r.limit)}
				if !math.IsInf(ratio.Hi, 1) {
					c.Compared = &Compared{cell.Name, k.Title, whole, ratio}
				}
				r.Checks = append(r.Checks, c)
			}
		}
	}
}

// judged are the times that a split is for.
func (r *SplitReport) judged() []column {
	return slices.DeleteFunc(r.columns(), func(c column) bool { return c.Title != "/init" && c.Title != "cold" })
}

// columns are the times of a start. None of its requests is warm.
func (r *SplitReport) columns() []column {
	return slices.DeleteFunc((&Report{Packed: r.Packed}).columns(), func(c column) bool { return c.Title == "warm" })
}

// Failed reports whether a check failed.
func (r *SplitReport) Failed() bool {
	return slices.ContainsFunc(r.Checks, func(c Check) bool { return c.Verdict == stat.Exceeded })
}

// timed are the parts that a cell has times of, in order.
func (r *SplitReport) timed(cell *Cell) (list []*Part) {
	for _, p := range r.Parts {
		if cell.Samples[p.Name] != nil {
			list = append(list, p)
		}
	}
	return list
}
