package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/faaslint/faaslint/faas/replay"
	"github.com/faaslint/faaslint/internal/reach"
	"github.com/faaslint/faaslint/internal/routes"
	"github.com/faaslint/faaslint/internal/weigh"
)

// routesOptions is what the user asked of faaslint routes.
type routesOptions struct {
	json     bool
	html     string // a file
	why      string // a route; the dependency is the first argument
	dep      string
	requests string // a file
	measure  bool
	dir      string // -C
	tags     string
	patterns []string
}

// runRoutes is faaslint routes.
func runRoutes(args []string) int {
	o, err := parseRoutesOptions(args)
	if err != nil {
		return refuse(suite{}, "routes", err)
	}
	c := &command{options: &options{dir: o.dir, tags: o.tags, patterns: o.patterns}, stdout: os.Stdout, stderr: os.Stderr, progress: newProgress(os.Stderr)}
	return c.perform("routes", "interrupted", func(ctx context.Context) (int, error) { return exitClean, c.routes(ctx, o) })
}

func parseRoutesOptions(args []string) (*routesOptions, error) {
	o := new(routesOptions)
	flags := flag.NewFlagSet("faaslint routes", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // our caller prints the error, once
	flags.BoolVar(&o.json, "json", false, "")
	flags.StringVar(&o.html, "html", "", "")
	flags.StringVar(&o.why, "why", "", "")
	flags.StringVar(&o.requests, "requests", "", "")
	flags.BoolVar(&o.measure, "measure", false, "")
	flags.StringVar(&o.dir, "C", "", "")
	flags.StringVar(&o.tags, "tags", "", "")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	o.patterns = flags.Args()
	if o.why != "" {
		if len(o.patterns) == 0 {
			return nil, errors.New("-why wants a route and a dependency: -why 'GET /things/{id}' pgx")
		}
		o.dep, o.patterns = o.patterns[0], o.patterns[1:]
	}
	switch {
	case o.json && o.html != "":
		return nil, errors.New("-json prints to standard output what -html writes into a file: choose one")
	case o.why != "" && (o.json || o.html != "" || o.measure || o.requests != ""):
		return nil, errors.New("-why answers one question, and goes with -C and -tags alone")
	}
	for _, arg := range o.patterns {
		if strings.HasPrefix(arg, "-") {
			return nil, fmt.Errorf("flags go before packages: %s", arg)
		}
	}
	if len(o.patterns) == 0 {
		o.patterns = []string{"./..."}
	}
	return o, nil
}

func (c *command) routes(ctx context.Context, o *routesOptions) error {
	if err := c.prepare(ctx); err != nil {
		return err
	}
	var recorded []replay.Exchange
	if o.requests != "" {
		var err error
		if recorded, err = replay.ReadFile(o.requests); err != nil {
			return err
		}
	}
	tables, err := c.routeTables(ctx, o.patterns, routesWork{build: o.why == "", measure: o.measure})
	if err != nil {
		return err
	}
	if o.why != "" {
		return c.explain(tables, o)
	}
	var reports []*routesReport
	for _, t := range tables {
		t.Count(recorded)
		reports = append(reports, c.routesReport(t))
	}
	c.progress.stop()
	switch {
	case o.json:
		enc := json.NewEncoder(c.stdout)
		enc.SetIndent("", "\t")
		enc.SetEscapeHTML(false)
		return enc.Encode(reports)
	case o.html != "":
		return writeRoutesHTML(o.html, reports)
	}
	for i, r := range reports {
		if i > 0 {
			fmt.Fprintln(c.stdout)
		}
		r.writeText(c.stdout)
	}
	return nil
}

// routesWork is what has to be done besides looking at the sources.
type routesWork struct{ build, measure bool }

// routeTables makes the tables of the main packages among those named that have routes.
func (c *command) routeTables(ctx context.Context, patterns []string, work routesWork) (tables []*routes.Table, err error) {
	if strings.Contains(c.env.GOFLAGS, "-overlay") {
		return nil, errors.New("GOFLAGS holds -overlay, which this needs for itself")
	}
	loader := reach.Loader{Dir: c.cwd, Flags: c.buildFlags(), IsHandler: routes.IsHandler}
	mains, err := loader.Mains(patterns...)
	if err != nil {
		return nil, err
	}
	if len(mains) == 0 {
		return nil, fmt.Errorf("there is no main package in %s", strings.Join(patterns, " "))
	}
	var without []string
	for _, path := range mains {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		prog, err := loader.Load(path)
		if err != nil {
			return nil, err
		}
		if list, _ := routes.Find(prog); len(list) == 0 {
			without = append(without, path)
			continue
		}
		t := c.weighed(ctx, prog, work)
		tables = append(tables, t)
	}
	if len(tables) == 0 {
		return nil, fmt.Errorf("no routes found in %s: there is no registration with a router that the catalogue knows, and no switch over path or method of a request; 'faaslint help' lists the routers", strings.Join(without, ", "))
	}
	if work.build {
		for _, path := range without {
			fmt.Fprintf(c.stderr, "faaslint: %s has no routes\n", path)
		}
	}
	return tables, nil
}

// weighed makes the table with what building and running tell. That a program cannot be built is no reason to say
// nothing.
func (c *command) weighed(ctx context.Context, prog *reach.Program, work routesWork) *routes.Table {
	if !work.build {
		return routes.NewTable(prog, nil, nil)
	}
	w, err := c.weigh(ctx, prog, nil, work.measure)
	if err != nil {
		fmt.Fprintf(c.stderr, "faaslint: %s: sizes are not known: %v\n", prog.Main.PkgPath, err)
		return routes.NewTable(prog, nil, nil)
	}
	return routes.NewTable(prog, w.sizes, w.inits)
}

// A weight is what building a program, and starting it up to its main, tell.
type weight struct {
	sizes *weigh.Sizes
	inits map[string]weigh.Init // nil unless measured
}

// weigh builds a program with some files in the place of others, and measures its start if asked to.
func (c *command) weigh(ctx context.Context, prog *reach.Program, files map[string][]byte, measure bool) (*weight, error) {
	dir, err := os.MkdirTemp("", "faaslint-weigh-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	launch, err := weigh.Launch(prog.Main, func(name string) ([]byte, error) {
		if text, ok := files[name]; ok {
			return text, nil
		}
		return os.ReadFile(name)
	})
	if err != nil {
		return nil, err
	}
	for name, text := range files {
		if launch[name] == nil {
			launch[name] = text
		}
	}
	p := weigh.Program{Dir: c.cwd, Flags: c.buildFlags(), Package: prog.Main.PkgPath, Files: launch}
	binary, err := p.Build(ctx, dir)
	if err != nil {
		return nil, err
	}
	w := new(weight)
	if w.sizes, err = weigh.Measure(ctx, binary); err != nil || !measure {
		return w, err
	}
	w.inits, err = weigh.Start(ctx, binary)
	return w, err
}

// explain prints a shortest path of declarations from a route to a dependency.
func (c *command) explain(tables []*routes.Table, o *routesOptions) error {
	var first error
	for _, t := range tables {
		row, err := t.Row(o.why)
		if err == nil {
			var dep *routes.Dep
			if dep, err = t.Dep(o.dep); err == nil {
				c.progress.stop()
				c.printWhy(t, row, dep)
				return nil
			}
		}
		if first == nil {
			first = err
		}
	}
	return first
}

func (c *command) printWhy(t *routes.Table, row *routes.Row, dep *routes.Dep) {
	if !dep.Start && !row.Has(dep) {
		fmt.Fprintf(c.stdout, "%s does not need %s\n", row, dep.Name)
		c.printOpens(t, row)
		return
	}
	if dep.Start {
		fmt.Fprintf(c.stdout, "%s needs %s as every request does\n", row, dep.Name)
	} else {
		fmt.Fprintf(c.stdout, "%s needs %s\n\t%s: is registered\n", row, dep.Name, c.at(t, row.Route.Pos))
	}
	for _, m := range t.Why(row, dep) {
		text := m.Name
		if m.How != "" {
			text += " " + m.How
		}
		if m.Pos.IsValid() {
			text = c.at(t, m.Pos) + ": " + text
		}
		fmt.Fprintf(c.stdout, "\t%s\n", text)
	}
	c.printOpens(t, row)
}

func (c *command) printOpens(t *routes.Table, row *routes.Row) {
	for _, o := range row.Opens {
		fmt.Fprintf(c.stdout, "\t%s: %s, so it may need more\n", c.at(t, o.Pos), o.What)
	}
}
