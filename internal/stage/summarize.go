package stage

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/faaslint/faaslint/internal/catalog"
)

// Bounds on what one summary holds: beyond them there is nothing left to say that a reader would act on.
const (
	maxOps   = 400
	maxDyn   = 64
	maxMakes = 64
	maxVia   = 12
)

// summarize says what a call of fn does, its parameters symbolic. A function that calls itself gets what one round tells.
func (e *engine) summarize(fn *ssa.Function) *Summary {
	if s, ok := e.sums[fn]; ok {
		return s
	}
	s := &Summary{}
	e.sums[fn] = s
	if obj := objectOf(fn); obj != nil && fn.Parent() == nil {
		s.Costly = e.dirs[obj]
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			e.summarizeInstr(s, instr)
		}
	}
	var made map[int][]int
	if e.ours() {
		made = e.keep(fn, s)
	}
	s.Results = e.results(fn, s, made)
	s.Params = e.effects(fn)
	return s
}

func (e *engine) summarizeInstr(s *Summary, instr ssa.Instruction) {
	switch instr := instr.(type) {
	case ssa.CallInstruction:
		e.summarizeCall(s, instr)
	case *ssa.Alloc:
		e.summarizeAlloc(s, instr)
	case *ssa.MakeInterface:
		s.addMakes(e.makes(instr))
		s.addFills(e.fillsOf(instr))
	case *ssa.ChangeInterface:
		s.addFills(e.fillsAsWell(instr))
	}
}

// summarizeAlloc sees &http.Transport{…}: connections are not kept from one transport to the next.
func (e *engine) summarizeAlloc(s *Summary, a *ssa.Alloc) {
	if !a.Heap || a.Comment != "complit" || !isHTTPTransport(a.Type()) {
		return
	}
	op := Op{
		Symbol: "net/http.Transport", What: "HTTP transport", Loses: catalog.Transport, Shared: true,
		Dep: e.dep(a).at(Init), Via: []Frame{e.frameOf(a, a.Pos())},
	}
	e.addOp(s, op, a)
}

func (e *engine) summarizeCall(s *Summary, call ssa.CallInstruction) {
	c := call.Common()
	if _, ok := c.Value.(*ssa.Builtin); ok {
		return
	}
	obj := callee(c)
	if obj != nil && e.summarizeKnown(s, call, obj) {
		return
	}
	targets := e.targets(c)
	if e.callerKnows(c) {
		targets = nil
	}
	for _, t := range targets {
		if t.fn == nil && c.IsInvoke() && e.summarizeLeaf(s, call, t) {
			continue
		}
		e.lift(s, call, t)
	}
	if p, ok := calledParam(c); ok && !c.IsInvoke() {
		s.Calls |= p
	}
	if c.IsInvoke() && len(targets) == 0 {
		e.addDyn(s, call)
	}
}

// callerKnows reports whether what is called is the function's own parameter: each caller lifts what it passes, so that
// none pays for what another one passes.
func (e *engine) callerKnows(c *ssa.CallCommon) bool {
	return isParameter(c.Value) && (!c.IsInvoke() || e.ours() && !e.isStd(c.Method))
}

func isParameter(v ssa.Value) bool { _, ok := v.(*ssa.Parameter); return ok }

// summarizeLeaf sees a costly method of a library behind an interface.
func (e *engine) summarizeLeaf(s *Summary, call ssa.CallInstruction, t target) bool {
	entry := e.costly(t.obj)
	if entry == nil {
		return false
	}
	op := e.leaf(entry, t.obj)
	op.Dep = op.Dep.subst(e.argDeps(call, t))
	op.Via = []Frame{e.frameOf(call, call.Pos())}
	e.addOp(s, op, call)
	return true
}

// calledParam says which parameters a dynamic call may run: those that the called value is or holds.
func calledParam(c *ssa.CallCommon) (uint64, bool) {
	v := c.Value
	if load, ok := v.(*ssa.UnOp); ok {
		v = load.X
	}
	switch v := v.(type) {
	case *ssa.Parameter:
		return param(paramIndex(v)).Params, true
	case *ssa.FreeVar:
		return param(freeIndex(v)).Params, true
	}
	return 0, false
}

// summarizeKnown handles the calls that the catalogue describes, and reports whether that was all there is to say.
func (e *engine) summarizeKnown(s *Summary, call ssa.CallInstruction, obj *types.Func) bool {
	c := call.Common()
	if once := e.cat.Once(obj); once != nil {
		e.summarizeOnce(s, call, obj, once)
		return true
	}
	if calls := e.cat.Calls(obj); calls != nil {
		for i, a := range c.Args {
			if calledArg(calls, obj, i) {
				e.liftValue(s, call, a)
			}
		}
		e.liftFields(s, call, calls)
	}
	if entry := e.costly(obj); entry != nil {
		op := newOp(entry, obj)
		op.Dep, op.Via = e.inputs(entry, obj, c).at(Init), []Frame{e.frameOf(call, call.Pos())}
		if c.IsInvoke() {
			op.Dep = op.Dep.join(e.dep(c.Value))
		}
		e.addOp(s, op, call)
		return true
	}
	if op, ok := e.decoding(call, obj); ok {
		e.addOp(s, op, call)
		return true
	}
	return e.cat.Handler(obj) != nil
}

func calledArg(calls *catalog.Calls, obj *types.Func, i int) bool {
	if obj.Signature().Recv() != nil {
		i--
	}
	for _, a := range calls.Args {
		if a == i || a == -1 && i >= 0 {
			return true
		}
	}
	return false
}

// liftFields runs the functions that fields of the receiver's type hold: cobra's Execute calls RunE.
func (e *engine) liftFields(s *Summary, call ssa.CallInstruction, calls *catalog.Calls) {
	if len(calls.Fields) == 0 || len(call.Common().Args) == 0 {
		return
	}
	recv := call.Common().Args[0]
	st, ok := deref(recv.Type()).Underlying().(*types.Struct)
	if !ok {
		return
	}
	for i := range st.NumFields() {
		for _, name := range calls.Fields {
			if st.Field(i).Name() != name {
				continue
			}
			for _, store := range e.fields[fieldKey{e.typeKey(recv.Type()), i}] {
				e.liftValue(s, call, store.Val)
			}
		}
	}
}

// summarizeOnce handles once.Do(f): what f does is kept as long as its receiver lives.
func (e *engine) summarizeOnce(s *Summary, call ssa.CallInstruction, obj *types.Func, once *catalog.Once) {
	c := call.Common()
	arg, kept := once.Arg, Lives{}
	if obj.Signature().Recv() == nil {
		return // sync.OnceValue(f): the cost is paid where the result is called
	}
	arg++
	kept = e.lives(c.Args[0])
	if kept.forever() || arg >= len(c.Args) {
		return
	}
	sub := &Summary{}
	e.liftValue(sub, call, c.Args[arg])
	for _, op := range sub.Ops {
		if kept.Instance {
			op.Once, op.Guarded = kept, true
		}
		s.addOp(op)
	}
}

// liftValue adds what calling a func value costs that is passed to something which calls it.
func (e *engine) liftValue(s *Summary, call ssa.CallInstruction, v ssa.Value) {
	for _, t := range e.funcsOf(v) {
		e.liftWith(s, call, t, e.calledBack(t), e.calledBackLives(t))
	}
	switch v := v.(type) {
	case *ssa.Parameter:
		s.Calls |= param(paramIndex(v)).Params
	case *ssa.FreeVar:
		s.Calls |= param(freeIndex(v)).Params
	}
}

// calledBack are the arguments of a function that someone else calls: only what it captured is known.
func (e *engine) calledBack(t target) []Dep {
	var args []Dep
	n := 0
	if t.fn != nil {
		n = len(t.fn.Params)
	} else {
		n = t.obj.Signature().Params().Len()
		if t.recv != nil {
			n++
		}
	}
	for i := range n {
		if i == 0 && t.recv != nil {
			args = append(args, e.dep(t.recv))
		} else {
			args = append(args, unknown)
		}
	}
	if t.mc != nil {
		for _, b := range t.mc.Bindings {
			args = append(args, e.dep(b))
		}
	}
	return args
}

func (e *engine) calledBackLives(t target) []Lives {
	var args []Lives
	for i := range len(e.calledBack(t)) {
		switch {
		case i == 0 && t.recv != nil:
			args = append(args, e.lives(t.recv))
		case t.mc != nil && t.fn != nil && i >= len(t.fn.Params):
			args = append(args, e.lives(t.mc.Bindings[i-len(t.fn.Params)]))
		default:
			args = append(args, Lives{})
		}
	}
	return args
}

// lift adds what a call of t costs to the summary of the calling function.
func (e *engine) lift(s *Summary, call ssa.CallInstruction, t target) {
	c := call.Common()
	e.liftWith(s, call, t, e.argDeps(call, t), e.argLives(c, t, map[ssa.Value]bool{}))
	sum := e.summaryOf(t)
	if sum == nil || sum.Calls == 0 {
		return
	}
	args := e.argsFor(c, t)
	for i, v := range args {
		if i < 64 && sum.Calls&(1<<i) != 0 && v != nil {
			e.liftValue(s, call, v)
		}
	}
}

func (e *engine) summaryOf(t target) *Summary {
	if t.fn != nil {
		return e.summarize(t.fn)
	}
	return e.fact(t.obj)
}

func (e *engine) liftWith(s *Summary, call ssa.CallInstruction, t target, deps []Dep, lives []Lives) {
	sum := e.summaryOf(t)
	if sum == nil {
		return
	}
	if t.fn != nil && call.Parent() == t.fn {
		return // recursion adds nothing
	}
	here := e.frameOf(call, call.Pos())
	if e.keptByOnce(call.Common()) {
		return
	}
	for _, op := range sum.Ops {
		if sum.Handler {
			break // reported where the handler is declared
		}
		e.addOp(s, op.lifted(here, deps, lives), call)
	}
	for _, d := range sum.Dyn {
		e.liftDyn(s, call, t, d.lifted(here, deps, lives))
	}
	for _, m := range sum.Makes {
		s.addMakes([]Impl{m.lifted(deps, lives)})
	}
	s.addFills(sum.Fills)
}

// onEveryPath reports whether a call of the function gets to b, unless something fails.
func (e *engine) onEveryPath(b *ssa.BasicBlock) bool {
	return !slices.ContainsFunc(returns(b.Parent()), func(ret *ssa.Return) bool {
		return ret.Block() != b.Parent().Recover && !b.Dominates(ret.Block()) && !afterFailure(ret.Block())
	})
}

// onEveryAnswer reports whether a call of the function gets to b, unless something fails or it refuses: return respond(400, "no id").
func onEveryAnswer(b *ssa.BasicBlock) bool {
	return !slices.ContainsFunc(returns(b.Parent()), func(ret *ssa.Return) bool {
		return ret.Block() != b.Parent().Recover && !b.Dominates(ret.Block()) && !afterFailure(ret.Block()) && !refuses(ret)
	})
}

// refuses reports whether a block that returns answers with a failure. Of the error in a variable nothing is known.
func refuses(ret *ssa.Return) bool {
	known := true
	if n := len(ret.Results); n > 0 {
		switch v := lastStored(ret, ret.Results[n-1]).(type) {
		case *ssa.Phi, *ssa.Parameter:
			known = false
		case *ssa.UnOp:
			_, known = v.X.(*ssa.Global)
		}
	}
	return known && !succeeds(ret) || slices.ContainsFunc(ret.Block().Instrs, func(instr ssa.Instruction) bool {
		call, ok := instr.(ssa.CallInstruction)
		return ok && isFailure(call)
	})
}

// afterFailure recognises what runs only if an error is not nil.
func afterFailure(b *ssa.BasicBlock) bool {
	for ; b.Idom() != nil; b = b.Idom() {
		top := b.Idom()
		cond, ok := condition(top).(*ssa.BinOp)
		if !ok || !isError(cond.X.Type()) {
			continue
		}
		if cond.Op == token.NEQ && b == top.Succs[0] || cond.Op == token.EQL && b == top.Succs[1] {
			return true
		}
	}
	return false
}

// liftDyn resolves a call through an interface that the callee was given, if the caller knows what it gives.
func (e *engine) liftDyn(s *Summary, call ssa.CallInstruction, t target, d Dyn) {
	d.Partly = d.Partly || !onEveryAnswer(call.Block())
	args := e.argsFor(call.Common(), t)
	if d.Param < 0 || d.Param >= len(args) || args[d.Param] == nil {
		d.Param = -1
		s.addDyn(d)
		return
	}
	v := args[d.Param]
	d.Param = -1
	known := false
	for _, o := range e.origins(v) {
		if p, ok := o.(*ssa.Parameter); ok && p.Parent() == call.Parent() {
			d.Param = paramIndex(p)
			continue
		}
		if mi, ok := o.(*ssa.MakeInterface); ok {
			known = true
			impl := e.implOf(mi, d.Method)
			impl.Recv, impl.Lives = e.depIn(call.Parent(), mi.X), e.lives(mi.X)
			ops, dyn := impl.called(d)
			for _, op := range ops {
				e.addOp(s, op, call)
			}
			for _, inner := range dyn {
				s.addDyn(inner)
			}
		}
	}
	if !known || d.Param >= 0 {
		s.addDyn(d)
	}
}

// called is what a call through an interface costs if this is the value in it.
func (m Impl) called(d Dyn) (ops []Op, dyn []Dyn) {
	deps, lives := append([]Dep{m.Recv}, d.Args...), []Lives{m.Lives}
	for _, op := range m.Ops {
		via := op.Via
		op = op.lifted(Frame{}, deps, lives)
		op.Via, op.Partly = append(slices.Clone(d.Via), via...), op.Partly || d.Partly
		ops = append(ops, op)
	}
	for _, inner := range m.Dyn {
		if inner.Method == d.Method {
			continue // a decorator
		}
		via := inner.Via
		inner = inner.lifted(Frame{}, deps, lives)
		inner.Param, inner.Via, inner.Partly = -1, append(slices.Clone(d.Via), via...), inner.Partly || d.Partly
		dyn = append(dyn, inner)
	}
	return ops, dyn
}

// implOf is what a method of a value in an interface costs.
func (e *engine) implOf(mi *ssa.MakeInterface, method string) Impl {
	impl := Impl{Type: e.typeKey(mi.X.Type()), Method: method}
	t, ok := e.methodOf(mi, method[strings.LastIndexByte(method, '.')+1:])
	if !ok {
		return impl
	}
	if t.obj != nil {
		if entry := e.costly(t.obj); entry != nil {
			impl.Ops = []Op{e.leaf(entry, t.obj)}
			return impl
		}
	}
	if sum := e.summaryOf(t); sum != nil && !sum.Handler {
		impl.Ops, impl.Dyn = sum.Ops, sum.Dyn
	}
	return impl
}

// leaf is a costly method in terms of its own parameters; the call through the interface is its place.
func (e *engine) leaf(entry *catalog.Costly, obj *types.Func) Op {
	op := newOp(entry, obj)
	for i := range obj.Signature().Params().Len() {
		if !isContext(obj.Signature().Params().At(i).Type()) {
			op.Dep = op.Dep.join(param(i + 1))
		}
	}
	op.Dep = op.Dep.join(param(0)).at(Init)
	return op
}

// inputs is the binding time of the arguments that decide what is built.
func (e *engine) inputs(entry *catalog.Costly, obj *types.Func, c *ssa.CallCommon) (d Dep) {
	shift := 0
	if obj.Signature().Recv() != nil && !c.IsInvoke() {
		shift = 1
	}
	for i, a := range c.Args {
		if len(entry.Inputs) == 0 || i < shift || slices.Contains(entry.Inputs, i-shift) {
			d = d.join(e.dep(a))
		}
	}
	return d
}

func newOp(entry *catalog.Costly, obj *types.Func) Op {
	op := Op{Symbol: obj.FullName(), What: entry.Noun(obj), Loses: entry.Loses, Read: entry.Read, Shared: entry.Shared, Later: entry.Later}
	if op.What == "" {
		op.What = obj.Name()
	}
	return op
}

// keptByOnce reports whether the call runs a function like the result of sync.OnceValue that the instance keeps.
func (e *engine) keptByOnce(c *ssa.CallCommon) bool {
	if c.IsInvoke() || c.StaticCallee() != nil {
		return false
	}
	return e.keptOnce(c.Value, e.lives(c.Value))
}

func (op Op) lifted(here Frame, deps []Dep, lives []Lives) Op {
	op.Dep = op.Dep.subst(deps)
	if op.Guarded {
		op.Once = op.Once.subst(lives)
		op.Guarded = op.Once.Instance
	}
	op.Via = append([]Frame{here}, op.Via...)
	return op
}

func (d Dyn) lifted(here Frame, deps []Dep, lives []Lives) Dyn {
	d.Recv, d.Lives = d.Recv.subst(deps), d.Lives.subst(lives)
	args := make([]Dep, len(d.Args))
	for i, a := range d.Args {
		args[i] = a.subst(deps)
	}
	d.Args = args
	d.Via = append([]Frame{here}, d.Via...)
	return d
}

func (m Impl) lifted(deps []Dep, lives []Lives) Impl {
	m.Recv, m.Lives = m.Recv.subst(deps), m.Lives.subst(lives)
	return m
}

// addOp adds an operation unless a guard around the instruction keeps its result with the instance.
func (e *engine) addOp(s *Summary, op Op, instr ssa.Instruction) {
	if kept, ok := e.guard(instr); ok {
		if kept.forever() {
			return
		}
		if !op.Guarded && kept.Instance {
			op.Once, op.Guarded = kept, true
		}
	}
	if op.Guarded && op.Once.forever() {
		return
	}
	op.Partly = op.Partly || !e.onEveryPath(instr.Block())
	if len(op.Via) == 1 {
		op.Given = op.Dep.Params != 0
		e.sites[op.Symbol+"@"+op.Site()] = instr
	}
	s.addOp(op)
}

func (s *Summary) addOp(op Op) {
	if len(s.Ops) >= maxOps || len(op.Via) > maxVia {
		return
	}
	for _, o := range s.Ops {
		if o.Symbol == op.Symbol && o.Site() == op.Site() && o.Via[0] == op.Via[0] {
			return
		}
	}
	s.Ops = append(s.Ops, op)
}

func (s *Summary) addDyn(d Dyn) {
	if len(s.Dyn) >= maxDyn || len(d.Via) > maxVia {
		return
	}
	for _, o := range s.Dyn {
		if o.Method == d.Method && o.Via[0] == d.Via[0] {
			return
		}
	}
	s.Dyn = append(s.Dyn, d)
}

func (s *Summary) addMakes(ms []Impl) {
	for _, m := range ms {
		if len(s.Makes) >= maxMakes || s.hasImpl(m) {
			continue
		}
		s.Makes = append(s.Makes, m)
	}
}

func (s *Summary) hasImpl(m Impl) bool {
	for _, o := range s.Makes {
		if o.Type == m.Type && o.Method == m.Method {
			return true
		}
	}
	return false
}

// addDyn notes a call through an interface that only somebody else can resolve. Interfaces of the standard library have
// too many implementations for that.
func (e *engine) addDyn(s *Summary, call ssa.CallInstruction) {
	c := call.Common()
	if !e.ours() || e.isStd(c.Method) || isContext(c.Value.Type()) || c.Method.Pkg() == nil {
		return
	}
	if kept, ok := e.guard(call); ok && kept.forever() {
		return
	}
	d := Dyn{Method: c.Method.FullName(), Param: -1, Recv: e.dep(c.Value), Lives: e.lives(c.Value),
		Partly: !onEveryAnswer(call.Block()), Via: []Frame{e.frameOf(call, call.Pos())}}
	for _, a := range c.Args {
		d.Args = append(d.Args, e.dep(a))
	}
	if p, ok := c.Value.(*ssa.Parameter); ok {
		d.Param = paramIndex(p)
	}
	s.addDyn(d)
}

// ours reports whether the package belongs to the code that is analysed, not to a library that it uses.
func (e *engine) ours() bool { return isOurs(e.pass) }

// makes lists the costly methods of a value that is put into an interface.
func (e *engine) makes(mi *ssa.MakeInterface) (out []Impl) {
	if !e.ours() {
		return nil
	}
	iface, ok := mi.Type().Underlying().(*types.Interface)
	if !ok || iface.NumMethods() == 0 {
		return nil
	}
	named, ok := types.Unalias(deref(mi.X.Type())).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return nil
	}
	for m := range iface.Methods() {
		if e.isStd(m) {
			continue
		}
		impl := e.implOf(mi, m.FullName())
		if len(impl.Ops)+len(impl.Dyn) == 0 {
			continue
		}
		impl.Recv, impl.Lives = e.dep(mi.X), e.lives(mi.X)
		out = append(out, impl)
	}
	return out
}

// argDeps is the binding time of what the parameters and captured variables of a target get from a call.
func (e *engine) argDeps(call ssa.CallInstruction, t target) (out []Dep) {
	for _, v := range e.argsFor(call.Common(), t) {
		out = append(out, e.depIn(call.Parent(), v))
	}
	return out
}

// depIn is the binding time of v for a reader in fn. What another function's parameters decide is not known there.
func (e *engine) depIn(fn *ssa.Function, v ssa.Value) Dep {
	d := e.dep(v)
	if d.Params == 0 || ownerOf(v) == nil || ownerOf(v) == fn {
		return d
	}
	if e.servesRequests(ownerOf(v)) {
		return unknown
	}
	d.Params = 0 // made before any request
	return d.at(Init)
}

func ownerOf(v ssa.Value) *ssa.Function {
	if m, ok := v.(interface{ Parent() *ssa.Function }); ok {
		return m.Parent()
	}
	return nil
}

// results says how the results of fn are bound, where that is not plain.
func (e *engine) results(fn *ssa.Function, s *Summary, made map[int][]int) (out []Returned) {
	for i := range fn.Signature.Results().Len() {
		r := Returned{Index: i, Dep: e.returned(fn, i)}
		vals := returnedValues(fn, i)
		r.Lives = e.livesAll(vals, map[ssa.Value]bool{})
		r.From = e.from(vals, s)
		r.Made = made[i]
		r.Ops, r.Dyn = e.returnedOps(vals)
		if isError(fn.Signature.Results().At(i).Type()) && r.Dep.Stage < Request && r.Dep.Flags&^Branching == 0 {
			continue // nobody builds anything from an error
		}
		if r.Dep != e.plain(fn) || r.Lives.Instance || len(r.From)+len(r.Made)+len(r.Ops)+len(r.Dyn) > 0 {
			out = append(out, r)
		}
	}
	return out
}

// A result names one result of a function.
type result struct {
	fn    *ssa.Function
	index int
}

// returned is the binding time of one result of fn, its parameters symbolic.
func (e *engine) returned(fn *ssa.Function, index int) Dep {
	return e.deps.solve(result{fn, index}, func() Dep {
		vals := returnedValues(fn, index)
		d := e.joinAll(vals...)
		if len(vals) > 1 && !isError(fn.Signature.Results().At(index).Type()) {
			d = d.join(e.returnChoice(fn))
		}
		return d
	})
}

// returnedValues are what fn returns as one result, without the nil that comes with an error.
func returnedValues(fn *ssa.Function, index int) (vals []ssa.Value) {
	for _, ret := range returns(fn) {
		if index >= len(ret.Results) {
			break // the call of a function without results is a value too
		}
		v := ret.Results[index]
		if c, ok := v.(*ssa.Const); ok && (c.IsNil() || c.Value == nil) {
			continue
		}
		vals = append(vals, v)
	}
	return vals
}

// plain is the binding time that a caller assumes of a result without a summary.
func (e *engine) plain(fn *ssa.Function) (d Dep) {
	for _, p := range fn.Params {
		if !isContext(p.Type()) {
			d = d.join(param(paramIndex(p)))
		}
	}
	return d
}

// returnChoice is the binding time of the conditions that decide which return is reached.
func (e *engine) returnChoice(fn *ssa.Function) (d Dep) {
	for _, b := range fn.Blocks {
		if cond := condition(b); cond != nil {
			d = d.join(e.dep(cond)).with(Branching)
		}
	}
	return d
}

func returns(fn *ssa.Function) (out []*ssa.Return) {
	for _, b := range fn.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok {
			out = append(out, ret)
		}
	}
	return out
}

// from lists the operations of the summary whose object one of the values is or holds.
func (e *engine) from(vals []ssa.Value, s *Summary) (out []int) {
	seen := map[ssa.Value]bool{}
	sites := map[string]bool{}
	var walk func(v ssa.Value)
	walk = func(v ssa.Value) {
		if v == nil || seen[v] || len(seen) > 300 {
			return
		}
		seen[v] = true
		switch v := v.(type) {
		case *ssa.Call:
			sites[siteOf(e.frameOf(v, v.Pos()))] = true
		case *ssa.Extract:
			walk(v.Tuple)
		case *ssa.Phi, *ssa.MakeInterface, *ssa.ChangeType, *ssa.ChangeInterface, *ssa.TypeAssert:
			for _, op := range v.(ssa.Instruction).Operands(nil) {
				walk(*op)
			}
		case *ssa.UnOp:
			if v.Op == token.MUL {
				walk(v.X)
			}
		case *ssa.Alloc:
			walkStored(v, walk)
		case *ssa.FieldAddr:
			for _, s := range e.storesTo(v) {
				walk(s.Val)
			}
		}
	}
	for _, v := range vals {
		walk(v)
	}
	for i, op := range s.Ops {
		if sites[siteOf(op.Via[0])] {
			out = append(out, i)
		}
	}
	return out
}

func siteOf(f Frame) string { return (&Op{Via: []Frame{f}}).Site() }

// walkStored visits what is stored in a local variable or in a field of it.
func walkStored(a *ssa.Alloc, visit func(ssa.Value)) {
	for _, ref := range *a.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Store:
			if ref.Addr == a {
				visit(ref.Val)
			}
		case *ssa.FieldAddr:
			for _, s := range directStores(ref) {
				visit(s.Val)
			}
		}
	}
}

// keptByClosure lengthens the lives of what a returned function holds: an object that its maker built lives as long as
// the function does.
func (e *engine) keptByClosure(t target, lives []Lives) {
	params := len(lives)
	if t.mc != nil {
		params -= len(t.mc.Bindings)
	}
	for i := range lives {
		if (i >= params || i == 0 && t.recv != nil) && !lives[i].Instance {
			lives[i] = long
		}
	}
}

// returnedOps is what calling the returned functions or handlers costs.
func (e *engine) returnedOps(vals []ssa.Value) ([]Op, []Dyn) {
	sum := &Summary{}
	for _, v := range vals {
		if _, ok := v.Type().Underlying().(*types.Signature); !ok && !isHandlerInterface(v.Type()) {
			continue
		}
		for _, t := range e.handlerTargets(v) {
			inner := e.summaryOf(t)
			if inner == nil {
				continue
			}
			deps, lives := e.calledBack(t), e.calledBackLives(t)
			e.keptByClosure(t, lives)
			for _, op := range inner.Ops {
				via := op.Via
				op = op.lifted(Frame{}, deps, lives)
				op.Via = via
				sum.addOp(op)
			}
			for _, d := range inner.Dyn {
				via := d.Via
				d = d.lifted(Frame{}, deps, lives)
				d.Via = via
				sum.addDyn(d)
			}
		}
	}
	return sum.Ops, sum.Dyn
}

// effects says what fn does to the objects that it is given.
func (e *engine) effects(fn *ssa.Function) (out []Effect) {
	for i, p := range fn.Params {
		if !mayHold(p.Type()) || isContext(p.Type()) {
			continue
		}
		f := Effect{Index: i}
		e.effectOn(p, &f, map[ssa.Value]bool{})
		if e.ours() {
			f.Kept = e.keptParam(p)
		}
		if f.Closes || f.Keeps || f.Mutates || f.Fills || len(f.Kept) > 0 {
			out = append(out, f)
		}
	}
	return out
}

func (e *engine) effectOn(v ssa.Value, f *Effect, seen map[ssa.Value]bool) {
	if seen[v] || v.Referrers() == nil || len(seen) > 200 {
		return
	}
	seen[v] = true
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Store:
			if ref.Addr == v {
				f.Mutates = true
			} else if _, local := ref.Addr.(*ssa.Alloc); !local {
				f.Keeps = true
			}
		case *ssa.MapUpdate:
			f.Mutates = f.Mutates || ref.Map == v
			f.Keeps = f.Keeps || ref.Value == v
		case *ssa.FieldAddr:
			if len(directStores(ref)) > 0 {
				f.Mutates = true
			}
		case *ssa.MakeInterface, *ssa.ChangeType, *ssa.Phi, *ssa.ChangeInterface, *ssa.Slice:
			e.effectOn(ref.(ssa.Value), f, seen)
		case *ssa.Return:
			f.Keeps = true
		case ssa.CallInstruction:
			e.effectOfCall(v, ref, f)
		}
	}
}

func (e *engine) effectOfCall(v ssa.Value, call ssa.CallInstruction, f *Effect) {
	c := call.Common()
	obj := callee(c)
	if obj == nil {
		return
	}
	recv := c.IsInvoke() && c.Value == v || !c.IsInvoke() && obj.Signature().Recv() != nil && len(c.Args) > 0 && c.Args[0] == v
	if recv && closeNames[obj.Name()] {
		f.Closes = true
		return
	}
	for _, t := range e.targets(c) {
		sum := e.summaryOf(t)
		if sum == nil {
			f.Fills = f.Fills || e.cat.Costly(t.obj) == nil && takesInterface(c, t.obj, v)
			continue
		}
		args := e.argsFor(c, t)
		for _, p := range sum.Params {
			if p.Index < len(args) && args[p.Index] == v {
				f.Closes, f.Keeps, f.Mutates, f.Fills = f.Closes || p.Closes, f.Keeps || p.Keeps, f.Mutates || p.Mutates, f.Fills || p.Fills
			}
		}
	}
}

// closeNames are the methods that end an object, whatever its type.
var closeNames = map[string]bool{"Close": true, "Disconnect": true, "Shutdown": true, "Stop": true, "Release": true, "Drain": true, "CloseIdleConnections": true}

// costly is what the catalogue or a directive says of a function.
func (e *engine) costly(obj *types.Func) *catalog.Costly {
	if entry := e.cat.Costly(obj); entry != nil {
		return entry
	}
	if entry := e.dirs[obj]; entry != nil {
		return entry
	}
	if sum := e.fact(obj); sum != nil {
		return sum.Costly
	}
	return nil
}

// fact is the summary of another package's function, nil for none: the call is cheap.
func (e *engine) fact(obj *types.Func) *Summary {
	if obj == nil || obj.Pkg() == nil || obj.Pkg() == e.pass.Pkg {
		return nil
	}
	if s, ok := e.facts[obj]; ok {
		return s
	}
	var s *Summary
	if r := new(Record); e.pass.ImportObjectFact(obj, r) {
		s = r.summary()
	}
	e.facts[obj] = s
	return s
}

// isStdPath reports whether path is a package of the standard library.
func (e *engine) isStdPath(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return stdRoots[first] && !(e.pass.Module != nil && within(path, e.pass.Module.Path))
}

// stdRoots are the folders below GOROOT/src of Go 1.26.
var stdRoots = map[string]bool{
	"archive": true, "bufio": true, "builtin": true, "bytes": true, "cmp": true, "compress": true, "container": true, "context": true,
	"crypto": true, "database": true, "debug": true, "embed": true, "encoding": true, "errors": true, "expvar": true, "flag": true,
	"fmt": true, "go": true, "hash": true, "html": true, "image": true, "index": true, "internal": true, "io": true, "iter": true,
	"log": true, "maps": true, "math": true, "mime": true, "net": true, "os": true, "path": true, "plugin": true, "reflect": true,
	"regexp": true, "runtime": true, "slices": true, "sort": true, "strconv": true, "strings": true, "structs": true, "sync": true,
	"syscall": true, "testing": true, "text": true, "time": true, "unicode": true, "unique": true, "unsafe": true, "vendor": true, "weak": true,
}
