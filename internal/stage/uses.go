package stage

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/ssa"

	"github.com/faaslint/faaslint/internal/catalog"
)

// A Use is one row of the table: an operation that handlers of this package pay for on every request although
// everything it needs is known when the instance starts (Runs is Request), or that each instance performs once although
// not all that it does needs what comes out (Runs is Init).
type Use struct {
	Op       Op
	Entry    *catalog.Costly // what the catalogue says of the operation; nil for literals and operations of other packages
	Runs     Stage
	Could    Stage
	Handlers []Handler     // who pays, sorted by name
	Pos, End token.Pos     // the guilty expression in this package
	Local    bool          // the operation stands in this package
	Call     *ast.CallExpr // the operation itself, if it stands in this package
	Path     []Step        // from the handler to the operation
	instr    ssa.Instruction
	ways     []passage

	// Of a call that builds all of something: see Construction.
	Built *Construction
	Parts []*Use // what is costly in it: the rows that this one stands for

	// Of rows whose Runs is Init. Handlers are then those that can do without. With First and Dead each request builds it.
	Needs  []Need     // sorted by the name of the handler
	Keeper *types.Var // the package variable or field that holds the object, nil if there are several
	First  bool       // not the start of the instance builds the object, but its first request, whichever that is
	SetUp  bool       // start-up also sets the object up
	Abroad bool       // a variable or field of another package holds it
	Dead   bool       // nobody needs the object; Handlers are those who pay for it
	Whole  []string   // the nouns of all that a call of another package's function opens, which does nothing else
	Maker  string     // the function of this package that builds the object, where nothing here says when it is called

	keepers []string // the names of what holds it, sorted
	part    bool     // they hold something that is made from it
}

// A passage leads from a handler to the operation of a row. There may be several.
type passage struct {
	from  Handler
	path  []Step
	built *Construction // the call on it that can be made once, nil for none
}

// A Handler is somebody who pays.
type Handler struct {
	Name       string
	Platform   string
	Concurrent bool // requests run side by side in one instance
	Freezes    bool
}

// A Step is a place on the path to an operation. Pos is invalid where this package cannot see the source.
type Step struct {
	Frame Frame
	Pos   token.Pos
}

// gather fills the table.
func (e *engine) gather() []*Use {
	for _, fn := range e.funcs {
		sum := e.summarize(fn)
		e.made, e.fills = append(e.made, sum.Makes...), append(e.fills, sum.Fills...)
	}
	rows := map[string]*Use{}
	var uses []*Use
	for _, r := range e.roots {
		for _, op := range e.requestOps(r, e.made) {
			if !op.Dep.known() || op.Guarded && op.Once.Instance {
				continue
			}
			u := e.use(r, op)
			if u == nil {
				continue
			}
			key := e.pass.Fset.Position(u.Pos).String() + op.What + op.Site()
			if old := rows[key]; old != nil {
				old.Op.Partly = old.Op.Partly || op.Partly
				old.add(u.Handlers[0])
				old.ways = append(old.ways, u.ways...)
				continue
			}
			rows[key] = u
			uses = append(uses, u)
		}
	}
	uses = append(uses, e.startRows()...)
	slices.SortStableFunc(uses, func(a, b *Use) int {
		return cmp.Or(cmp.Compare(a.Pos, b.Pos), strings.Compare(a.Op.Site(), b.Op.Site()))
	})
	return uses
}

func (u *Use) add(h Handler) {
	if !slices.Contains(u.Handlers, h) {
		u.Handlers = append(u.Handlers, h)
		slices.SortFunc(u.Handlers, func(a, b Handler) int { return strings.Compare(a.Name, b.Name) })
	}
}

// requestOps is what one request to the handler costs: its parameters are the request, what it holds was made before.
func (e *engine) requestOps(r root, makes []Impl) []Op {
	ops, dyn := r.ops, r.dyn
	if r.t.fn != nil || r.t.obj != nil {
		sum := e.summaryOf(r.t)
		if sum == nil {
			return nil
		}
		var here *Frame
		if r.t.fn == nil && r.reg != nil {
			f := e.frameOf(r.reg, r.reg.Pos())
			here = &f
		}
		deps, lives := e.boundAtStart(r)
		for _, op := range sum.Ops {
			if r.t.fn == nil && sum.Handler {
				break // reported where the handler is declared
			}
			ops = append(ops, liftRoot(op, here, deps, lives))
		}
		for _, d := range sum.Dyn {
			via := d.Via
			d = d.lifted(Frame{}, deps, lives)
			if d.Via = via; here != nil {
				d.Via = append([]Frame{*here}, via...)
			}
			dyn = append(dyn, d)
		}
	}
	for _, d := range dyn {
		ops = append(ops, resolve(d, makes, 0)...)
	}
	return ops
}

func liftRoot(op Op, here *Frame, deps []Dep, lives []Lives) Op {
	via := op.Via
	op = op.lifted(Frame{}, deps, lives)
	if op.Via = via; here != nil {
		op.Via = append([]Frame{*here}, via...)
	}
	return op
}

// boundAtStart are the arguments of a handler: the request for its parameters, and for its receiver and captured
// variables what they were when it was registered. A handler that is registered while a request runs holds that request's.
func (e *engine) boundAtStart(r root) ([]Dep, []Lives) {
	deps, lives := e.calledBack(r.t), e.calledBackLives(r.t)
	inRequest := r.reg != nil && e.servesRequests(r.reg.Parent())
	n := len(deps)
	if r.t.mc != nil {
		n -= len(r.t.mc.Bindings)
	}
	for i := range deps {
		bound := i >= n || i == 0 && (r.t.recv != nil || isMethod(r.t))
		if !bound || inRequest {
			continue
		}
		if i < n && r.t.recv == nil {
			deps[i] = Dep{}
		}
		deps[i].Params = 0 // whatever registers a handler at start-up runs before any request
		deps[i] = deps[i].at(Init)
		lives[i] = long
	}
	return deps, lives
}

func isMethod(t target) bool { return t.obj != nil && t.obj.Signature().Recv() != nil }

const maxImpls = 4

// resolve finds what a call through an interface costs, among the values that the program puts into that interface.
func resolve(d Dyn, makes []Impl, depth int) (ops []Op) {
	types := map[string]bool{}
	for _, m := range makes {
		if m.Method == d.Method {
			types[m.Type] = true
		}
	}
	if len(types) > maxImpls || depth > 5 {
		return nil // anybody's guess
	}
	for _, m := range makes {
		if m.Method != d.Method || !types[m.Type] {
			continue
		}
		types[m.Type] = false
		m.Recv.Params = 0 // whatever puts the value into the interface runs before any request
		m.Recv = m.Recv.at(Init)
		if d.Lives.Instance {
			m.Lives = long
		}
		called, dyn := m.called(d)
		ops = append(ops, called...)
		for _, inner := range dyn {
			ops = append(ops, resolve(inner, makes, depth+1)...)
		}
	}
	return ops
}

// use makes a row of an operation: it stands at the last step of the path that lies in this package.
func (e *engine) use(r root, op Op) *Use {
	u := &Use{Op: op, Runs: Request, Could: op.Dep.Stage}
	u.Handlers = []Handler{{Name: r.name, Platform: r.as.Platform, Concurrent: r.as.Concurrency != 1, Freezes: r.as.Freezes}}
	last := -1
	for i, f := range op.Via {
		u.Path = append(u.Path, Step{f, e.positionOf(f)})
		if f.Pkg == e.pass.Pkg.Path() {
			last = i
		}
	}
	u.ways = []passage{{from: u.Handlers[0], path: u.Path}}
	if last < 0 {
		return e.atRegistration(u, r)
	}
	if instr, ok := e.sites[op.Symbol+"@"+op.Site()]; ok && last == len(op.Via)-1 {
		u.instr, u.Local = instr, true
		u.Pos, u.End = instr.Pos(), instr.Pos()
		if ci, ok := instr.(ssa.CallInstruction); ok {
			if call := e.callExpr(ci); call != nil {
				u.Call, u.Pos, u.End = call, call.Pos(), call.End()
			}
			if obj := callee(ci.Common()); obj != nil {
				u.Entry = e.costly(obj)
			}
		}
		return u
	}
	if call := e.callAt[op.Via[last]]; call != nil {
		if r.reg != nil && r.t.fn == nil && call == r.reg {
			return e.atRegistration(u, r)
		}
		if x := e.mentionOf(call, op.Via[last+1:]); x != nil {
			u.Pos, u.End = x.Pos(), x.End()
			return u
		}
	}
	return e.atRegistration(u, r)
}

// mentionOf is the expression that leads out of the package: a call that names its callee, or else, for a call of a func
// value from a table of routes, the place where that function was put into the table.
func (e *engine) mentionOf(call ssa.CallInstruction, rest []Frame) ast.Expr {
	if len(rest) > 0 && !call.Common().IsInvoke() && call.Common().StaticCallee() == nil {
		if x := e.mention(rest[0].Func); x != nil {
			return x
		}
	}
	if x := e.callExpr(call); x != nil {
		return x
	}
	return nil
}

// mention is the first place where the package names another package's function.
func (e *engine) mention(fullName string) (found ast.Expr) {
	for id, obj := range e.pass.TypesInfo.Uses {
		fn, ok := obj.(*types.Func)
		if !ok || fn.Origin().FullName() != fullName || e.inTest(id.Pos()) {
			continue
		}
		if found == nil || id.Pos() < found.Pos() {
			found = id
		}
	}
	return found
}

// atRegistration places a row on the expression that makes something a handler.
func (e *engine) atRegistration(u *Use, r root) *Use {
	if r.reg == nil {
		return nil
	}
	x := e.exprOf(r)
	if x == nil {
		return nil
	}
	u.Pos, u.End = x.Pos(), x.End()
	return u
}

// callExpr is the syntax of a call.
func (e *engine) callExpr(call ssa.CallInstruction) *ast.CallExpr {
	if call == nil {
		return nil
	}
	if e.calls == nil {
		e.calls = map[token.Pos]*ast.CallExpr{}
		for _, f := range e.pass.Files {
			ast.Inspect(f, func(n ast.Node) bool {
				if c, ok := n.(*ast.CallExpr); ok {
					e.calls[c.Lparen] = c
				}
				return true
			})
		}
	}
	return e.calls[call.Pos()]
}

// positionOf finds a frame's place, so that a reader can go there. The importer knows positions of exported
// declarations only; a file of the same module that has none is added to the file set.
func (e *engine) positionOf(f Frame) token.Pos {
	if f.Line < 1 || f.Line > maxLines {
		return token.NoPos
	}
	name := e.fileOf(f)
	if name == "" {
		return token.NoPos
	}
	tf := e.files[name]
	if tf == nil || tf.LineCount() < f.Line {
		tf = namedFile(e.pass.Fset, name, f.Line)
		e.files[name] = tf
	}
	return tf.LineStart(f.Line)
}

// namedFile finds a file that has so many lines, or adds it. An editor's server analyses a package again and again, and
// hands its file set on from one time to the next.
func namedFile(fset *token.FileSet, name string, line int) (found *token.File) {
	fset.Iterate(func(tf *token.File) bool {
		if tf.Name() == name && tf.LineCount() >= line {
			found = tf
		}
		return found == nil
	})
	if found == nil {
		found = fset.AddFile(name, -1, maxLines)
		found.SetLines(bareLines())
	}
	return found
}

const maxLines = 1 << 16

// bareLines are of one byte each. All files share them.
var bareLines = sync.OnceValue(func() []int {
	lines := make([]int, maxLines)
	for i := range lines {
		lines[i] = i
	}
	return lines
})

// fileOf is the name of the file that a frame lies in: in the module's folder, or beside an exported declaration.
func (e *engine) fileOf(f Frame) string {
	if e.files == nil {
		e.files = map[string]*token.File{}
		for _, a := range e.pass.Files {
			tf := e.pass.Fset.File(a.FileStart)
			e.files[tf.Name()] = tf
			e.root, _ = strings.CutSuffix(tf.Name(), e.pass.Pkg.Path()+"/"+base(tf.Name()))
			if m := e.pass.Module; m != nil {
				rel := strings.TrimPrefix(strings.TrimPrefix(e.pass.Pkg.Path(), m.Path), "/")
				e.root = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(tf.Name(), "/"+base(tf.Name())), rel), "/")
			}
		}
	}
	if m := e.pass.Module; m != nil && within(f.Pkg, m.Path) {
		return e.root + f.Pkg[len(m.Path):] + "/" + f.File
	} else if m == nil {
		return e.root + f.Pkg + "/" + f.File
	}
	for _, p := range e.pass.Pkg.Imports() {
		if p.Path() != f.Pkg {
			continue
		}
		for _, name := range p.Scope().Names() {
			if pos := p.Scope().Lookup(name).Pos(); pos.IsValid() {
				known := e.pass.Fset.Position(pos).Filename
				return known[:len(known)-len(base(known))] + f.File
			}
		}
	}
	return ""
}
