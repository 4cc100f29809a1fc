// Package stage says when code runs, when it could run, and who needs it.
//
// It follows costly operations from where they are performed up to the handlers that pay for them. Every function gets a
// summary (what a call costs, and how that depends on its parameters), exported as an object fact; the verdict falls in
// the package that knows a handler. The result is a table that analyzers filter. See DESIGN.md, sections 1 and 2.
package stage

import (
	"go/ast"
	"go/types"
	"iter"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/faaslint/faaslint/internal/catalog"
)

// Analyzer computes the summaries and the table. It reports nothing.
var Analyzer = &analysis.Analyzer{
	Name:       "stage",
	Doc:        "stage: when does costly code run, and when could it?",
	URL:        "https://pkg.go.dev/github.com/faaslint/faaslint/internal/stage",
	Run:        run,
	Requires:   []*analysis.Analyzer{ssaAnalyzer},
	ResultType: reflect.TypeFor[*Result](),
	FactTypes:  []analysis.Fact{(*Record)(nil), (*VarSet)(nil), (*Program)(nil)},
}

// A Result is the table of one package. It is safe for concurrent use.
type Result struct {
	Ignores  []Ignore  // in source order
	Problems []Problem // directives that cannot be read

	pass *analysis.Pass
	uses []*Use
	mu   sync.Mutex // checks run side by side, and the engine remembers what it worked out
	e    *engine
}

// Uses yields the rows in source order.
func (r *Result) Uses() iter.Seq[*Use] { return slices.Values(r.uses) }

// run never fails: under go vet an error in one dependency would silence all packages that import it.
func run(pass *analysis.Pass) (res any, err error) {
	result := &Result{}
	defer func() {
		if p := recover(); p != nil {
			exportOpaque(pass)
			res, err = &Result{}, nil
			if debug {
				panic(p)
			}
		}
	}()
	if isStandard(pass) {
		return result, nil // before the catalogue is read, which costs more than all that is done for most packages
	}
	program := exportProgram(pass)
	result.pass = pass
	cat := catalog.Default()
	if !matters(pass, cat) {
		return result, nil
	}
	e := newEngine(pass, cat, ssaOf(pass))
	e.modules = program.Modules
	e.readDirectives(result)
	e.findRoots()
	e.markStarting()
	result.uses = e.gather()
	result.e = e
	e.export(result)
	return result, nil
}

// debug makes a panic of the analysis visible; it is set by tests.
var debug = false

// matters reports whether the package can have anything to say: SSA is the dearest part of a pass.
func matters(pass *analysis.Pass, cat *catalog.Catalog) bool {
	mentions := false
	for _, imp := range pass.Pkg.Imports() {
		if cat.Mentions(imp.Path()) {
			mentions = true
		}
	}
	if isOurs(pass) {
		return true
	}
	if !mentions || cat.Mentions(pass.Pkg.Path()) {
		return false
	}
	for _, obj := range pass.TypesInfo.Uses {
		if fn, ok := obj.(*types.Func); ok && fn.Pkg() != pass.Pkg {
			if c := cat.Costly(fn); c != nil && c.Loses >= catalog.Transport {
				return true
			}
		}
	}
	return false
}

// isOurs reports whether the package is part of the code that is analysed rather than of a library: of the main module, of
// the workspace, or of a module that a replace directive takes from a folder. A library lies in the module cache, whose
// folders end in @version, or is vendored.
func isOurs(pass *analysis.Pass) bool {
	if pass.Module == nil || pass.Module.Version == "" {
		return true
	}
	if len(pass.Files) == 0 {
		return false
	}
	name := filepath.ToSlash(pass.Fset.Position(pass.Files[0].FileStart).Filename)
	return !strings.Contains(name, "@"+pass.Module.Version) && !strings.Contains(name, "/vendor/")
}

func isStandard(pass *analysis.Pass) bool {
	e := &engine{pass: pass}
	if pass.Module != nil && pass.Module.Path == "std" {
		return true
	}
	return e.isStdPath(pass.Pkg.Path())
}

// exportOpaque tells importers that nothing is known of this package.
func exportOpaque(pass *analysis.Pass) {
	for _, f := range pass.Files {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok && d.Name.IsExported() {
				if obj, ok := pass.TypesInfo.Defs[d.Name].(*types.Func); ok {
					pass.ExportObjectFact(obj, written(&Summary{Opaque: true}))
				}
			}
		}
	}
}

// export writes the facts.
func (e *engine) export(result *Result) {
	if e.pass.Pkg.Name() == "main" {
		return // nobody imports it, but for its own tests
	}
	regs, handlers := e.registrations(), e.ownHandlers()
	for _, fn := range e.funcs {
		obj := objectOf(fn)
		if obj == nil || fn.Parent() != nil || obj.Pkg() != e.pass.Pkg || obj.Name() == "init" || obj.Name() == "_" {
			continue
		}
		s := *e.summarize(fn)
		s.Registers = regs[fn]
		s.Handler = handlers[fn]
		if e.ours() && obj.Exported() && !e.generatedMessage(fn) {
			s.Wants = e.needs().wantsOf(fn)
		}
		switch {
		case !e.ours():
			s = libraryPart(s)
		case obj.Exported():
			e.examine(fn, &s)
			s.Ops = result.told(s.Ops)
		}
		if s.surprising() {
			e.pass.ExportObjectFact(obj, written(&s))
		}
	}
	for g := range e.globals {
		e.exportVar(g)
	}
}

// told marks the operations that rows about start-up speak of, so that no package which starts this one repeats them.
func (r *Result) told(ops []Op) []Op {
	ops = slices.Clone(ops)
	for _, u := range r.uses {
		if u.Maker == "" || u.Dead {
			continue
		}
		for i := range ops {
			ops[i].Told = ops[i].Told || slices.Contains(ops[i].Via, u.Op.Via[0])
		}
	}
	return ops
}

// generatedMessage reports whether fn is one of the many functions that a protocol compiler writes for its messages, whose
// fields hold no clients.
func (e *engine) generatedMessage(fn *ssa.Function) bool {
	return strings.HasSuffix(e.pass.Fset.Position(fn.Pos()).Filename, ".pb.go")
}

// ownHandlers are the handlers that this package declares and knows to be handlers.
func (e *engine) ownHandlers() map[*ssa.Function]bool {
	out := map[*ssa.Function]bool{}
	for _, r := range e.roots {
		if r.t.fn != nil {
			out[r.t.fn] = true
		}
	}
	return out
}

// libraryPart is what counts of a library's function: objects with connections that it returns, and results that are
// not made from its arguments. What a library does inside its calls is not for its users to mend.
func libraryPart(s Summary) Summary {
	out := Summary{Registers: s.Registers, Costly: s.Costly, Calls: s.Calls, Params: nil, Opaque: s.Opaque}
	for _, r := range s.Results {
		keep := Returned{Index: r.Index, Dep: r.Dep, Lives: r.Lives}
		for _, i := range r.From {
			if s.Ops[i].Loses >= catalog.Transport {
				keep.From = append(keep.From, len(out.Ops))
				out.Ops = append(out.Ops, s.Ops[i])
			}
		}
		if r.Dep.Stage == Request || r.Dep.Flags != 0 || len(keep.From) > 0 {
			out.Results = append(out.Results, keep)
		}
	}
	return out
}

func (e *engine) exportVar(g *ssa.Global) {
	obj, ok := g.Object().(*types.Var)
	if !ok || !obj.Exported() {
		return
	}
	d := e.global(g)
	flags := d.Flags & (Mutable | Late | Remote | Expires)
	if d.Stage == Request {
		flags |= Mutable // a request sets it
	}
	if flags != 0 {
		e.pass.ExportObjectFact(obj, &VarSet{Flags: flags})
	}
}

// locked calls one of the engine's questions alone.
func locked[T any](r *Result, ask func() T) T {
	r.mu.Lock()
	defer r.mu.Unlock()
	return ask()
}
