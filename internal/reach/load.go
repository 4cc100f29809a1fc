// Package reach knows which declarations of a program use which others. Its graph has the package-level declarations of
// the program's own modules as nodes, and what they mention as edges: so it says what a part of the program needs to
// be compiled, which a call graph does not, and it is not led astray by interfaces such as error, through which a call
// graph reaches nearly everything.
package reach

import (
	"errors"
	"fmt"
	"go/token"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// A Program is a main package with all that it imports: the packages of the main modules from their sources, all others
// by their types.
type Program struct {
	Fset *token.FileSet
	Main *packages.Package
	Own  []*packages.Package // of the main modules, by path; Main is among them

	own     map[string]*packages.Package
	listed  map[string]*packages.Package // everything, without syntax or types: who imports whom
	nodes   map[any]*Node                // by types.Object, and by file for blank imports
	sorted  []*Node                      // in the order of the sources
	shapes  map[shape]bool               // methods that packages of others may call through an interface
	byName  map[string]bool              // packages that may call methods by name
	closure map[string]map[string]bool   // packages linked together with a package
}

// A Loader says where and how to load.
type Loader struct {
	Dir   string
	Flags []string          // of the go command, such as -tags
	Env   []string          // nil for that of the process
	Files map[string][]byte // in the place of files of these names

	// IsHandler says that a method of this type serves requests. Such a method is called by a router that was given it,
	// not by whoever happens to have an interface with a method of this name.
	IsHandler func(*Node) bool
}

const listMode = packages.NeedName | packages.NeedImports | packages.NeedDeps | packages.NeedModule | packages.NeedFiles |
	packages.NeedEmbedFiles | packages.NeedForTest

const syntaxMode = packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedModule |
	packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedEmbedFiles

// Mains lists the main packages that patterns name.
func (l Loader) Mains(patterns ...string) ([]string, error) {
	cfg := &packages.Config{Mode: packages.NeedName, Dir: l.Dir, BuildFlags: l.Flags, Env: l.Env, Overlay: l.Files}
	list, err := packages.Load(cfg, patterns...)
	if err != nil {
		return nil, fmt.Errorf("listing packages: %w", err)
	}
	var mains []string
	var errs []error
	for _, p := range list {
		for _, e := range p.Errors {
			errs = append(errs, e)
		}
		if p.Name == "main" {
			mains = append(mains, p.PkgPath)
		}
	}
	if len(mains) == 0 && len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	slices.Sort(mains)
	return slices.Compact(mains), nil
}

// Load loads a main package and makes its graph.
func (l Loader) Load(path string) (*Program, error) {
	p := &Program{Fset: token.NewFileSet(), own: map[string]*packages.Package{}, listed: map[string]*packages.Package{}, closure: map[string]map[string]bool{}}
	roots, err := packages.Load(&packages.Config{Mode: listMode, Dir: l.Dir, BuildFlags: l.Flags, Env: l.Env, Overlay: l.Files}, path)
	if err != nil {
		return nil, fmt.Errorf("listing what %s imports: %w", path, err)
	}
	var own []string
	packages.Visit(roots, nil, func(pkg *packages.Package) {
		p.listed[pkg.PkgPath] = pkg
		if pkg.Module != nil && pkg.Module.Main {
			own = append(own, pkg.PkgPath)
		}
		for _, e := range pkg.Errors {
			err = errors.Join(err, e)
		}
	})
	if err != nil {
		return nil, err
	}
	if p.listed[path] == nil || p.listed[path].Module == nil || !p.listed[path].Module.Main {
		return nil, fmt.Errorf("%s is not a package of the main module", path)
	}
	if err := l.loadOwn(p, own, path); err != nil {
		return nil, err
	}
	if err := p.readForeign(); err != nil {
		return nil, err
	}
	p.makeGraph(l.IsHandler)
	return p, nil
}

func (l Loader) loadOwn(p *Program, own []string, path string) error {
	cfg := &packages.Config{Mode: syntaxMode, Dir: l.Dir, BuildFlags: l.Flags, Env: l.Env, Overlay: l.Files, Fset: p.Fset}
	list, err := packages.Load(cfg, own...)
	if err != nil {
		return fmt.Errorf("loading the packages of %s: %w", path, err)
	}
	var errs []error
	for _, pkg := range list {
		for _, e := range pkg.Errors {
			// An OpenWhisk action has no func main before the platform's compiler adds one.
			if !strings.Contains(e.Msg, "function main is undeclared in the main package") {
				errs = append(errs, e)
			}
		}
		p.own[pkg.PkgPath] = pkg
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	for _, name := range slices.Sorted(maps.Keys(p.own)) {
		p.Own = append(p.Own, p.own[name])
	}
	p.Main = p.own[path]
	return nil
}

// IsOwn reports whether the package of a path belongs to a main module.
func (p *Program) IsOwn(path string) bool { return p.own[path] != nil }

// Package is the listed package of a path, with its files and imports but without types; nil if nothing imports it.
func (p *Program) Package(path string) *packages.Package { return p.listed[path] }

// Packages are the paths of all packages of the program.
func (p *Program) Packages() []string { return slices.Sorted(maps.Keys(p.listed)) }

// Linked are the packages that are linked when the package of a path is: itself, and all that it imports.
func (p *Program) Linked(path string) map[string]bool {
	if set, ok := p.closure[path]; ok {
		return set
	}
	set := map[string]bool{}
	p.closure[path] = set // imports have no cycles
	set[path] = true
	if pkg := p.listed[path]; pkg != nil {
		for _, imported := range pkg.Imports {
			maps.Copy(set, p.Linked(imported.PkgPath))
		}
	}
	return set
}

// LinkedWithout are the packages of the program that would still be linked if its own packages did not import those
// for which skip reports true.
func (p *Program) LinkedWithout(skip func(path string) bool) map[string]bool {
	seen := map[string]bool{}
	work := []string{p.Main.PkgPath, "runtime"}
	for len(work) > 0 {
		path := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[path] {
			continue
		}
		seen[path] = true
		if p.listed[path] == nil {
			continue
		}
		for _, imported := range p.listed[path].Imports {
			if !p.IsOwn(path) || !skip(imported.PkgPath) {
				work = append(work, imported.PkgPath)
			}
		}
	}
	return seen
}

// Module names what a package belongs to: the path of its module, or, of the standard library, its own.
func (p *Program) Module(path string) string {
	if pkg := p.listed[path]; pkg != nil && pkg.Module != nil {
		return pkg.Module.Path
	}
	return path
}

// Std reports whether a package is of the standard library.
func (p *Program) Std(path string) bool {
	pkg := p.listed[path]
	return pkg == nil || pkg.Module == nil
}
