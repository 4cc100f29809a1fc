package stage

import (
	"cmp"
	"fmt"
	"go/token"
	"go/types"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// needs answers which handlers of the package read what was built before. What may run is taken too large, so that
// Never is true; what must run is taken too large as well, so that Sometimes is.
type needs struct {
	e       *engine
	units   []*unit
	edges   map[*ssa.Function][]*ssa.Function
	escaped map[*ssa.Function]bool       // what other packages may call whenever they like
	reads   map[string][]ssa.Instruction // of keepers, stores aside

	// Reads by way of other packages.
	outsides  map[ssa.Instruction][]*outside
	outside   map[string][]*outside  // by keeper
	dyn       map[string][]*outside  // by method of an interface that this package does not resolve
	blind     map[*ssa.Function]bool // functions that may call what this package does not know
	unsure    map[*ssa.Function]bool // isBlind
	isShared  map[string]bool        // keepers that facts speak of
	isHolder  map[string]bool        // of these, those that may hold more than text
	calls     map[*ssa.Function][]*ssa.Function
	bodies    map[*ssa.Function]content
	doings    map[*ssa.BasicBlock]*doings
	dries     map[bool]*paths
	comers    map[*ssa.Function][]*ssa.Function // comingTo
	routers   map[*ssa.Function]bool            // bodies that hand requests on
	handed    map[*ssa.Function][]*ssa.Function // handedOut
	rounds    map[*ssa.Function]int             // when worksOf last met a function
	round     int
	facts     map[*ssa.Function]Wants
	names     map[string]int // of keepers and methods, for trails
	passed    map[*ssa.Function]trails
	anyRead   *paths
	pathsOf   map[string]*paths            // pathsBy
	loops     map[*ssa.Function][]*loop    // loopsIn
	keepersOf map[ssa.Instruction][]string // readBy
}

// A unit is a handler, whatever registers it how often.
type unit struct {
	h          Handler
	fn         *ssa.Function // nil for another package's, of which the fact tells:
	wants      Wants
	reach      map[*ssa.Function]bool
	middleware bool // runs for the requests of others
	dispatches bool // hands requests on to handlers that it does not name
	probe      bool // is registered for probes alone
	made       bool // by another package's function: that it reads nothing may be as it hands requests on
	registered bool // in this package
	trivial    bool // does without anything, and that is no reason to build something later
}

// needs is made once the handlers are known.
func (e *engine) needs() *needs {
	if e.needed == nil {
		n := &needs{
			e: e, edges: map[*ssa.Function][]*ssa.Function{}, reads: map[string][]ssa.Instruction{},
			outside: map[string][]*outside{}, dyn: map[string][]*outside{}, outsides: map[ssa.Instruction][]*outside{}, blind: map[*ssa.Function]bool{},
			isShared: map[string]bool{}, isHolder: map[string]bool{}, calls: map[*ssa.Function][]*ssa.Function{},
			doings: map[*ssa.BasicBlock]*doings{}, dries: map[bool]*paths{},
			routers: map[*ssa.Function]bool{}, handed: map[*ssa.Function][]*ssa.Function{}, rounds: map[*ssa.Function]int{},
			facts: map[*ssa.Function]Wants{}, passed: map[*ssa.Function]trails{}, loops: map[*ssa.Function][]*loop{}, pathsOf: map[string]*paths{},
		}
		e.needed = n
		n.indexReads()
		for _, r := range e.roots {
			if r.reg != nil {
				n.addUnit(r)
			}
		}
		for _, r := range e.roots { // such as a list of arguments, which says less
			if r.reg == nil {
				n.addUnit(r)
			}
		}
		n.units = slices.DeleteFunc(n.units, n.isLeftOver)
		n.tellApart()
		slices.SortStableFunc(n.units, func(a, b *unit) int { return cmp.Compare(a.h.Name, b.h.Name) })
		n.escaped = n.closure(n.escapes())
	}
	return e.needed
}

func (n *needs) addUnit(r root) {
	if r.isForeign(n.e) {
		return
	}
	h := Handler{Name: r.name, Platform: r.as.Platform, Concurrent: r.as.Concurrency != 1, Freezes: r.as.Freezes}
	i := slices.IndexFunc(n.units, func(u *unit) bool {
		return r.t.fn != nil && u.fn == r.t.fn || r.t.fn == nil && u.fn == nil && u.h.Name == r.name
	})
	if i < 0 {
		i = len(n.units)
		n.units = append(n.units, n.newUnit(r, h))
		n.units[i].probe, n.units[i].trivial = true, true
	} else if n.units[i].registered && r.reg == nil {
		return
	}
	n.units[i].middleware = n.units[i].middleware || r.forOthers()
	n.units[i].probe = n.units[i].probe && r.forProbes()
	n.units[i].made = n.units[i].made || r.made
	n.units[i].trivial = n.units[i].trivial && (r.forProbes() || n.isTrivial(r))
	n.units[i].registered = n.units[i].registered || r.reg != nil
}

func (n *needs) newUnit(r root, h Handler) *unit {
	if r.t.fn == nil {
		return &unit{h: h, wants: n.e.wantsOfRoot(r)}
	}
	reach := n.closure([]*ssa.Function{r.t.fn})
	return &unit{h: h, fn: r.t.fn, reach: reach, dispatches: n.dispatches(reach)}
}

// isLeftOver reports whether a handler of a program, which takes events, is one that the program never calls or mentions: tests
// may, or nobody.
func (n *needs) isLeftOver(u *unit) bool {
	if u.fn == nil || u.registered || n.e.pass.Pkg.Name() != "main" || n.e.named(u.fn) != nil {
		return false
	}
	return !slices.ContainsFunc(n.e.funcs, func(fn *ssa.Function) bool { return fn != u.fn && slices.Contains(n.edgesOf(fn), u.fn) })
}

// tellApart says where function literals stand that have the same name.
func (n *needs) tellApart() {
	count := map[string]int{}
	for _, u := range n.units {
		count[u.h.Name]++
	}
	for _, u := range n.units {
		if u.fn != nil && count[u.h.Name] > 1 {
			at := n.e.pass.Fset.Position(u.fn.Pos())
			u.h.Name += fmt.Sprintf(" (%s:%d)", filepath.Base(at.Filename), at.Line)
		}
	}
}

func isMiddleware(fn *types.Func) bool {
	return fn != nil && (fn.Name() == "Use" || fn.Name() == "Pre" || fn.Name() == "With")
}

// dispatches reports whether a handler is the way in to a router: what that calls stands in no call graph.
func (n *needs) dispatches(reach map[*ssa.Function]bool) bool {
	for fn := range reach {
		if n.routes(fn) {
			return true
		}
	}
	return false
}

// routes reports whether the body of fn itself calls another package's handler, or one that somebody put into a table.
func (n *needs) routes(fn *ssa.Function) bool {
	known, ok := n.routers[fn]
	if !ok {
		known = n.handsOn(fn)
		n.routers[fn] = known
	}
	return known
}

func (n *needs) handsOn(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok || body(call.Common().StaticCallee()) != nil {
				continue
			}
			if n.callsStored(call.Common()) {
				return true
			}
			obj := callee(call.Common())
			if obj != nil && (slices.Contains(handlerMethods, obj.Name()) || strings.HasPrefix(obj.Name(), "Proxy") || next.MatchString(obj.FullName())) {
				return true
			}
		}
	}
	return false
}

// callsStored reports whether a call runs a function for requests of which nothing is known but where it was kept. One that the
// function around a literal was given is known to those who gave it.
func (n *needs) callsStored(c *ssa.CallCommon) bool {
	v := c.Value
	if x, ok := v.(*ssa.Extract); ok {
		v = x.Tuple
	}
	switch v := v.(type) {
	case *ssa.Lookup, *ssa.Field:
	case *ssa.UnOp:
		if _, captured := v.X.(*ssa.FreeVar); captured && slices.ContainsFunc(n.e.origins(v), isParameter) {
			return false
		}
	default:
		return false
	}
	takes := slices.ContainsFunc(slices.Collect(c.Signature().Params().Variables()), func(p *types.Var) bool { return n.e.isRequest(p.Type()) })
	return takes && !c.IsInvoke() && len(n.e.targets(c)) == 0
}

// next matches gin's and fiber's c.Next(), by which a middleware calls what comes after it.
var next = regexp.MustCompile(`^\(\*?github\.com/(gin-gonic/gin\.Context|gofiber/fiber/v\d+\.Ctx)\)\.Next$`)

// closure is all that may run when one of the functions does.
func (n *needs) closure(fns []*ssa.Function) map[*ssa.Function]bool {
	return closureOf(fns, n.edgesOf)
}

func closureOf(work []*ssa.Function, edges func(*ssa.Function) []*ssa.Function) map[*ssa.Function]bool {
	out := map[*ssa.Function]bool{}
	for len(work) > 0 {
		fn := work[len(work)-1]
		work = work[:len(work)-1]
		if fn != nil && !out[fn] {
			out[fn] = true
			work = append(work, edges(fn)...)
		}
	}
	return out
}

// edgesOf lists the functions that fn calls, makes or mentions, and the methods of what it puts into interfaces.
func (n *needs) edgesOf(fn *ssa.Function) []*ssa.Function {
	if out, ok := n.edges[fn]; ok {
		return out
	}
	var out []*ssa.Function
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			out = append(out, n.handsOver(instr)...)
			if call, ok := instr.(ssa.CallInstruction); ok {
				out = append(out, n.called(call)...)
			}
		}
	}
	n.edges[fn] = out
	return out
}

// handsOver lists the functions that instr mentions, and the methods of what it puts into an interface.
func (n *needs) handsOver(instr ssa.Instruction) []*ssa.Function {
	out := n.mentioned(instr)
	if mi, ok := instr.(*ssa.MakeInterface); ok {
		out = append(out, n.methodsOf(mi)...)
	}
	return out
}

func (n *needs) mentioned(instr ssa.Instruction) (out []*ssa.Function) {
	for _, op := range instr.Operands(nil) {
		if fn, ok := (*op).(*ssa.Function); ok {
			for _, t := range n.e.targetOf(fn, nil) {
				out = append(out, t.fn)
			}
		}
	}
	return out
}

// called lists what a call may run in this package. Where the value cannot be followed it is anything that fits.
func (n *needs) called(call ssa.CallInstruction) (out []*ssa.Function) {
	c := call.Common()
	for _, t := range n.e.targets(c) {
		out = append(out, t.fn)
	}
	if !c.IsInvoke() && c.StaticCallee() != nil {
		return out
	}
	for _, fn := range n.e.funcs {
		switch {
		case c.IsInvoke():
			recv := fn.Signature.Recv()
			it, ok := c.Value.Type().Underlying().(*types.Interface)
			if ok && recv != nil && fn.Name() == c.Method.Name() && types.Implements(recv.Type(), it) {
				out = append(out, fn)
			}
		case fn.Signature.Recv() == nil && !n.e.starting[fn] && types.Identical(fn.Signature, c.Signature()) && !n.e.isRoot(fn):
			out = append(out, fn)
		}
	}
	return out
}

func (n *needs) methodsOf(mi *ssa.MakeInterface) (out []*ssa.Function) {
	named, ok := types.Unalias(deref(mi.X.Type())).(*types.Named)
	if !ok || named.Obj().Pkg() != n.e.pass.Pkg {
		return nil
	}
	for m := range named.Methods() {
		out = append(out, body(n.e.pkg.Prog.FuncValue(m)))
	}
	return out
}

// escapes lists the functions that start-up gives to other packages, handlers aside.
func (n *needs) escapes() (out []*ssa.Function) {
	add := func(fns []*ssa.Function) {
		for _, fn := range fns {
			if fn != nil && !n.e.isRoot(fn) && !n.e.onlyRegisters(fn) {
				out = append(out, fn)
			}
		}
	}
	for fn := range n.e.starting {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch instr := instr.(type) {
				case ssa.CallInstruction:
					if obj := callee(instr.Common()); obj == nil || obj.Pkg() != n.e.pass.Pkg && n.e.cat.Handler(obj) == nil && n.e.cat.Once(obj) == nil {
						add(n.given(instr))
					}
				case *ssa.MakeInterface:
					if leavesPackage(instr.Type(), n.e.pass.Pkg) {
						add(n.methodsOf(instr))
					}
				}
			}
		}
	}
	return out
}

// leavesPackage reports whether an interface is one by which other packages call methods: not this package's own, and
// not the empty one.
func leavesPackage(t types.Type, pkg *types.Package) bool {
	it, ok := t.Underlying().(*types.Interface)
	if !ok || it.NumMethods() == 0 {
		return false
	}
	named, ok := types.Unalias(t).(*types.Named)
	return !ok || named.Obj().Pkg() != pkg
}

// given lists the functions among the arguments of a call.
func (n *needs) given(call ssa.CallInstruction) (out []*ssa.Function) {
	for _, a := range call.Common().Args {
		switch a := strip(a).(type) {
		case *ssa.Function:
			for _, t := range n.e.targetOf(a, nil) {
				out = append(out, t.fn)
			}
		case *ssa.MakeClosure:
			for _, t := range n.e.targetOf(a.Fn.(*ssa.Function), a) {
				out = append(out, t.fn)
			}
		}
	}
	return out
}

// indexReads notes where package variables and fields are read, or mentioned in any other way than to be stored to.
func (n *needs) indexReads() {
	for _, fn := range n.e.funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				n.indexRead(instr)
				if n.e.ours() {
					n.indexOutside(instr)
				}
			}
		}
	}
}

func (n *needs) indexRead(instr ssa.Instruction) {
	switch x := instr.(type) {
	case *ssa.FieldAddr:
		k := n.fieldKeeper(x.X.Type(), x.Field)
		for _, ref := range *x.Referrers() {
			if s, ok := ref.(*ssa.Store); !ok || s.Addr != x {
				n.reads[k] = append(n.reads[k], ref)
			}
		}
	case *ssa.Field:
		k := n.fieldKeeper(x.X.Type(), x.Field)
		n.reads[k] = append(n.reads[k], x)
	}
	store, isStore := instr.(*ssa.Store)
	for _, op := range instr.Operands(nil) {
		g, ok := (*op).(*ssa.Global)
		if !ok || isStore && store.Addr == g && store.Val != g {
			continue
		}
		if v, ok := g.Object().(*types.Var); ok {
			k := globalKeeper(v)
			n.share(k, v)
			n.reads[k] = append(n.reads[k], instr)
		}
	}
}

func (n *needs) fieldKeeper(t types.Type, field int) string {
	k, v := n.e.fieldKeeper(t, field)
	n.share(k, v)
	return k
}

// share notes whether facts speak of a keeper, and how far: numbers and locks hold nothing that start-up built, and of text, which
// is read everywhere, they do not say where one can do without.
func (n *needs) share(k string, v *types.Var) {
	if _, ok := n.isShared[k]; ok || !n.e.follows(v.Pkg()) || strings.ContainsRune(k, ':') {
		return
	}
	basic, isBasic := v.Type().Underlying().(*types.Basic)
	n.isShared[k] = !isBasic && !countsOnly(v.Type()) || isBasic && basic.Info()&types.IsString != 0
	n.isHolder[k] = n.isShared[k] && !isBasic && !isBytes(v.Type())
}

var counting = regexp.MustCompile(`^(sync\.(Cond|Mutex|Once|RWMutex|WaitGroup)|sync/atomic\.(Bool|U?[Ii]nt.*)|time\.Time)$`)

// countsOnly recognises the types of the standard library that hold no more than a number does.
func countsOnly(t types.Type) bool {
	named, ok := types.Unalias(deref(t)).(*types.Named)
	return ok && named.Obj().Pkg() != nil && counting.MatchString(named.Obj().Pkg().Path()+"."+named.Obj().Name())
}

func isBytes(t types.Type) bool {
	s, ok := t.Underlying().(*types.Slice)
	return ok && types.Identical(s.Elem(), types.Typ[types.Byte])
}

// A readings is where handlers read one object.
type readings struct {
	by    map[*ssa.Function][]ssa.Instruction // places that read it for sure, by function
	maybe map[*ssa.Function][]ssa.Instruction // calls of other packages' functions that read it on some of their ways
	whom  map[string]*types.Var               // its keepers
}

// readsOf lists the places in what handlers run that need the object. It reports false if there may be others that this
// package does not see, or if start-up needs it.
func (n *needs) readsOf(w *startWalk) (readings, bool) {
	out := readings{map[*ssa.Function][]ssa.Instruction{}, map[*ssa.Function][]ssa.Instruction{}, w.keepers}
	ok := true
	done := map[ssa.Instruction]bool{}
	for again := true; again && ok; {
		again = false
		for _, instr := range n.mentions(w) {
			if done[instr] {
				continue
			}
			done[instr], again = true, true
			ok = ok && n.read(w, instr, out.by)
		}
	}
	for _, o := range n.readersOf(w.keepers) {
		ok = ok && n.readOutside(w, o, out)
	}
	return out, ok
}

// readOutside decides on one call of another package's function that reads a keeper.
func (n *needs) readOutside(w *startWalk, o *outside, out readings) bool {
	fn := o.instr.Parent()
	if o.instr == w.call {
		_, later := o.comesTo(w.keepers)
		return !later || !n.e.starting[fn] // what builds the object may read it as well
	}
	if n.reached(fn) {
		if o.partly || n.e.extentOf(o.wants, w.keepers, map[string]bool{}) == Sometimes {
			out.maybe[fn] = append(out.maybe[fn], o.instr)
		} else {
			out.by[fn] = append(out.by[fn], o.instr)
		}
	} else if fn.Parent() != nil || n.escaped[fn] {
		return false // somebody may call it, at any time
	}
	return !n.e.starting[fn]
}

// mentions lists all reads of what keeps the object, as far as it is known now.
func (n *needs) mentions(w *startWalk) (out []ssa.Instruction) {
	for k := range w.keepers {
		out = append(out, n.reads[k]...)
	}
	for fv := range w.captured {
		for _, ref := range *fv.Referrers() {
			switch ref := ref.(type) {
			case *ssa.MakeClosure:
				w.capture(ref, fv)
			case *ssa.Store:
				if ref.Addr != fv {
					out = append(out, ref)
				}
			default:
				out = append(out, ref)
			}
		}
	}
	return out
}

// read decides on one place that reads a keeper.
func (n *needs) read(w *startWalk, instr ssa.Instruction, out map[*ssa.Function][]ssa.Instruction) bool {
	fn := instr.Parent()
	v, isValue := instr.(ssa.Value)
	if isValue && isTestOrClose(v) {
		return true
	}
	switch {
	case n.reached(fn):
		out[fn] = append(out[fn], instr)
	case n.e.starting[fn]:
		return w.readAgain(instr)
	case fn.Parent() != nil || objectOf(fn) == nil || len(n.e.callers[fn]) > 0:
		return false // somebody may call it, at any time
	case objectOf(fn).Exported():
		return n.e.pass.Pkg.Name() == "main" // else others may
	}
	return true
}

func (n *needs) reached(fn *ssa.Function) bool {
	return slices.ContainsFunc(n.units, func(u *unit) bool { return u.reach[fn] })
}

// isTop reports whether no other package of the program imports this one: a main package, or one whose handlers the
// platform finds by their names. A function for HTTP alone may as well be part of a server.
func (e *engine) isTop() bool {
	return e.pass.Pkg.Name() == "main" || slices.ContainsFunc(e.roots, func(r root) bool {
		if r.t.fn == nil {
			return false
		}
		as := e.named(r.t.fn)
		return as != nil && !root{route: route{as: as}, t: r.t}.maybePlain()
	})
}

const httpShape = "func(net/http.ResponseWriter, *net/http.Request)"

// isTestOrClose reports whether all that is done with a value is to compare it with nil, or to close it.
func isTestOrClose(v ssa.Value) bool {
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef:
		case *ssa.BinOp:
			if !isNil(ref.X) && !isNil(ref.Y) {
				return false
			}
		case ssa.CallInstruction:
			c := ref.Common()
			obj := callee(c)
			if obj == nil || !closeNames[obj.Name()] || !(c.IsInvoke() && c.Value == v || len(c.Args) > 0 && c.Args[0] == v) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

func isNil(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.IsNil()
}

// all says for each handler that pays how far it needs the object; nil if all of them do, if none does, or if it cannot
// be told. With first the first request builds the object, else the start of the instance.
func (n *needs) all(reads readings, builder *ssa.Function, first bool) (out []Need) {
	for _, places := range []map[*ssa.Function][]ssa.Instruction{reads.by, reads.maybe} {
		for fn := range places {
			if n.escaped[fn] {
				return nil
			}
		}
	}
	needed, spare := false, false
	for _, u := range n.units {
		if first && !u.reach[builder] || u.probe {
			continue
		}
		need := n.of(u, reads)
		if first && need.Extent == Sometimes {
			need.Extent = Always // the way around the read may well lead around the building too
		}
		if need.Extent == Never && (u.made || n.e.constructs(builder) && !n.pays(u, builder) || u.trivial) {
			continue
		}
		if u.middleware || u.dispatches {
			if need.Extent != Never {
				return nil // then the requests of others need it, and it does not say whose
			}
			continue
		}
		needed, spare = needed || need.Extent != Never, spare || need.Extent != Always
		out = append(out, need)
	}
	if !needed || !spare {
		return nil
	}
	return out
}

// isTrivial reports whether a handler only fails, or greets at the root of all paths.
func (n *needs) isTrivial(r root) bool {
	if r.t.fn == nil {
		return r.trivial
	}
	return n.onlyFails(r.t.fn) || r.front && n.dry(false).avoid(r.t.fn) == idle
}

// onlyFails reports whether all ways through a handler answer with a failure, as of one for what is not found.
func (n *needs) onlyFails(fn *ssa.Function) bool {
	return slices.ContainsFunc(fn.Blocks, func(b *ssa.BasicBlock) bool {
		return slices.ContainsFunc(n.doingsOf(b).list, func(d doing) bool { return d.fails }) &&
			!slices.ContainsFunc(fn.Blocks, func(end *ssa.BasicBlock) bool { return n.doingsOf(end).returns && !b.Dominates(end) })
	})
}

// pays reports whether what a handler is a method of may be made together with what builder, a constructor, builds. Of
// methods that only take events nobody says so here: the services of one package may well be those of several functions.
func (n *needs) pays(u *unit, builder *ssa.Function) bool {
	fn := u.fn
	for fn != nil && fn.Parent() != nil {
		fn = fn.Parent()
	}
	if u.registered || fn == nil || fn.Signature.Recv() == nil {
		return true
	}
	owner := typeKey(fn.Signature.Recv().Type())
	return slices.ContainsFunc(n.e.funcs, func(maker *ssa.Function) bool {
		return n.e.constructs(maker) && typeKey(maker.Signature.Results().At(0).Type()) == owner && n.callsOf(maker)[builder]
	})
}

// dead lists the handlers that pay for an object which nobody needs; none if somebody may. That is only known in a package
// at the top of the program, whose handlers are all in sight and call nothing unknown.
func (n *needs) dead(reads readings, builder *ssa.Function, first bool) (out []Handler) {
	if len(reads.by)+len(reads.maybe) > 0 || !n.e.isTop() && !n.e.inSight(reads.whom) {
		return nil
	}
	for fn := range n.e.starting {
		if n.isBlind(fn) && len(reads.whom) > 0 {
			return nil
		}
	}
	for _, u := range n.units {
		if need := n.of(u, reads); need.Extent != Never || u.dispatches && !n.e.inSight(reads.whom) {
			return nil
		}
		if !first || u.reach[builder] {
			out = append(out, u.h)
		}
	}
	return out
}

func (n *needs) of(u *unit, reads readings) Need {
	if u.fn == nil {
		return Need{Handler: u.h, Extent: n.ofOther(u, reads.whom)}
	}
	need, blind := Need{Handler: u.h}, n.mayRunAny(u) && !n.e.inSight(reads.whom)
	for _, places := range []map[*ssa.Function][]ssa.Instruction{reads.by, reads.maybe} {
		for fn, instrs := range places {
			if !u.reach[fn] {
				continue
			}
			need.Extent = Always
			for _, instr := range instrs {
				if pos := posOf(instr); pos.IsValid() && (!need.At.IsValid() || pos < need.At) {
					need.At = pos
				}
			}
		}
	}
	if blind {
		need.Extent = Always // for all that is known
	} else if need.Extent == Always {
		all := func(places map[*ssa.Function][]ssa.Instruction) []ssa.Instruction {
			return slices.Concat(slices.Collect(maps.Values(places))...)
		}
		if n.newPaths(false, all(reads.by), all(reads.maybe)).avoid(u.fn) == chosen {
			need.Extent = Sometimes
		}
	}
	return need
}

// ofOther is how far a handler of another package needs what the keepers hold.
func (n *needs) ofOther(u *unit, keepers map[string]*types.Var) Extent {
	if n.mayRunAny(u) {
		return Always // for all that is known
	}
	return n.e.extentOf(u.wants, keepers, map[string]bool{})
}

// mayRunAny reports whether a handler may run what nobody knows.
func (n *needs) mayRunAny(u *unit) bool {
	if u.wants.Blind || slices.ContainsFunc(u.wants.Asks, func(m string) bool { return n.e.unsure(m, map[string]bool{}) }) {
		return true
	}
	for fn := range u.reach {
		if n.isBlind(fn) {
			return true
		}
	}
	return false
}

// inSight reports whether only this package can read the keepers.
func (e *engine) inSight(keepers map[string]*types.Var) bool {
	for _, v := range keepers {
		if v == nil || v.Pkg() != e.pass.Pkg || !e.closed(v) {
			return false
		}
	}
	return true
}

// posOf is the place of an instruction, or of the first thing that is done with its value.
func posOf(instr ssa.Instruction) token.Pos {
	if instr.Pos().IsValid() {
		return instr.Pos()
	}
	if v, ok := instr.(ssa.Value); ok && v.Referrers() != nil {
		for _, ref := range *v.Referrers() {
			if ref.Pos().IsValid() {
				return ref.Pos()
			}
		}
	}
	return token.NoPos
}
