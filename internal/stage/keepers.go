package stage

import (
	"cmp"
	"go/types"
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// Objects cross packages: one builds a client, a second keeps it in a field, the handlers of a third use it. What keeps an
// object, a keeper, is therefore known by a name: a package variable by its package and its own name, a field by the type
// that declares it. Functions say in their facts which keepers they read. The package that builds at start-up imports
// those that use what it builds, so it can tell who needs it.

// A Read says that a function reads a keeper.
type Read struct {
	Keeper string
	Spare  bool `json:",omitzero"` // there is a way through the function that works without
	Text   bool `json:",omitzero"` // the keeper holds text, of which Spare is not told: it is read all over the place
	Later  bool `json:",omitzero"` // not the call reads it, but a function may that the call gives to others
}

// Wants is what a call may come to of what start-up built.
type Wants struct {
	Keepers []Read `json:",omitzero"` // what it reads, sorted
	Asks    []Ask  `json:",omitzero"` // what it asks of interfaces that its package does not resolve, sorted: what is there reads more
	Blind   bool   `json:",omitzero"` // it may run what its package does not know, and the others are not all
}

// An Ask says that a call may come to a method of an interface.
type Ask struct {
	Method string // FullName
	Spare  bool   `json:",omitzero"` // as in Read
}

// A Fill is a value that a call puts into an interface, seen through one of its methods that wants something.
type Fill struct {
	Type, Method string // as in Impl
	Wants
}

// untold stands for the fills that a summary has no place for: any method may be one of theirs.
var untold = Fill{Wants: Wants{Blind: true}}

const (
	maxWants = 200 // beyond them a function reads anything
	maxFills = 128
)

func globalKeeper(v *types.Var) string {
	if v.Pkg() == nil {
		return ""
	}
	return v.Pkg().Path() + "." + v.Name()
}

// fieldKeeper names a field of a struct. A type without a name, which no other package mentions, has the place of its
// field instead.
func (e *engine) fieldKeeper(t types.Type, field int) (string, *types.Var) {
	t = deref(t)
	v := t.Underlying().(*types.Struct).Field(field)
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil || n.Obj().Parent() != n.Obj().Pkg().Scope() {
		return e.pass.Fset.Position(v.Pos()).String(), v
	}
	return n.Obj().Pkg().Path() + "." + n.Obj().Name() + "." + v.Name(), v
}

// follows reports whether the functions of a package say in facts what they read: those of the code that is analysed.
func (e *engine) follows(pkg *types.Package) bool {
	switch {
	case pkg == nil || e.isStdPath(pkg.Path()):
		return false
	case pkg == e.pass.Pkg:
		return true
	case e.pass.Module != nil && e.pass.Module.Path != "" && within(pkg.Path(), e.pass.Module.Path):
		return true
	case e.cat.Mentions(pkg.Path()):
		return false // a library, wherever it lies
	case e.pass.Module == nil || e.pass.Module.Path == "":
		return true
	}
	return slices.ContainsFunc(e.modules, func(m string) bool { return within(pkg.Path(), m) })
}

// An outside is an instruction that reads a keeper by way of another package's function.
type outside struct {
	instr ssa.Instruction
	Read
}

// indexOutside notes what an instruction reads by way of other packages' functions.
func (n *needs) indexOutside(instr ssa.Instruction) {
	var called *types.Func
	if call, ok := instr.(ssa.CallInstruction); ok {
		targets := n.e.targets(call.Common())
		for _, t := range targets {
			if t.fn == nil {
				n.addOutside(instr, t.obj, false, len(targets) > 1)
			}
		}
		called = callee(call.Common())
		n.indexDyn(call, targets)
	}
	for _, op := range instr.Operands(nil) {
		fn, ok := (*op).(*ssa.Function)
		if !ok {
			continue
		}
		for _, t := range n.e.targetOf(fn, nil) {
			if t.fn == nil && t.obj != nil && t.obj != called && !n.e.isRootFunc(t.obj) {
				n.addOutside(instr, t.obj, true, false)
			}
		}
	}
	if mi, ok := instr.(*ssa.MakeInterface); ok && n.leaves(mi.Type()) {
		named, ok := types.Unalias(deref(mi.X.Type())).(*types.Named)
		if !ok || named.Obj().Pkg() == n.e.pass.Pkg || !n.e.follows(named.Obj().Pkg()) {
			return
		}
		for m := range named.Methods() {
			n.addOutside(instr, m, true, false)
		}
	}
}

// leaves reports whether an interface is one by which libraries call methods. Of the program's own the calls are known.
func (n *needs) leaves(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return leavesPackage(t, n.e.pass.Pkg) && !(ok && n.e.follows(named.Obj().Pkg()))
}

func (n *needs) addOutside(instr ssa.Instruction, fn *types.Func, later, spare bool) {
	sum := n.e.fact(fn)
	if sum == nil || !n.e.follows(fn.Pkg()) {
		return
	}
	n.blind[instr.Parent()] = n.blind[instr.Parent()] || sum.Blind || sum.Opaque
	for _, a := range sum.Asks {
		n.ask(instr, a.Method, spare || a.Spare)
	}
	for _, r := range sum.Keepers {
		r.Later, r.Spare = r.Later || later, r.Spare || spare && !r.Text
		n.isHolder[r.Keeper] = !r.Text
		n.outside[r.Keeper] = append(n.outside[r.Keeper], outside{instr, r})
	}
}

// A dynCall comes to a call through an interface, itself or in another package's function.
type dynCall struct {
	instr  ssa.Instruction
	partly bool
}

func (n *needs) ask(instr ssa.Instruction, method string, partly bool) {
	n.dyn[method] = append(n.dyn[method], dynCall{instr, partly})
	if fn := instr.Parent(); !slices.Contains(n.asks[fn], method) {
		n.asks[fn] = append(n.asks[fn], method)
	}
}

// indexDyn notes calls through interfaces whose targets only the values tell that the program puts there, and calls of
// func values of which nothing is known.
func (n *needs) indexDyn(call ssa.CallInstruction, targets []target) {
	c := call.Common()
	switch {
	case c.IsInvoke():
		if n.e.follows(c.Method.Pkg()) && (len(targets) == 0 || n.e.pass.Pkg.Name() != "main") { // others may put more there
			n.ask(call, c.Method.FullName(), len(targets) > 0)
		}
	case len(targets) == 0 && n.blindCall(c):
		n.blind[call.Parent()] = true
	}
}

// blindCall reports whether a call may run a function of another package that this one does not know. A parameter is
// none: whoever passes a function is taken to call it. Nor is what a library returned, such as a cancel function.
func (n *needs) blindCall(c *ssa.CallCommon) bool {
	if _, ok := c.Value.(*ssa.Builtin); ok {
		return false
	}
	if ofParameter(c.Value, 0) {
		return false
	}
	origins := n.e.origins(c.Value)
	return len(origins) == 0 || slices.ContainsFunc(origins, func(o ssa.Value) bool {
		call, ok := o.(*ssa.Call)
		if !ok {
			return false
		}
		obj := callee(call.Common())
		return obj == nil || n.e.follows(obj.Pkg())
	})
}

// ofParameter reports whether v is a parameter, or what one holds: for _, opt := range opts { opt(c) }.
func ofParameter(v ssa.Value, depth int) bool {
	if depth > 10 {
		return false
	}
	switch v := v.(type) {
	case *ssa.Parameter:
		return true
	case *ssa.UnOp:
		return ofParameter(v.X, depth+1)
	case *ssa.IndexAddr:
		return ofParameter(v.X, depth+1)
	case *ssa.FieldAddr:
		_, isPtr := v.X.(*ssa.Parameter)
		return isPtr && v.X.(*ssa.Parameter).Parent().Signature.Recv() == nil
	case *ssa.Slice:
		return ofParameter(v.X, depth+1)
	case *ssa.ChangeType:
		return ofParameter(v.X, depth+1)
	}
	return false
}

// isRootFunc reports whether fn is a handler that this package registers.
func (e *engine) isRootFunc(fn *types.Func) bool {
	return slices.ContainsFunc(e.roots, func(r root) bool { return r.t.obj != nil && r.t.obj == fn })
}

// readersOf lists the places that read one of the keepers by way of other packages' functions.
func (n *needs) readersOf(keepers map[string]*types.Var) (out []outside) {
	for k := range keepers {
		out = append(out, n.outside[k]...)
	}
	for method, calls := range n.dyn {
		for _, r := range n.e.filled(method, keepers) {
			for _, c := range calls {
				out = append(out, outside{c.instr, Read{Keeper: r.Keeper, Spare: r.Spare || c.partly && !r.Text}})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b outside) int { return cmp.Compare(a.instr.Pos(), b.instr.Pos()) })
	return out
}

// filled lists what calls of an interface's method read of some keepers, whatever the program puts into the interface, and
// into those whose methods are called from there.
func (e *engine) filled(method string, keepers map[string]*types.Var) []Read {
	return e.filledBut(method, keepers, map[string]bool{})
}

func (e *engine) filledBut(method string, keepers map[string]*types.Var, asked map[string]bool) (out []Read) {
	asked[method] = true
	types := map[string]bool{}
	for _, f := range e.fills {
		if f.Method != method {
			continue
		}
		types[f.Type] = true
		for _, r := range f.Keepers {
			if _, ok := keepers[r.Keeper]; ok {
				out = append(out, r)
			}
		}
		for _, inner := range f.Asks {
			if !asked[inner.Method] {
				out = append(out, e.filledBut(inner.Method, keepers, asked)...)
			}
		}
	}
	for i := range out {
		out[i].Spare = out[i].Spare || len(types) > 1 && !out[i].Text
	}
	return out
}

// unsure reports whether a call of an interface's method may run what nobody knows.
func (e *engine) unsure(method string, asked map[string]bool) bool {
	asked[method] = true
	return slices.ContainsFunc(e.fills, func(f Fill) bool {
		if f.Method != method && f.Method != untold.Method {
			return false
		}
		return f.Blind || slices.ContainsFunc(f.Asks, func(inner Ask) bool { return !asked[inner.Method] && e.unsure(inner.Method, asked) })
	})
}

// isBlind reports whether fn, itself or by way of interfaces, may run what nobody knows. It is asked once all packages'
// fills are there.
func (n *needs) isBlind(fn *ssa.Function) bool {
	if n.unsure == nil {
		n.unsure = maps.Clone(n.blind)
		for method, calls := range n.dyn {
			if !n.e.unsure(method, map[string]bool{}) {
				continue
			}
			for _, c := range calls {
				n.unsure[c.instr.Parent()] = true
			}
		}
	}
	return n.unsure[fn]
}

// wantsOf is what a call of fn wants, for other packages.
func (n *needs) wantsOf(fn *ssa.Function) Wants {
	known, ok := n.facts[fn]
	if !ok {
		known = n.gatherWants(fn)
		n.facts[fn] = known
	}
	return known
}

func (n *needs) gatherWants(fn *ssa.Function) (out Wants) {
	all, now := n.worksOf(fn)
	found, asks := map[string]bool{}, map[string]bool{} // keeper: later
	for i, f := range all {
		out.Blind = out.Blind || n.blind[f] || i < now && n.routes(f)
		for k, later := range n.direct(f) {
			later = later || i >= now
			if before, ok := found[k]; !ok || before {
				found[k] = later
			}
		}
		for _, m := range n.asks[f] {
			asks[m] = true
		}
		if len(found)+len(asks) > maxWants {
			return Wants{Blind: true}
		}
	}
	for _, k := range slices.Sorted(maps.Keys(found)) { // in order: what stops at a recursion depends on who asked first
		spare := n.isHolder[k] && n.pathsAround(k).avoid(fn) > idle
		out.Keepers = append(out.Keepers, Read{k, spare, !n.isHolder[k], found[k]})
	}
	for _, m := range slices.Sorted(maps.Keys(asks)) {
		out.Asks = append(out.Asks, Ask{m, n.pathsPast(m).avoid(fn) > idle})
	}
	return out
}

// wantsOf is what a call of a target wants.
func (e *engine) wantsOf(t target) Wants {
	if t.fn != nil {
		return e.needs().wantsOf(t.fn)
	}
	sum := e.fact(t.obj)
	if sum == nil {
		return Wants{}
	}
	w := sum.Wants
	w.Blind = w.Blind || sum.Opaque
	return w
}

// direct says what the body of fn reads, itself or by calls of other packages' functions, and what of it only later.
func (n *needs) direct(fn *ssa.Function) map[string]bool {
	if n.bodies == nil {
		n.bodies = map[*ssa.Function]map[string]bool{}
		add := func(fn *ssa.Function, k string, later bool) {
			m := n.bodies[fn]
			if m == nil {
				m = map[string]bool{}
				n.bodies[fn] = m
			}
			if before, ok := m[k]; !ok || before {
				m[k] = later
			}
		}
		for k, instrs := range n.reads {
			for _, instr := range instrs {
				if v, ok := instr.(ssa.Value); n.isShared[k] && !(ok && isTestOrClose(v)) {
					add(instr.Parent(), k, false)
				}
			}
		}
		for k, outs := range n.outside {
			for _, o := range outs {
				add(o.instr.Parent(), k, o.Later)
			}
		}
	}
	return n.bodies[fn]
}

// callsOf is what runs in the course of a call of fn.
func (n *needs) callsOf(fn *ssa.Function) map[*ssa.Function]bool {
	return closureOf([]*ssa.Function{fn}, n.callEdges)
}

// worksOf lists what runs in the course of a call of fn, that many functions of which are now, and then what these make or
// mention, handlers aside: they run for requests. It is asked for each exported function, and makes no set of its own.
func (n *needs) worksOf(fn *ssa.Function) (all []*ssa.Function, now int) {
	n.round++
	add := func(fns []*ssa.Function) {
		for _, f := range fns {
			if f != nil && n.rounds[f] != n.round {
				n.rounds[f] = n.round
				all = append(all, f)
			}
		}
	}
	add([]*ssa.Function{fn})
	for i := 0; i < len(all); i++ {
		add(n.callEdges(all[i]))
	}
	now = len(all)
	for i := 0; i < len(all); i++ {
		if i >= now {
			add(n.callEdges(all[i]))
		}
		for _, g := range n.handedOut(all[i]) {
			if !n.e.isRoot(g) {
				add([]*ssa.Function{g})
			}
		}
	}
	return all, now
}

// handedOut lists the functions that fn mentions, and the methods of what it gives to libraries.
func (n *needs) handedOut(fn *ssa.Function) (out []*ssa.Function) {
	if out, ok := n.handed[fn]; ok {
		return out
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			out = append(out, n.mentioned(instr)...)
			if mi, ok := instr.(*ssa.MakeInterface); ok && n.leaves(mi.Type()) {
				out = append(out, n.methodsOf(mi)...)
			}
		}
	}
	n.handed[fn] = distinct(out)
	return n.handed[fn]
}

// callEdges lists the functions that fn calls.
func (n *needs) callEdges(fn *ssa.Function) (out []*ssa.Function) {
	if out, ok := n.calls[fn]; ok {
		return out
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(ssa.CallInstruction); ok {
				out = append(out, n.called(call)...)
			}
		}
	}
	n.calls[fn] = distinct(out)
	return n.calls[fn]
}

// distinct removes functions that stand there before.
func distinct(fns []*ssa.Function) []*ssa.Function {
	seen := make(map[*ssa.Function]bool, len(fns))
	return slices.DeleteFunc(fns, func(fn *ssa.Function) bool {
		before := seen[fn]
		seen[fn] = true
		return before
	})
}

// pathsAround looks for ways that do not read one keeper.
func (n *needs) pathsAround(keeper string) *paths {
	p := n.around[keeper]
	if p == nil {
		reads := slices.Clone(n.reads[keeper])
		for _, o := range n.outside[keeper] {
			if !o.Spare {
				reads = append(reads, o.instr)
			}
		}
		p = n.newPaths(false, reads...)
		n.around[keeper] = p
	}
	return p
}

// pathsPast looks for ways that ask nothing of an interface's method.
func (n *needs) pathsPast(method string) *paths {
	p := n.past[method]
	if p == nil {
		var reads []ssa.Instruction
		for _, c := range n.dyn[method] {
			if !c.partly {
				reads = append(reads, c.instr)
			}
		}
		p = n.newPaths(false, reads...)
		n.past[method] = p
	}
	return p
}

// fillsOf lists the methods of a value in an interface that want something.
func (e *engine) fillsOf(mi *ssa.MakeInterface) (out []Fill) {
	iface, ok := mi.Type().Underlying().(*types.Interface)
	if !ok || !e.ours() {
		return nil
	}
	for m := range iface.Methods() {
		if !e.follows(m.Pkg()) {
			continue
		}
		t, ok := e.methodOf(mi, m.Name())
		if !ok {
			continue
		}
		f := Fill{Type: e.typeKey(mi.X.Type()), Method: m.FullName(), Wants: e.wantsOf(t)}
		if len(f.Keepers)+len(f.Asks) > 0 || f.Blind {
			out = append(out, f)
		}
	}
	return out
}

// fillsAsWell lists the methods of an interface to which the value of another one is converted: they ask what those ask.
func (e *engine) fillsAsWell(c *ssa.ChangeInterface) (out []Fill) {
	from, ok1 := c.X.Type().Underlying().(*types.Interface)
	to, ok2 := c.Type().Underlying().(*types.Interface)
	if !ok1 || !ok2 || !e.ours() {
		return nil
	}
	asked := map[string]string{}
	for m := range from.Methods() {
		asked[m.Id()] = m.FullName()
	}
	for m := range to.Methods() {
		if was := asked[m.Id()]; was != "" && was != m.FullName() && e.follows(m.Pkg()) {
			out = append(out, Fill{e.typeKey(c.X.Type()), m.FullName(), Wants{Asks: []Ask{{Method: was}}}})
		}
	}
	return out
}

func (s *Summary) addFills(fs []Fill) {
	for _, f := range fs {
		switch {
		case slices.ContainsFunc(s.Fills, func(o Fill) bool { return o.Type == f.Type && o.Method == f.Method }):
		case len(s.Fills) < maxFills:
			s.Fills = append(s.Fills, f)
		case s.Fills[maxFills-1].Type != "":
			s.Fills[maxFills-1] = untold
		}
	}
}
