package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/faaslint/faaslint/internal/openapi"
	"github.com/faaslint/faaslint/internal/reach"
	"github.com/faaslint/faaslint/internal/routes"
	"github.com/faaslint/faaslint/internal/split"
	"github.com/faaslint/faaslint/internal/weigh"
)

// splitOptions is what the user asked of faaslint split.
type splitOptions struct {
	each    bool
	without string // a dependency
	out     string // -o: the folder of the overlays
	write   string // the folder of the packages
	measure bool
	dir     string // -C
	tags    string
	pattern string
}

// runSplit is faaslint split.
func runSplit(s suite, args []string) int {
	o, err := parseSplitOptions(args)
	if err != nil {
		return refuse(s, "split", err)
	}
	c := &command{suite: s, options: &options{dir: o.dir, tags: o.tags}, stdout: os.Stdout, stderr: os.Stderr, progress: newProgress(os.Stderr)}
	return c.perform("split", "interrupted; nothing was written", func(ctx context.Context) (int, error) { return exitClean, c.split(ctx, o) })
}

func parseSplitOptions(args []string) (*splitOptions, error) {
	o := new(splitOptions)
	flags := flag.NewFlagSet("faaslint split", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // our caller prints the error, once
	flags.BoolVar(&o.each, "each", false, "")
	flags.StringVar(&o.without, "without", "", "")
	flags.StringVar(&o.out, "o", "", "")
	flags.StringVar(&o.write, "write", "", "")
	flags.BoolVar(&o.measure, "measure", false, "")
	flags.StringVar(&o.dir, "C", "", "")
	flags.StringVar(&o.tags, "tags", "", "")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	rest := flags.Args()
	for _, arg := range rest {
		if strings.HasPrefix(arg, "-") {
			return nil, fmt.Errorf("flags go before the package: %s", arg)
		}
	}
	switch {
	case o.each && o.without != "":
		return nil, errors.New("-each and -without cut the routes in two ways: choose one")
	case o.out != "" && o.write != "":
		return nil, errors.New("-write makes packages, and leaves nothing to put into -o")
	case len(rest) > 1:
		return nil, errors.New("name one main package")
	}
	o.pattern = strings.Join(append(rest, "."), " ")
	if len(rest) == 1 {
		o.pattern = rest[0]
	}
	return o, nil
}

// A splitter makes the functions of one program.
type splitter struct {
	*command
	*splitOptions
	whole *routes.Table
	lazy  map[*routes.Block][]*lazyReport
	parts []*part
}

// A part is a function as it came out.
type part struct {
	*split.Function
	table *routes.Table // of the trimmed program
}

func (c *command) split(ctx context.Context, o *splitOptions) error {
	if err := c.prepare(ctx); err != nil {
		return err
	}
	for _, dir := range []string{o.out, o.write} {
		if dir == "" {
			continue
		}
		if err := emptyFolder(dir); err != nil {
			return err
		}
	}
	tables, err := c.routeTables(ctx, []string{o.pattern}, routesWork{build: true, measure: o.measure})
	if err != nil {
		return err
	}
	if len(tables) > 1 {
		return fmt.Errorf("%s names %d main packages with routes, such as %s: name one", o.pattern, len(tables), tables[0].Program.Main.PkgPath)
	}
	s := &splitter{command: c, splitOptions: o, whole: tables[0], lazy: map[*routes.Block][]*lazyReport{}}
	if s.whole.Sizes == nil {
		return errors.New("what does not build is not split")
	}
	if err := split.Refusal(s.whole.Program); err != nil {
		return err
	}
	if err := s.findLazy(ctx); err != nil {
		return err
	}
	groups, err := s.groups()
	if err != nil {
		s.sayLazy()
		return err
	}
	for _, g := range groups {
		if err := s.add(ctx, g.Name, g.Rows); err != nil {
			return fmt.Errorf("function %s: %w", g.Name, err)
		}
	}
	return s.deliver(ctx)
}

// groups are the routes of each function.
func (s *splitter) groups() (list []*routes.Group, err error) {
	switch {
	case s.each:
		for _, row := range s.whole.Rows {
			list = append(list, &routes.Group{Name: routeName(row.String()), Rows: []*routes.Row{row}})
		}
		for i, g := range list {
			if slices.ContainsFunc(list[:i], func(o *routes.Group) bool { return o.Name == g.Name }) {
				g.Name += fmt.Sprint("-", i+1)
			}
		}
	case s.without != "":
		dep, err := s.whole.Dep(s.without)
		if err != nil {
			return nil, err
		}
		if dep.Start {
			return nil, fmt.Errorf("every start needs %s: 'faaslint routes -why ROUTE %s' shows why, for any route", dep.Name, dep.Name)
		}
		with, without := &routes.Group{Name: routeName(dep.Name)}, &routes.Group{Name: "without-" + routeName(dep.Name)}
		for _, row := range s.whole.Rows {
			g := without
			if row.Has(dep) {
				g = with
			}
			g.Rows = append(g.Rows, row)
		}
		list = []*routes.Group{without, with}
	default:
		list = s.whole.Groups
	}
	list = slices.DeleteFunc(slices.Clone(list), func(g *routes.Group) bool { return len(g.Rows) == 0 })
	if len(list) < 2 {
		return nil, errors.New("all routes need the same: there is nothing to split. 'faaslint routes' shows what joins them; -each makes a function of each route all the same")
	}
	return list, nil
}

// routeName makes a name for files and functions of any text: get-things-id of GET /things/{id}.
func routeName(text string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return '-'
	}, text)
	return strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == '-' }), "-")
}

// add makes a function, builds it, and looks at it as at any program: a part that does not build, or that has other
// routes than it should, is our mistake and is not handed out.
func (s *splitter) add(ctx context.Context, name string, rows []*routes.Row) error {
	f, err := split.New(s.whole, name, rows)
	if err != nil {
		return err
	}
	w, err := s.weigh(ctx, s.whole.Program, f.Files, s.measure)
	if err != nil {
		return fmt.Errorf("the trimmed program does not build: %w", err)
	}
	loader := reach.Loader{Dir: s.cwd, Flags: s.buildFlags(), Files: f.Files, IsHandler: routes.IsHandler}
	prog, err := loader.Load(s.whole.Program.Main.PkgPath)
	if err != nil {
		return fmt.Errorf("the trimmed program does not load: %w", err)
	}
	p := &part{Function: f, table: routes.NewTable(prog, w.sizes, w.inits)}
	want, got := rowNames(f.Rows), rowNames(p.table.Rows)
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		return fmt.Errorf("the trimmed program has the routes %s, and should have %s", list(got), list(want))
	}
	s.parts = append(s.parts, p)
	return nil
}

// deliver writes the functions, and says what they are worth.
func (s *splitter) deliver(ctx context.Context) error {
	m := s.manifest()
	var err error
	switch {
	case s.write != "":
		err = s.writePackages(ctx, m)
	default:
		err = s.writeOverlays(m)
	}
	if err != nil {
		return err
	}
	s.progress.stop()
	s.writeReport(s.stdout, m)
	return nil
}

// A manifest is the table of routes to functions.
type manifest struct {
	Program   string              `json:"program"`
	Bytes     int64               `json:"bytes"`
	Init      *initReport         `json:"init,omitempty"`
	Default   string              `json:"default"` // who answers what no route does
	Functions []*manifestFunction `json:"functions"`
	Blocked   []*blockedReport    `json:"blocked,omitempty"`
}

type manifestFunction struct {
	Name         string           `json:"name"`
	Package      string           `json:"package"`
	Overlay      string           `json:"overlay,omitempty"` // for go build -overlay
	Bytes        int64            `json:"bytes"`
	Init         *initReport      `json:"init,omitempty"`
	Worth        string           `json:"worth"`
	Dependencies []*depReport     `json:"dependencies"`
	Kept         []string         `json:"keptForEffect,omitempty"`
	Routes       []*manifestRoute `json:"routes"`
}

type manifestRoute struct {
	Methods []string     `json:"methods"` // empty for all
	Path    string       `json:"path"`
	Shared  string       `json:"shared,omitempty"` // why each function has it: it cannot be left out
	Opens   []openReport `json:"opens,omitempty"`  // where it gets to code that is perhaps in another function

	name string
}

func (s *splitter) manifest() *manifest {
	whole := s.routesReport(s.whole)
	m := &manifest{Program: whole.Program, Bytes: whole.Bytes, Default: s.parts[0].Name, Blocked: s.blocked(whole)}
	if s.measure {
		m.Init = newInitReport(total(s.whole))
	}
	for _, p := range s.parts {
		report := s.routesReport(p.table)
		f := &manifestFunction{Name: p.Name, Package: whole.Program, Bytes: report.Bytes, Dependencies: report.Dependencies, Kept: p.Kept}
		if s.measure {
			f.Init = newInitReport(total(p.table))
		}
		for _, row := range p.Rows {
			r := &manifestRoute{Methods: row.Methods, Path: row.Path, Shared: row.Fixed, name: row.String()}
			for _, o := range row.Opens {
				r.Opens = append(r.Opens, openReport{s.at(s.whole, o.Pos), o.What})
			}
			f.Routes = append(f.Routes, r)
		}
		f.Worth = s.worth(p)
		m.Functions = append(m.Functions, f)
	}
	return m
}

// total is what a program does up to its main.
func total(t *routes.Table) weigh.Init {
	all := map[string]bool{"main": true}
	for _, path := range t.Program.Packages() {
		all[path] = true
	}
	return t.InitOf(all)
}

// worth says what a function gains over the whole.
func (s *splitter) worth(p *part) string {
	saved := s.whole.Sizes.File - p.table.Sizes.File
	var gone, eager []string
	for _, d := range s.whole.Deps {
		if !d.Heavy() {
			continue
		}
		if d.Start && d.Client {
			eager = append(eager, d.Name)
		}
		if !slices.ContainsFunc(p.table.Deps, func(o *routes.Dep) bool { return o.Path == d.Path }) {
			gone = append(gone, d.Name)
		}
	}
	text := ""
	switch {
	case saved >= worthBytes:
		text = fmt.Sprintf("%s MB less than the whole, up to about %d ms of a cold start where code is delivered to each instance, and a fifth of that as a zip", mega(saved), saved*coldMs/1e6)
	case len(gone) > 0:
		text = fmt.Sprintf("not worth it for its size: %s MB less than the whole", mega(saved))
	default:
		text = fmt.Sprintf("not worth it: %s MB less than the whole, and the same clients", mega(saved))
	}
	if s.measure {
		text += fmt.Sprintf("; init %.1f ms less", routes.Milliseconds(total(s.whole).Time-total(p.table).Time))
	}
	if len(gone) > 0 {
		whose := "its address and password"
		if len(gone) > 1 {
			whose = "their addresses and passwords"
		}
		text += "; it needs no " + strings.Join(gone, " and no ") + ", nor " + whose
	}
	if len(eager) > 0 {
		text += fmt.Sprintf("; %s is still needed by every start, so build it on first use before you split", list(eager))
	}
	return text
}

const (
	worthBytes = 1 << 20 // less than that is what a driver takes, and is lost in the rest of a cold start
	coldMs     = 43      // per million bytes, measured on OpenWhisk with the binary as it is; docs/opensense.md has zips
)

// writeOverlays puts a folder for each function, and the manifest, into one folder: without -o a new one, which the user
// is told of and keeps.
func (s *splitter) writeOverlays(m *manifest) (err error) {
	dir := s.out
	if dir == "" {
		if dir, err = os.MkdirTemp("", "faaslint-split-"); err != nil {
			return err
		}
		defer func() {
			if err != nil {
				os.RemoveAll(dir)
			}
		}()
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	for i, p := range s.parts {
		folder := filepath.Join(dir, p.Name)
		if err := os.MkdirAll(folder, 0o777); err != nil {
			return err
		}
		if m.Functions[i].Overlay, err = weigh.WriteOverlay(folder, p.Files); err != nil {
			return fmt.Errorf("writing the overlay: %w", err)
		}
	}
	return s.writeManifest(dir, m)
}

// writeManifest writes the table of routes to functions, with all that is known, and as gateways read it.
func (s *splitter) writeManifest(dir string, m *manifest) error {
	data, err := json.MarshalIndent(m, "", "\t")
	if err != nil {
		return err
	}
	gateway, err := s.openAPI().JSON()
	if err != nil {
		return err
	}
	table, document := filepath.Join(dir, "routes.json"), filepath.Join(dir, "openapi.json")
	if err := errors.Join(os.WriteFile(table, append(data, '\n'), 0o666), os.WriteFile(document, gateway, 0o666)); err != nil {
		return err
	}
	fmt.Fprintf(s.stderr, "faaslint: the table of routes to functions is %s\nfaaslint: for gateways, as OpenAPI, it is %s\n", table, document)
	return nil
}

func (s *splitter) openAPI() *openapi.Document {
	var functions []*openapi.Function
	for _, p := range s.parts {
		f := &openapi.Function{Name: p.Name}
		for _, row := range p.Rows {
			f.Routes = append(f.Routes, row.Route)
		}
		functions = append(functions, f)
	}
	return openapi.New(s.whole.Program.Main.PkgPath, functions)
}

// writePackages puts a main package for each function, with copies of the packages that it needs trimmed, into a folder
// of the module.
func (s *splitter) writePackages(ctx context.Context, m *manifest) error {
	prog := s.whole.Program
	dir, err := filepath.Abs(s.write)
	if err != nil {
		return err
	}
	rel, err := filepath.Rel(prog.Main.Module.Dir, realDir(dir))
	if err != nil || rel == "." || !filepath.IsLocal(rel) {
		return fmt.Errorf("-write: %s is not a folder within the module %s", s.write, prog.Main.Module.Path)
	}
	_, statErr := os.Stat(dir)
	done := false
	defer func() {
		if !done && errors.Is(statErr, fs.ErrNotExist) {
			os.RemoveAll(dir)
		}
	}()
	for i, p := range s.parts {
		importPath := prog.Main.Module.Path + "/" + filepath.ToSlash(rel) + "/" + p.Name
		files, err := p.Copies(prog, importPath)
		if err != nil {
			return err
		}
		for _, name := range sortedKeys(files) {
			file := filepath.Join(dir, p.Name, name)
			if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
				return err
			}
			if err := os.WriteFile(file, files[name], 0o666); err != nil {
				return err
			}
		}
		m.Functions[i].Package = importPath
		if out, err := s.goCommand(ctx, append([]string{"vet", "-printf=false"}, append(s.buildFlags(), importPath+"/...")...)...).CombinedOutput(); err != nil {
			return fmt.Errorf("function %s does not compile as a package: %w\n%s", p.Name, err, out)
		}
	}
	done = true
	return s.writeManifest(dir, m)
}

// realDir is a folder that may not exist yet, without the symbolic links above it.
func realDir(dir string) string {
	parent, err := filepath.EvalSymlinks(filepath.Dir(dir))
	if err != nil {
		return dir
	}
	return filepath.Join(parent, filepath.Base(dir))
}
