package stage

import (
	"go/token"
	"go/types"
	"regexp/syntax"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/faaslint/faaslint/internal/catalog"
)

// A Need says whether a handler needs what was built before its request came.
type Need struct {
	Handler Handler
	Extent  Extent
	At      token.Pos // the first place on its way that reads the object, NoPos if there is none
}

// An Extent says on how many ways through a handler something is needed.
type Extent uint8

const (
	Never     Extent = iota // on none
	Sometimes               // there is a way through the handler that succeeds without it
	Always                  // on all, or this package cannot tell
)

// A startWalk follows an object that is built at start-up to where it is kept.
type startWalk struct {
	e        *engine
	entry    *catalog.Costly // of the operation, nil if another package performs it
	seen     map[ssa.Value]bool
	keepers  map[*types.Var]bool
	captured map[*ssa.FreeVar]bool
	needed   bool // start-up itself needs the object, or it goes where nobody can follow it
	setUp    bool // start-up sets it up, e.g. with SetMaxOpenConns
}

// startRows lists the operations that an instance performs once, with the handlers that need what they give, where not
// all do. It asks the cheap question first: is there a handler, and anything costly outside of one?
func (e *engine) startRows() (rows []*Use) {
	if len(e.roots) == 0 {
		return nil
	}
	e.markStarting()
	var n *needs
	for _, fn := range e.funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(*ssa.Call)
				if !ok || !e.starting[fn] && !e.serving[fn] {
					continue
				}
				op, entry := e.startOp(call)
				if op == nil {
					continue
				}
				if n == nil {
					n = e.newNeeds()
				}
				if u := e.startRow(n, call, op, entry); u != nil {
					rows = append(rows, u)
				}
			}
		}
	}
	return rows
}

// markStarting notes the functions of this package that run before the first request: what package initialisation, main
// and the functions that register handlers call.
func (e *engine) markStarting() {
	work := []*ssa.Function{e.pkg.Func("init")}
	for _, fn := range e.funcs {
		if strings.HasPrefix(fn.Name(), "init#") || fn.Name() == "main" && fn.Parent() == nil && e.pass.Pkg.Name() == "main" {
			work = append(work, fn)
		}
	}
	for _, r := range e.roots {
		if r.reg != nil {
			work = append(work, r.reg.Parent())
		}
	}
	for len(work) > 0 {
		fn := work[len(work)-1]
		work = work[:len(work)-1]
		if fn == nil || e.starting[fn] || e.isRoot(fn) {
			continue
		}
		e.starting[fn] = true
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if call, ok := instr.(ssa.CallInstruction); ok {
					for _, t := range e.targets(call.Common()) {
						work = append(work, t.fn)
					}
				}
			}
		}
	}
}

// startOp is the costly operation that a call performs, or that a function does for it whose result the object is: of
// several the dearest. Cheap ones are not worth a condition.
func (e *engine) startOp(call *ssa.Call) (*Op, *catalog.Costly) {
	c := call.Common()
	obj := callee(c)
	if obj == nil || c.IsInvoke() {
		return nil, nil
	}
	if entry := e.costly(obj); entry != nil {
		op := newOp(entry, obj)
		op.Dep, op.Via = e.inputs(entry, obj, c).at(Init), []Frame{e.frameOf(call, call.Pos())}
		if entry.Loses < catalog.Disk && !heavyPattern(call, obj) || entry.Result < 0 {
			return nil, nil
		}
		return &op, entry
	}
	sum := e.fact(obj)
	if sum == nil {
		return nil, nil // of this package: its own calls are asked
	}
	var best *Op
	for _, r := range sum.Results {
		for _, i := range r.From {
			if op := sum.Ops[i]; r.Index == 0 && op.Loses >= catalog.Disk && !op.Guarded && (best == nil || op.Loses > best.Loses) {
				op = op.lifted(e.frameOf(call, call.Pos()), e.argDeps(call, target{obj: obj}), nil)
				best = &op
			}
		}
	}
	return best, nil
}

// heavyPattern reports whether a call compiles a regular expression that takes milliseconds. Compiling copies the ranges
// of character classes once for each repetition: \p{L}{1,128} has a hundred thousand, most expressions some dozens.
func heavyPattern(call ssa.CallInstruction, obj *types.Func) bool {
	const heavy = 10_000 // about a millisecond
	if obj.Pkg() == nil || obj.Pkg().Path() != "regexp" || len(call.Common().Args) == 0 {
		return false
	}
	c, ok := call.Common().Args[0].(*ssa.Const)
	if !ok {
		return false
	}
	re, err := syntax.Parse(constString(c), syntax.Perl)
	if err != nil {
		return false
	}
	prog, err := syntax.Compile(re.Simplify())
	if err != nil {
		return false
	}
	size := 0
	for _, inst := range prog.Inst {
		size += 1 + len(inst.Rune)
	}
	return size >= heavy
}

// startRow makes a row of an operation that not all who pay for it need.
func (e *engine) startRow(n *needs, call *ssa.Call, op *Op, entry *catalog.Costly) *Use {
	first := e.serving[call.Parent()]
	if e.reachable(call.Block())[call.Block()] || !first && e.conditional(call) {
		return nil // many objects, or only where the configuration asks for one
	}
	w := &startWalk{e: e, entry: entry, seen: map[ssa.Value]bool{}, keepers: map[*types.Var]bool{}, captured: map[*ssa.FreeVar]bool{}}
	w.object(call)
	if w.needed || len(w.keepers)+len(w.captured) == 0 {
		return nil
	}
	if first && !e.keptByGuard(call, w) {
		return nil
	}
	reads, ok := n.readsOf(w)
	if !ok || w.needed {
		return nil
	}
	u := &Use{Op: *op, Entry: entry, Runs: Init, Could: op.Dep.Stage, Local: entry != nil, First: first, SetUp: w.setUp, instr: call}
	if u.Needs = n.all(reads, call.Parent(), first); u.Needs == nil {
		return nil
	}
	for _, need := range u.Needs {
		if need.Extent != Always {
			u.Handlers = append(u.Handlers, need.Handler)
		}
	}
	if len(w.keepers) == 1 && len(w.captured) == 0 {
		for v := range w.keepers {
			u.Keeper = v
		}
	}
	u.Pos, u.End = call.Pos(), call.Pos()
	if x := e.callExpr(call); x != nil {
		u.Call, u.Pos, u.End = x, x.Pos(), x.End()
	}
	for _, f := range op.Via {
		u.Path = append(u.Path, Step{f, e.positionOf(f)})
	}
	return u
}

// conditional reports whether start-up may succeed without the call. All of package initialisation stands under a test
// that it runs once.
func (e *engine) conditional(call *ssa.Call) bool {
	if call.Parent() == e.pkg.Func("init") {
		return false
	}
	for b := call.Block(); b.Idom() != nil; b = b.Idom() {
		cond := condition(b.Idom())
		if cond != nil && errorSide(cond) < 0 && e.leaves(b.Idom(), b) {
			return true
		}
	}
	return false
}

// keptByGuard reports whether the first request that comes past a test of the keeper builds the object.
func (e *engine) keptByGuard(call *ssa.Call, w *startWalk) bool {
	for b := call.Block(); b.Idom() != nil; b = b.Idom() {
		cond := condition(b.Idom())
		if cond == nil {
			continue
		}
		for _, loc := range e.tested(cond) {
			if loc.global == nil || !loc.lives.forever() {
				continue
			}
			if v, ok := loc.global.Object().(*types.Var); ok && w.keepers[v] {
				return true
			}
		}
	}
	return false
}

// object follows the result of a call.
func (w *startWalk) object(call *ssa.Call) {
	if call.Call.Signature().Results().Len() == 1 {
		w.walk(call)
		return
	}
	index := 0
	if w.entry != nil {
		index = w.entry.Result
	}
	for _, ref := range *call.Referrers() {
		if x, ok := ref.(*ssa.Extract); ok && x.Index == index {
			w.walk(x)
		}
	}
}

// walk follows a value that is the object, holds it or was read from it.
func (w *startWalk) walk(v ssa.Value) {
	if v == nil || w.seen[v] || w.needed || v.Referrers() == nil {
		return
	}
	if len(w.seen) > 300 {
		w.needed = true
		return
	}
	w.seen[v] = true
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Phi, *ssa.MakeInterface, *ssa.ChangeType, *ssa.ChangeInterface, *ssa.TypeAssert, *ssa.UnOp, *ssa.Field, *ssa.Extract:
			w.walk(ref.(ssa.Value))
		case *ssa.FieldAddr:
			w.walkField(ref)
		case *ssa.Store:
			if ref.Val == v {
				w.store(ref.Addr)
			}
		case *ssa.MakeClosure:
			w.capture(ref, v)
		case *ssa.Return:
			w.returned(ref, v)
		case ssa.CallInstruction:
			w.passed(ref, v)
		case *ssa.BinOp, *ssa.DebugRef:
		default:
			w.needed = true
		}
	}
}

// walkField follows what is read from a field of the object; to set one is to set it up.
func (w *startWalk) walkField(addr *ssa.FieldAddr) {
	for _, ref := range *addr.Referrers() {
		if s, ok := ref.(*ssa.Store); ok && s.Addr == addr {
			w.setUp = true
			continue
		}
		if load, ok := ref.(*ssa.UnOp); ok {
			w.walk(load)
			continue
		}
		w.needed = true
	}
}

func (w *startWalk) store(addr ssa.Value) {
	switch addr := addr.(type) {
	case *ssa.Global:
		v, ok := addr.Object().(*types.Var)
		if !ok || addr.Pkg != w.e.pkg || !w.e.closed(v) {
			w.needed = true
			return
		}
		w.keepers[v] = true
	case *ssa.FieldAddr:
		v := fieldOf(addr)
		if v.Pkg() != w.e.pass.Pkg || !w.e.closed(v) {
			w.needed = true
			return
		}
		w.keepers[v] = true
	case *ssa.Alloc:
		w.local(addr)
	case *ssa.FreeVar:
		w.captured[addr] = true
	default:
		w.needed = true
	}
}

// closed reports whether only this package can read the variable or field.
func (e *engine) closed(v *types.Var) bool { return !v.Exported() || e.pass.Pkg.Name() == "main" }

// local follows a local variable, also into the literals that capture it.
func (w *startWalk) local(a *ssa.Alloc) {
	if w.seen[a] {
		return
	}
	w.seen[a] = true
	for _, ref := range *a.Referrers() {
		switch ref := ref.(type) {
		case *ssa.UnOp:
			w.walk(ref)
		case *ssa.MakeClosure:
			w.capture(ref, a)
		}
	}
}

func (w *startWalk) capture(mc *ssa.MakeClosure, v ssa.Value) {
	fn := mc.Fn.(*ssa.Function)
	if fn.Synthetic != "" {
		w.needed = true // x.Method as a value
		return
	}
	for i, b := range mc.Bindings {
		if b == v && i < len(fn.FreeVars) {
			w.captured[fn.FreeVars[i]] = true
		}
	}
}

// returned follows a result to the callers, which are all in sight unless the function is exported.
func (w *startWalk) returned(ret *ssa.Return, v ssa.Value) {
	fn := ret.Parent()
	calls := w.e.callers[fn]
	if len(calls) == 0 || w.e.open(fn) && w.e.pass.Pkg.Name() != "main" {
		w.needed = true
		return
	}
	index := slices.Index(ret.Results, v)
	for _, ci := range calls {
		call, ok := ci.(*ssa.Call)
		switch {
		case !ok:
		case len(ret.Results) == 1:
			w.walk(call)
		default:
			for _, ref := range *call.Referrers() {
				if x, ok := ref.(*ssa.Extract); ok && x.Index == index {
					w.walk(x)
				}
			}
		}
	}
}

// passed looks at a call that gets the object. Closing it when the program ends, and setting it up, are no needs.
func (w *startWalk) passed(call ssa.CallInstruction, v ssa.Value) {
	c := call.Common()
	if fn := body(c.StaticCallee()); fn != nil && !c.IsInvoke() {
		for i, a := range c.Args {
			if a == v && i < len(fn.Params) {
				w.walk(fn.Params[i])
			}
		}
		return
	}
	obj := callee(c)
	receiver := obj != nil && (c.IsInvoke() && c.Value == v || !c.IsInvoke() && obj.Signature().Recv() != nil && len(c.Args) > 0 && c.Args[0] == v)
	switch {
	case receiver && closeNames[obj.Name()]:
	case receiver && (strings.HasPrefix(obj.Name(), "Set") || w.entry != nil && slices.Contains(w.entry.Check, obj.Name())):
		w.setUp = true
	case obj != nil && strings.HasPrefix(obj.Name(), "Must") && sameResult(call, v):
		w.walk(call.Value())
	default:
		w.needed = true
	}
}

// sameResult recognises template.Must(t, err), which gives what it is given.
func sameResult(call ssa.CallInstruction, v ssa.Value) bool {
	made := call.Value()
	return made != nil && types.Identical(made.Type(), v.Type())
}
