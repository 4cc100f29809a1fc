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
	Text   bool `json:",omitzero"` // the keeper holds text, which is read all over the place: no way is told from others by it
	Later  bool `json:",omitzero"` // not the call reads it, but a function may that the call gives to others
}

// Wants is what a call may come to of what start-up built.
type Wants struct {
	Keepers []Read   `json:",omitzero"` // what it reads, sorted
	Asks    []string `json:",omitzero"` // FullNames of the methods that it calls of interfaces which its package does not resolve, sorted: what is there reads more
	Blind   bool     `json:",omitzero"` // it may run what its package does not know, and the others are not all

	// Ways are those through the function that work, each with what it comes to for sure: indices of Keepers, text aside, and
	// from len(Keepers) on of Asks. A way that comes to all of another's is left out. None: all ways come to all.
	Ways [][]int `json:",omitzero"`

	// Spared are the indices of what a choice by what is asked for, or set, leads around.
	Spared []int `json:",omitzero"`
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

// isForeign reports whether a type, or what it points to, is a library's.
func (e *engine) isForeign(t types.Type) bool {
	named, ok := types.Unalias(deref(t)).(*types.Named)
	return ok && named.Obj().Pkg() != nil && !e.follows(named.Obj().Pkg())
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

// An outside is an instruction that comes to what another package's function wants, or to a method of an interface.
type outside struct {
	instr  ssa.Instruction
	wants  Wants
	later  bool // what it gives to others does
	partly bool // or to something else
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
	if mi, ok := instr.(*ssa.MakeInterface); ok && n.leaves(mi) {
		named, ok := types.Unalias(deref(mi.X.Type())).(*types.Named)
		if !ok || named.Obj().Pkg() == n.e.pass.Pkg || !n.e.follows(named.Obj().Pkg()) {
			return
		}
		for m := range named.Methods() {
			n.addOutside(instr, m, true, false)
		}
	}
}

// leaves reports whether libraries may call methods of a value in an interface: of the program's own interfaces the calls are
// known, and whoever takes anything, as fosite's compose.Compose does of a store, may ask for more.
func (n *needs) leaves(mi *ssa.MakeInterface) bool {
	it, ok := mi.Type().Underlying().(*types.Interface)
	if ok && it.NumMethods() == 0 {
		return slices.ContainsFunc(*mi.Referrers(), n.givesToLibrary)
	}
	named, ok := types.Unalias(mi.Type()).(*types.Named)
	return leavesPackage(mi.Type(), n.e.pass.Pkg) && !(ok && n.e.follows(named.Obj().Pkg()))
}

// givesToLibrary reports whether an instruction is the call of a library's function, or puts a value into the list of its
// last arguments.
func (n *needs) givesToLibrary(instr ssa.Instruction) bool {
	switch instr := instr.(type) {
	case ssa.CallInstruction:
		obj := callee(instr.Common())
		return obj != nil && obj.Pkg() != nil && !n.e.isStd(obj) && !n.e.follows(obj.Pkg()) && !isLogger(obj.Pkg().Path())
	case *ssa.Store:
		addr, ok := instr.Addr.(*ssa.IndexAddr)
		if !ok {
			return false
		}
		list, ok := addr.X.(*ssa.Alloc)
		return ok && slices.ContainsFunc(*list.Referrers(), func(ref ssa.Instruction) bool {
			s, ok := ref.(*ssa.Slice)
			return ok && slices.ContainsFunc(*s.Referrers(), n.givesToLibrary)
		})
	}
	return false
}

func (n *needs) addOutside(instr ssa.Instruction, fn *types.Func, later, partly bool) {
	sum := n.e.fact(fn)
	if sum == nil || !n.e.follows(fn.Pkg()) {
		return
	}
	n.blind[instr.Parent()] = n.blind[instr.Parent()] || sum.Blind || sum.Opaque
	if len(sum.Keepers)+len(sum.Asks) > 0 {
		n.add(&outside{instr, sum.Wants, later, partly})
	}
}

func (n *needs) add(o *outside) {
	n.outsides[o.instr] = append(n.outsides[o.instr], o)
	for _, r := range o.wants.Keepers {
		n.isHolder[r.Keeper] = !r.Text
		n.outside[r.Keeper] = append(n.outside[r.Keeper], o)
	}
	for _, m := range o.wants.Asks {
		n.dyn[m] = append(n.dyn[m], o)
	}
}

// indexDyn notes calls through interfaces whose targets only the values tell that the program puts there, and calls of
// func values of which nothing is known.
func (n *needs) indexDyn(call ssa.CallInstruction, targets []target) {
	c := call.Common()
	switch {
	case c.IsInvoke():
		if n.e.follows(c.Method.Pkg()) && (len(targets) == 0 || n.e.pass.Pkg.Name() != "main") { // others may put more there
			n.add(&outside{instr: call, wants: Wants{Asks: []string{c.Method.FullName()}}, partly: len(targets) > 0})
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

// readersOf lists the places that may come to one of the keepers by way of other packages' functions.
func (n *needs) readersOf(keepers map[string]*types.Var) (out []*outside) {
	add := func(os []*outside) {
		for _, o := range os {
			if !slices.Contains(out, o) {
				out = append(out, o)
			}
		}
	}
	for k := range keepers {
		add(n.outside[k])
	}
	for method, os := range n.dyn {
		if n.e.extentOfCall(method, keepers, map[string]bool{}) != Never {
			add(os)
		}
	}
	slices.SortStableFunc(out, func(a, b *outside) int { return cmp.Compare(a.instr.Pos(), b.instr.Pos()) })
	return out
}

// extentOf is how far a call needs what the keepers hold.
func (e *engine) extentOf(w Wants, keepers map[string]*types.Var, asked map[string]bool) Extent {
	reads := map[int]Extent{}
	for i, r := range w.Keepers {
		if _, ok := keepers[r.Keeper]; ok {
			if r.Text {
				return Always
			}
			reads[i] = Always
		}
	}
	for i, m := range w.Asks {
		if x := e.extentOfCall(m, keepers, asked); x != Never {
			reads[len(w.Keepers)+i] = x
		}
	}
	if len(reads) == 0 {
		return Never
	}
	if len(w.Ways) == 0 {
		for _, x := range reads {
			if x == Always {
				return Always
			}
		}
		return Sometimes
	}
	for i, x := range reads {
		if x == Always && !slices.Contains(w.Spared, i) {
			return Always
		}
	}
	for _, way := range w.Ways {
		if !slices.ContainsFunc(way, func(i int) bool { return reads[i] == Always }) {
			return Sometimes
		}
	}
	return Always
}

// extentOfCall is how far a call of an interface's method needs what the keepers hold, whatever the program puts into the
// interface, and into those whose methods are called from there.
func (e *engine) extentOfCall(method string, keepers map[string]*types.Var, asked map[string]bool) Extent {
	if asked[method] {
		return Never
	}
	asked[method] = true
	defer delete(asked, method)
	found, all := Never, true
	for _, f := range e.fills {
		if f.Method == method {
			x := e.extentOf(f.Wants, keepers, asked)
			found, all = max(found, x), all && x == Always
		}
	}
	if found == Always && !all {
		return Sometimes
	}
	return found
}

// unsure reports whether a call of an interface's method may run what nobody knows.
func (e *engine) unsure(method string, asked map[string]bool) bool {
	asked[method] = true
	return slices.ContainsFunc(e.fills, func(f Fill) bool {
		if f.Method != method && f.Method != untold.Method {
			return false
		}
		return f.Blind || slices.ContainsFunc(f.Asks, func(inner string) bool { return !asked[inner] && e.unsure(inner, asked) })
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
		body := n.direct(f)
		for k, later := range body.keepers {
			later = later || i >= now
			if before, ok := found[k]; !ok || before {
				found[k] = later
			}
		}
		for m := range body.asks {
			asks[m] = true
		}
		if len(found)+len(asks) > maxWants {
			return Wants{Blind: true}
		}
	}
	index := map[string]int{}
	for _, k := range slices.Sorted(maps.Keys(found)) {
		if n.isHolder[k] {
			index[k] = len(out.Keepers)
		}
		out.Keepers = append(out.Keepers, Read{k, !n.isHolder[k], found[k]})
	}
	out.Asks = slices.Sorted(maps.Keys(asks))
	for i, m := range out.Asks {
		index[m] = len(out.Keepers) + i
	}
	if len(index) > 0 {
		out.Ways = n.waysOf(fn, index)
		out.Spared = n.sparedBy(fn, out.Ways, index)
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

// A content is what a function's own text comes to.
type content struct {
	keepers map[string]bool // and whether only later
	asks    map[string]bool
}

// direct is the content of fn, itself or by calls of other packages' functions.
func (n *needs) direct(fn *ssa.Function) content {
	if n.bodies != nil {
		return n.bodies[fn]
	}
	n.bodies = map[*ssa.Function]content{}
	of := func(fn *ssa.Function) content {
		c, ok := n.bodies[fn]
		if !ok {
			c = content{map[string]bool{}, map[string]bool{}}
			n.bodies[fn] = c
		}
		return c
	}
	add := func(fn *ssa.Function, k string, later bool) {
		if before, ok := of(fn).keepers[k]; !ok || before {
			of(fn).keepers[k] = later
		}
	}
	for k, instrs := range n.reads {
		for _, instr := range instrs {
			if n.isShared[k] && !onlyTests(instr) {
				add(instr.Parent(), k, false)
			}
		}
	}
	for instr, os := range n.outsides {
		for _, o := range os {
			for _, r := range o.wants.Keepers {
				add(instr.Parent(), r.Keeper, r.Later || o.later)
			}
			for _, m := range o.wants.Asks {
				of(instr.Parent()).asks[m] = true
			}
		}
	}
	return n.bodies[fn]
}

func onlyTests(instr ssa.Instruction) bool {
	v, ok := instr.(ssa.Value)
	return ok && isTestOrClose(v)
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
			if mi, ok := instr.(*ssa.MakeInterface); ok && n.leaves(mi) {
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
			out = append(out, Fill{e.typeKey(c.X.Type()), m.FullName(), Wants{Asks: []string{was}}})
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
