package stage

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/faaslint/faaslint/internal/catalog"
)

// dep is the binding time of v, of all that v points to included.
func (e *engine) dep(v ssa.Value) Dep {
	if isContext(v.Type()) {
		return Dep{} // what is read from a context counts, not the context: the fix replaces it
	}
	return e.deps.solve(v, func() Dep { return e.defined(v).join(e.stored(v, whole)) })
}

// defined is the binding time of v where it is defined, without later stores through it.
func (e *engine) defined(v ssa.Value) Dep {
	switch v := v.(type) {
	case *ssa.Const, *ssa.Function, *ssa.Builtin, *ssa.Alloc:
		return Dep{}
	case *ssa.Global:
		return e.global(v)
	case *ssa.Parameter:
		return param(paramIndex(v))
	case *ssa.FreeVar:
		return param(freeIndex(v))
	case *ssa.Phi:
		return e.joinAll(v.Edges...).join(e.choice(v))
	case *ssa.UnOp:
		return e.unary(v)
	case *ssa.Call:
		return e.result(v, 0)
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok {
			return e.result(call, v.Index)
		}
		return e.dep(v.Tuple)
	case *ssa.FieldAddr:
		return e.field(v)
	case *ssa.MakeClosure:
		return e.joinAll(v.Bindings...)
	case *ssa.Select:
		return unknown
	}
	return e.operands(v)
}

// operands joins what v is made from, for values that are just that.
func (e *engine) operands(v ssa.Value) Dep {
	instr, ok := v.(ssa.Instruction)
	if !ok {
		return unknown
	}
	var d Dep
	for _, op := range instr.Operands(nil) {
		if *op != nil {
			d = d.join(e.dep(*op))
		}
	}
	return d
}

func (e *engine) joinAll(vs ...ssa.Value) (d Dep) {
	for _, v := range vs {
		d = d.join(e.dep(v))
	}
	return d
}

func (e *engine) unary(v *ssa.UnOp) Dep {
	switch {
	case v.Op == token.ARROW:
		return unknown // a channel brings what others send
	case v.Op != token.MUL:
		return e.dep(v.X)
	}
	if addr, ok := v.X.(*ssa.FieldAddr); ok {
		return e.field(addr).join(e.stored(addr, whole))
	}
	return e.dep(v.X)
}

// field is the binding time of one field. Other fields of the object do not count when the stores to this one are all
// in sight.
func (e *engine) field(addr *ssa.FieldAddr) Dep {
	d := e.origin(addr.X)
	return d.join(e.stored(addr.X, fieldName(addr))).join(e.assigned(e.keyOf(addr)))
}

// origin is the binding time of an object without the stores to its fields.
func (e *engine) origin(v ssa.Value) Dep {
	switch v.(type) {
	case *ssa.Alloc, *ssa.Parameter, *ssa.FreeVar:
		return e.defined(v)
	}
	return e.dep(v)
}

// assigned is what methods and functions store in a field of objects that they are given.
// A setter's parameter may be anything: unknown. A value that the storing function knows itself is a lazy cache.
func (e *engine) assigned(key fieldKey) (d Dep) {
	for _, s := range e.fields[key] {
		base := s.Addr.(*ssa.FieldAddr).X
		if e.fresh(base) {
			continue // a constructor fills its own object: seen where the object is made
		}
		val := e.dep(s.Val)
		if p, ok := base.(*ssa.Parameter); ok {
			val.Params &^= param(paramIndex(p)).Params // a field moved within the object
		}
		if isOptionLiteral(s.Parent()) {
			val.Params = 0 // func WithX(x T) Option { return func(c *Config) { c.x = x } }: runs where the object is made
		}
		if val.Params != 0 {
			val = unknown
		}
		d = d.join(val)
	}
	return d
}

// fresh reports whether v is an object that its own function makes.
func (e *engine) fresh(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Alloc:
		return true
	case *ssa.FieldAddr:
		return e.fresh(v.X)
	case *ssa.UnOp:
		_, ok := v.X.(*ssa.Alloc)
		return ok && v.Op == token.MUL
	case *ssa.Call:
		return e.freshResult(v)
	case *ssa.Extract:
		call, ok := v.Tuple.(*ssa.Call)
		return !ok || e.freshResult(call)
	}
	return false
}

// freshResult reports whether a call makes what it returns: it is neither kept nor passed through.
func (e *engine) freshResult(call *ssa.Call) bool {
	fn := body(call.Call.StaticCallee())
	if fn == nil {
		return true
	}
	l := e.leaks(fn)
	if l.kept {
		return false
	}
	for i, a := range call.Call.Args {
		if l.into&param(i).Params != 0 && !e.fresh(a) {
			return false
		}
	}
	return true
}

// isOptionLiteral recognises the literal of a functional option: one parameter, returned by the function around it.
func isOptionLiteral(fn *ssa.Function) bool {
	return fn.Parent() != nil && len(fn.Params) == 1 && fn.Parent().Signature.Results().Len() == 1
}

// global is the binding time of a package variable's content.
func (e *engine) global(g *ssa.Global) Dep {
	d := Dep{Stage: Init}
	if g.Pkg != e.pkg {
		var set VarSet
		if obj := g.Object(); obj != nil && e.pass.ImportObjectFact(obj, &set) {
			d = d.with(set.Flags)
		}
		return d
	}
	if e.tests[g] {
		d = d.with(TestSet)
	}
	for _, s := range e.globals[g] {
		d = d.join(e.setGlobal(s.Parent(), s.Val))
	}
	for _, w := range e.inside[g] {
		d = d.join(e.setGlobal(w.fn, w.val))
	}
	return d
}

// setGlobal is what one store does to the binding time of a package variable. What is stored before the first request
// is known from then on, wherever it comes from.
func (e *engine) setGlobal(fn *ssa.Function, v ssa.Value) Dep {
	switch {
	case fn == e.pkg.Func("init"), strings.HasPrefix(fn.Name(), "init#"):
		return Dep{Stage: Init, Flags: e.dep(v).Flags & Expires}
	case fn.Name() == "main" && fn.Parent() == nil && e.pass.Pkg.Name() == "main":
		return Dep{Stage: Init, Flags: e.dep(v).Flags&Expires | Late}
	case e.servesRequests(fn):
		if val := e.dep(v); val.Params == 0 {
			return val.at(Init).with(Late)
		}
		return unknown
	}
	// A setter: whoever calls it decides. Calls in this package are known; an exported one may have others.
	for _, call := range e.callers[fn] {
		if e.servesRequests(call.Parent()) {
			return unknown
		}
	}
	return Dep{Stage: Init, Flags: Mutable | Late}
}

// choice is the binding time of the conditions that decide which edge of a phi is taken.
func (e *engine) choice(phi *ssa.Phi) (d Dep) {
	join := phi.Block()
	top := join.Idom()
	for i, pred := range join.Preds {
		if c, ok := phi.Edges[i].(*ssa.Const); ok && c.IsNil() {
			continue // the nil of an error path
		}
		if join.Dominates(pred) {
			d = d.join(e.rounds(phi))
			continue
		}
		for b := pred; b != nil; b = b.Idom() {
			if cond := condition(b); cond != nil {
				d = d.join(e.dep(cond)).with(Branching)
			}
			if b == top {
				break
			}
		}
	}
	return d
}

// rounds is the binding time of how often a loop goes round, for a variable that it changes. In the loop itself each
// round has its own value, whether or not another one follows.
func (e *engine) rounds(phi *ssa.Phi) (d Dep) {
	head := phi.Block()
	inLoop := func(b *ssa.BasicBlock) bool { return b == head || e.reachable(head)[b] && e.reachable(b)[head] }
	outside := slices.ContainsFunc(*phi.Referrers(), func(ref ssa.Instruction) bool { return !inLoop(ref.Block()) })
	for _, b := range head.Parent().Blocks { // in order: what is asked first may decide how a cycle is cut
		if cond := condition(b); cond != nil && inLoop(b) && (outside || b == head) {
			d = d.join(e.dep(cond)).with(Branching)
		}
	}
	return d
}

// control is the binding time of the conditions under which an instruction runs once def has run. For a reader in the
// same function an early return does not count: whoever passes it has passed the instruction too. For one outside it does.
func (e *engine) control(instr ssa.Instruction, def *ssa.BasicBlock, outside bool) (d Dep) {
	at := instr.Block()
	if def != nil && def.Parent() != at.Parent() {
		def = nil
	}
	for b := at; b != def && b.Idom() != nil; b = b.Idom() {
		top := b.Idom()
		cond := condition(top)
		if cond == nil || !e.meetAgain(top, b, at) && !(outside && e.leaves(top, b)) {
			continue
		}
		d = d.join(e.dep(cond)).with(Branching)
	}
	return d
}

// leaves reports whether the branch at top can lead round b out of the function. A return with an error does not count:
// what the function was to set is not used then.
func (e *engine) leaves(top, b *ssa.BasicBlock) bool {
	seen := map[*ssa.BasicBlock]bool{b: true}
	work := []*ssa.BasicBlock{top}
	for len(work) > 0 {
		x := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[x] {
			continue
		}
		seen[x] = true
		if ret, ok := x.Instrs[len(x.Instrs)-1].(*ssa.Return); ok && !returnsFailure(ret) {
			return true
		}
		work = append(work, x.Succs...)
	}
	return false
}

func returnsFailure(ret *ssa.Return) bool {
	if len(ret.Results) == 0 {
		return false
	}
	last := ret.Results[len(ret.Results)-1]
	c, ok := last.(*ssa.Const)
	return isError(last.Type()) && !(ok && c.IsNil())
}

// meetAgain reports whether the path from top that avoids via comes together again with what follows at.
func (e *engine) meetAgain(top, via, at *ssa.BasicBlock) bool {
	after := e.reachable(at)
	for _, succ := range top.Succs {
		if succ == via || succ.Dominates(at) {
			continue
		}
		if after[succ] {
			return true
		}
		for b := range e.reachable(succ) {
			if after[b] {
				return true
			}
		}
	}
	return false
}

func (e *engine) reachable(from *ssa.BasicBlock) map[*ssa.BasicBlock]bool {
	if r, ok := e.reach[from]; ok {
		return r
	}
	r := map[*ssa.BasicBlock]bool{}
	work := append([]*ssa.BasicBlock(nil), from.Succs...)
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if !r[b] {
			r[b] = true
			work = append(work, b.Succs...)
		}
	}
	e.reach[from] = r
	return r
}

func condition(b *ssa.BasicBlock) ssa.Value {
	if len(b.Instrs) == 0 {
		return nil
	}
	if br, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok {
		return br.Cond
	}
	return nil
}

func constString(c *ssa.Const) string {
	if c.Value == nil || c.Value.Kind() != constant.String {
		return ""
	}
	return constant.StringVal(c.Value)
}

// result is the binding time of one result of a call.
func (e *engine) result(call *ssa.Call, index int) Dep {
	c := call.Common()
	if b, ok := c.Value.(*ssa.Builtin); ok {
		if b.Name() == "recover" {
			return unknown
		}
		return e.joinAll(c.Args...)
	}
	if c.IsInvoke() && e.callerKnows(c) {
		return e.joinAll(c.Args...).join(e.dep(c.Value)).with(Asks)
	}
	targets := e.targets(c)
	if len(targets) == 0 || !e.allKnown(c) {
		return unknown
	}
	var d Dep
	for _, t := range targets {
		d = d.join(e.resultOf(call, t, index))
	}
	if len(targets) > 1 {
		d = d.with(Branching)
	}
	return d
}

// allKnown reports whether the targets of a call are all that it can run: a parameter of an exported function may be
// anything, whatever this package passes.
func (e *engine) allKnown(c *ssa.CallCommon) bool {
	if !c.IsInvoke() && c.StaticCallee() != nil {
		return true
	}
	return !slices.ContainsFunc(e.origins(c.Value), func(o ssa.Value) bool {
		switch o := o.(type) {
		case *ssa.Parameter:
			return e.open(o.Parent())
		case *ssa.Call:
			return len(e.onceFunc(o)) == 0
		}
		return false
	})
}

// open reports whether fn may have callers that are not static calls in this package.
func (e *engine) open(fn *ssa.Function) bool {
	obj := objectOf(fn)
	return obj == nil || obj.Exported() || len(e.callers[fn]) == 0
}

func (e *engine) resultOf(call *ssa.Call, t target, index int) Dep {
	args := e.argDeps(call, t)
	if t.obj != nil {
		if d, ok := e.known(call, t.obj, args); ok {
			return d
		}
	}
	if d, ok := e.returnedTo(t, index, args); ok {
		return e.answered(call, t, d)
	}
	d := joinDeps(args)
	if !e.isStd(t.obj) && returnsError(t.obj) && !e.cat.Mentions(t.obj.Pkg().Path()) {
		d = d.with(Remote) // a library function that can fail and that nobody described
	}
	return d
}

// returnedTo is what a caller with these arguments gets as one result, if something is known of the target: of a function
// of this package its returns, whose cycles the solver sees, of another package's its fact.
func (e *engine) returnedTo(t target, index int, args []Dep) (Dep, bool) {
	if t.fn != nil {
		return e.returned(t.fn, index).subst(args), true
	}
	if sum := e.fact(t.obj); sum != nil {
		return sum.result(index, args), true
	}
	return Dep{}, false
}

// answered settles a result that methods of interface parameters return: this caller may know what it passes.
func (e *engine) answered(call *ssa.Call, t target, d Dep) Dep {
	if d.Flags&Asks == 0 {
		return d
	}
	d.Flags &^= Asks
	sum, args := e.summaryOf(t), e.argsFor(call.Common(), t)
	for _, dyn := range sum.Dyn {
		if dyn.Param < 0 || dyn.Param >= len(args) || args[dyn.Param] == nil {
			return unknown
		}
		for _, o := range e.origins(args[dyn.Param]) {
			switch o := o.(type) {
			case *ssa.MakeInterface:
				d = d.join(e.returnedBy(o, dyn.Method))
			case *ssa.Parameter:
				if o.Parent() == call.Parent() {
					d = d.with(Asks)
				}
			default:
				return unknown
			}
		}
	}
	return d
}

// returnedBy is what a method of a known value adds to the binding time of its arguments.
func (e *engine) returnedBy(mi *ssa.MakeInterface, method string) Dep {
	t, ok := e.methodOf(mi, method[strings.LastIndexByte(method, '.')+1:])
	if !ok || t.obj == nil {
		return unknown
	}
	if a := e.cat.Ambient(t.obj); a != nil && a.Binding == catalog.BindRequest && !a.Remote {
		return unknown
	}
	if d, ok := e.returnedTo(t, 0, nil); ok {
		return d
	}
	return Dep{Stage: Init, Flags: Remote}
}

// known is the binding time of a result that the catalogue or a directive describes.
func (e *engine) known(call *ssa.Call, obj *types.Func, args []Dep) (Dep, bool) {
	d := joinDeps(args)
	if loadsShared(obj) {
		return unknown, true
	}
	if a := e.cat.Ambient(obj); a != nil {
		return e.ambient(call, a, d), true
	}
	entry := e.costly(obj)
	switch {
	case entry == nil:
		return Dep{}, false
	case entry.Read && entry.Loses == catalog.Disk:
		d = d.with(File)
	case entry.Read:
		d = d.with(Remote)
	}
	return d.at(Init), true
}

// loadsShared recognises sync.Map.Load, atomic.Value.Load and their like: what they bring may have been stored by any
// request.
func loadsShared(obj *types.Func) bool {
	if obj.Pkg() == nil || obj.Signature().Recv() == nil || obj.Pkg().Path() != "sync" && obj.Pkg().Path() != "sync/atomic" {
		return false
	}
	return strings.HasPrefix(obj.Name(), "Load") || obj.Name() == "Swap"
}

func (e *engine) ambient(call *ssa.Call, a *catalog.Ambient, d Dep) Dep {
	if a.Binding == catalog.BindRequest {
		return unknown
	}
	if strings.HasPrefix(a.Symbol, "os.") && e.setsWhileServing(call) {
		return unknown
	}
	d = d.at(Init)
	if a.Remote {
		d = d.with(Remote)
	}
	if a.Expires {
		d = d.with(Expires)
	}
	if len(e.testEnv) > 0 && strings.HasPrefix(a.Symbol, "os.") {
		key, _ := firstString(call.Common())
		if key == "" || e.testEnv[key] || e.testEnv[""] {
			d = d.with(TestSet)
		}
	}
	return d
}

// setsWhileServing reports whether a handler sets the environment variable that a call reads.
func (e *engine) setsWhileServing(call *ssa.Call) bool {
	return slices.ContainsFunc(e.setenvs, func(set ssa.CallInstruction) bool {
		if !e.servesRequests(set.Parent()) {
			return false
		}
		mine, ok1 := firstString(call.Common())
		other, ok2 := firstString(set.Common())
		return !ok1 || !ok2 || mine == other
	})
}

func firstString(c *ssa.CallCommon) (string, bool) {
	if len(c.Args) == 0 {
		return "", false
	}
	k, ok := c.Args[0].(*ssa.Const)
	if !ok {
		return "", false
	}
	return constString(k), true
}

// result is what a caller with these arguments gets: what the summary says, else something made from all arguments.
func (s *Summary) result(index int, args []Dep) Dep {
	if s.Opaque {
		return unknown
	}
	for _, r := range s.Results {
		if r.Index == index {
			return r.Dep.subst(args)
		}
	}
	return joinDeps(args)
}

func joinDeps(ds []Dep) (d Dep) {
	for _, x := range ds {
		d = d.join(x)
	}
	return d
}

func returnsError(fn *types.Func) bool {
	res := fn.Signature().Results()
	return res.Len() > 0 && isError(res.At(res.Len()-1).Type())
}

// isStd reports whether fn belongs to the standard library.
func (e *engine) isStd(fn *types.Func) bool { return fn.Pkg() == nil || e.isStdPath(fn.Pkg().Path()) }

// within reports whether path is root or below it.
func within(path, root string) bool {
	return path == root || strings.HasPrefix(path, root+"/")
}
