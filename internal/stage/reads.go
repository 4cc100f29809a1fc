package stage

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/faaslint/faaslint/internal/catalog"
)

// An obstacle is what stands against sharing an object between requests, or against calling once what builds it.
type obstacle struct {
	why string // a clause for people
	pos token.Pos
}

// sharing is what an engine remembers of its questions about what may be shared.
type sharing struct {
	readings      map[readKey]reading      // what functions do with their parameters
	building      map[doneKey]done         // whether functions do more than build what they return
	ones          map[*ssa.Function]bool   // see sharesOne
	safe          map[*types.TypeName]bool // types whose values requests may use side by side
	constructions map[*ssa.Call]onceCall
	calls         map[Frame][]*ssa.Call // all calls of the package
}

func newSharing() sharing {
	return sharing{
		readings: map[readKey]reading{}, building: map[doneKey]done{}, ones: map[*ssa.Function]bool{},
		safe: map[*types.TypeName]bool{}, constructions: map[*ssa.Call]onceCall{},
	}
}

// A readWalk follows an object under all its names and looks for whoever changes it, closes it or lets it get out of
// sight. It is stricter than a storeWalk, which asks what may be in an object: there a library is trusted with what it
// is given, here only if the catalogue says so.
type readWalk struct {
	e     *engine
	fn    *ssa.Function // whose returns give the object out
	seen  map[partName]bool
	found *obstacle // the first
	gives bool      // the function returns the object, or a part of it
}

// A partName is a value that is the object, or points to or into it; or one that only holds such values, and may be
// changed itself: a local variable, a new slice.
type partName struct {
	v     ssa.Value
	holds bool
	field int // of a local struct that holds such values, the one field that does, counted from 1; 0 for all of it
}

// A reading is what a function does with one of its parameters.
type reading struct {
	found *obstacle
	gives bool
}

type readKey struct {
	fn    *ssa.Function
	index int
	holds bool
}

// reading is what a function of this package does with a parameter or captured variable.
func (e *engine) reading(fn *ssa.Function, index int, holds bool) reading {
	key := readKey{fn, index, holds}
	if r, ok := e.sharing.readings[key]; ok {
		return r
	}
	e.sharing.readings[key] = reading{found: &obstacle{fn.Name() + " calls itself", fn.Pos()}}
	w := &readWalk{e: e, fn: fn, seen: map[partName]bool{}}
	if index < len(fn.Params) {
		w.walk(fn.Params[index], holds)
	} else {
		w.walk(fn.FreeVars[index-len(fn.Params)], holds)
	}
	r := reading{w.found, w.gives}
	e.sharing.readings[key] = r
	return r
}

// changedAfter is what happens to the object that a call returns which must not happen to a shared one.
func (e *engine) changedAfter(call *ssa.Call) *obstacle {
	w := &readWalk{e: e, fn: call.Parent(), seen: map[partName]bool{}}
	w.results(call)
	if w.found == nil && w.gives {
		return &obstacle{"it is returned", call.Pos()}
	}
	return w.found
}

// leads reports whether something can be changed through a value of type t. Functions are called, not changed, and what
// they hold is looked at where they are made.
func leads(t types.Type) bool { return leadsTo(t, map[types.Type]bool{}) }

func leadsTo(t types.Type, seen map[types.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	if isError(t) || isContext(t) {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() == types.UnsafePointer
	case *types.Signature:
		return false
	case *types.Struct:
		for f := range u.Fields() {
			if leadsTo(f.Type(), seen) {
				return true
			}
		}
		return false
	case *types.Array:
		return leadsTo(u.Elem(), seen)
	case *types.Tuple:
		for v := range u.Variables() {
			if leadsTo(v.Type(), seen) {
				return true
			}
		}
		return false
	}
	return true
}

// isSafe reports whether requests may use values of a type side by side: the catalogue says so, or that of a
// constructor of the type's package.
func (e *engine) isSafe(t types.Type) bool {
	n, ok := types.Unalias(deref(t)).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return false
	}
	obj := n.Obj()
	if safe, ok := e.sharing.safe[obj]; ok {
		return safe
	}
	e.sharing.safe[obj] = e.cat.Safe(obj) != nil || e.cat.Mentions(obj.Pkg().Path()) && e.sharedResult(obj)
	return e.sharing.safe[obj]
}

func (e *engine) sharedResult(obj *types.TypeName) bool {
	scope := obj.Pkg().Scope()
	return slices.ContainsFunc(scope.Names(), func(name string) bool {
		fn, ok := scope.Lookup(name).(*types.Func)
		if !ok {
			return false
		}
		entry := e.cat.Costly(fn)
		if entry == nil || !entry.Shared || entry.Result >= fn.Signature().Results().Len() {
			return false
		}
		n, ok := types.Unalias(deref(fn.Signature().Results().At(entry.Result).Type())).(*types.Named)
		return ok && n.Obj() == obj
	})
}

func (w *readWalk) fail(why string, pos token.Pos) {
	if w.found == nil {
		w.found = &obstacle{why, pos}
	}
}

func (w *readWalk) walk(v ssa.Value, holds bool) { w.follow(partName{v: v, holds: holds}) }

func (w *readWalk) follow(n partName) {
	if w.found != nil || w.seen[n] || n.v.Referrers() == nil {
		return
	}
	if len(w.seen) > maxNames {
		w.fail("it has too many names", n.v.Pos())
		return
	}
	w.seen[n] = true
	for _, ref := range *n.v.Referrers() {
		if n.field == 0 || selects(ref, n.field-1) {
			w.visit(n, ref)
		}
	}
}

// selects reports whether an instruction gets at a field of a struct, be it by all of the struct.
func selects(instr ssa.Instruction, field int) bool {
	switch instr := instr.(type) {
	case *ssa.FieldAddr:
		return instr.Field == field
	case *ssa.Field:
		return instr.Field == field
	}
	return true
}

func (w *readWalk) visit(n partName, ref ssa.Instruction) {
	switch ref := ref.(type) {
	case *ssa.Store:
		w.store(n, ref)
	case *ssa.MapUpdate:
		switch {
		case ref.Map == n.v && !n.holds:
			w.fail("it is changed after it is built", ref.Pos())
		case ref.Map != n.v:
			w.put(ref.Map, 0, ref.Pos())
		}
	case *ssa.FieldAddr, *ssa.IndexAddr, *ssa.Phi, *ssa.ChangeType, *ssa.ChangeInterface, *ssa.SliceToArrayPointer, *ssa.Range:
		w.walk(ref.(ssa.Value), n.holds)
	case *ssa.Slice, *ssa.Convert:
		w.derived(ref.(ssa.Value), n.holds)
	case *ssa.TypeAssert:
		if it, ok := ref.AssertedType.Underlying().(*types.Interface); ok && it.NumMethods() > 0 && !isHandlerInterface(it) {
			w.fail("it is asked for methods that cannot be followed", ref.Pos())
			return
		}
		w.derived(ref, n.holds)
	case *ssa.UnOp:
		if ref.Op == token.ARROW {
			w.fail("something is received from it", ref.Pos())
			return
		}
		if isStruct(ref.Type()) && leads(ref.Type()) {
			w.follow(partName{v: ref, field: n.field}) // a copy of the struct
			return
		}
		w.derived(ref, false) // what was read from a holder is a part
	case *ssa.Field, *ssa.Index, *ssa.Lookup, *ssa.Extract, *ssa.Next:
		w.derived(ref.(ssa.Value), false)
	case *ssa.MakeInterface:
		if why := w.e.changingMethod(ref); why != nil && !n.holds {
			w.fail(why.why, ref.Pos())
			return
		}
		w.derived(ref, n.holds)
	case *ssa.MakeClosure:
		fn := ref.Fn.(*ssa.Function)
		if fn.Synthetic != "" {
			w.bound(n, ref)
			return
		}
		for i, b := range ref.Bindings {
			if b == n.v && i < len(fn.FreeVars) {
				w.walk(fn.FreeVars[i], n.holds)
			}
		}
	case *ssa.Send, *ssa.Select:
		w.fail("it is sent to somebody else", ref.Pos())
	case *ssa.Return:
		w.returned(n, ref)
	case ssa.CallInstruction:
		w.call(n, ref)
	}
}

func (w *readWalk) derived(v ssa.Value, holds bool) {
	if leads(v.Type()) {
		w.walk(v, holds)
	}
}

func (w *readWalk) store(n partName, s *ssa.Store) {
	switch {
	case s.Addr == n.v && !n.holds:
		w.fail("it is changed after it is built", s.Pos())
	case s.Addr != n.v:
		w.put(s.Addr, n.field, s.Pos())
	}
}

// put follows a part into what it is stored in: a variable or container of the same function, else it is out of sight.
// A struct that is stored may hold the part in one field.
func (w *readWalk) put(into ssa.Value, field int, pos token.Pos) {
	for {
		switch x := into.(type) {
		case *ssa.FieldAddr:
			into, field = x.X, x.Field+1
			continue
		case *ssa.IndexAddr:
			into, field = x.X, 0
			continue
		case *ssa.Alloc:
			w.follow(partName{x, true, field})
			return
		case *ssa.MakeMap, *ssa.MakeSlice:
			w.walk(x, true)
			return
		}
		if w.seen[partName{v: into, holds: true}] {
			return // a variable that the object is in already, seen from a literal
		}
		w.fail("it is stored where it may outlive the request", pos)
		return
	}
}

// bound sees a method value: object.Method.
func (w *readWalk) bound(n partName, mc *ssa.MakeClosure) {
	fn := mc.Fn.(*ssa.Function)
	for _, t := range w.e.targetOf(fn, mc) {
		r := w.e.readingOf(t, 0, n.v, n.holds)
		switch {
		case r.found != nil:
			w.fail(r.found.why, mc.Pos())
		case r.gives && !w.e.allFit(fn.Signature.Results()):
			w.fail("a method value hands a part of it out", mc.Pos())
		}
	}
}

func (w *readWalk) returned(n partName, ret *ssa.Return) {
	t := strip(n.v).Type()
	switch {
	case !leads(t):
	case ret.Parent() == w.fn:
		w.gives = true
	case !w.e.fitToGive(t):
		w.fail("a literal hands it out", ret.Pos())
	}
}

// fitToGive reports whether a part of a shared object may go to whoever calls a function of it: handlers are made to be
// called, and of what is safe the catalogue knows who changes it.
func (e *engine) fitToGive(t types.Type) bool {
	return !leads(t) || e.isSafe(t) || isHandlerInterface(t)
}

func (w *readWalk) call(n partName, call ssa.CallInstruction) {
	c := call.Common()
	if b, ok := c.Value.(*ssa.Builtin); ok {
		w.builtin(n, call, b.Name())
		return
	}
	obj := callee(c)
	if obj != nil && isReceiver(c, obj, n.v) {
		switch {
		case closeNames[obj.Name()]:
			w.fail(obj.Name()+" ends it", call.Pos())
			return
		case w.e.cat.Mutates(obj) != nil:
			w.fail(obj.Name()+" changes it after it is built", call.Pos())
			return
		}
	}
	if c.Value == n.v && !slices.Contains(c.Args, n.v) {
		// A function, or an object behind an interface: what its methods do is asked where it is put there.
		if v, ok := call.(*ssa.Call); ok {
			w.results(v)
		}
		return
	}
	targets := w.e.certainTargets(c)
	if len(targets) == 0 && w.e.plainOf(obj) == nil {
		w.fail("it is given to a function that cannot be followed", call.Pos())
	}
	for _, t := range targets {
		for i, a := range w.e.argsFor(c, t) {
			if a != n.v {
				continue
			}
			r := w.e.readingOf(t, i, n.v, n.holds)
			if r.found != nil {
				w.fail(r.found.why, call.Pos())
				return
			}
			if v, ok := call.(*ssa.Call); ok && r.gives {
				w.results(v)
			}
		}
	}
}

// certainTargets lists what a call runs if that is certain, else nothing. It is tempting to follow what this package
// stores in a field or puts into an interface, but others may do so too.
func (e *engine) certainTargets(c *ssa.CallCommon) []target {
	if c.IsInvoke() {
		return nil
	}
	if fn := c.StaticCallee(); fn != nil {
		return e.targets(c)
	}
	return e.certainFuncs(c.Value, map[ssa.Value]bool{})
}

// certainFuncs follows a function to where it is declared, through local variables and out of a parameter whose callers
// are all in sight. It gives nothing if one way cannot be followed.
func (e *engine) certainFuncs(v ssa.Value, seen map[ssa.Value]bool) (out []target) {
	switch v := v.(type) {
	case *ssa.Function:
		return e.targetOf(v, nil)
	case *ssa.MakeClosure:
		return e.targetOf(v.Fn.(*ssa.Function), v)
	}
	seen[v] = true
	from, certain := e.madeFrom(v)
	for _, x := range from {
		if seen[x] {
			continue // a cycle adds nothing
		}
		ts := e.certainFuncs(x, seen)
		certain = certain && len(ts) > 0
		out = append(out, ts...)
	}
	if !certain {
		return nil
	}
	return out
}

// madeFrom lists the values that a variable may have, if that is certain.
func (e *engine) madeFrom(v ssa.Value) (from []ssa.Value, certain bool) {
	switch v := v.(type) {
	case *ssa.ChangeType:
		return []ssa.Value{v.X}, true
	case *ssa.Phi:
		return v.Edges, true
	case *ssa.Call: // next := counter()
		fn := body(v.Call.StaticCallee())
		if fn == nil || fn.Signature.Results().Len() != 1 {
			return nil, false
		}
		for _, ret := range returns(fn) {
			from = append(from, ret.Results[0])
		}
		return from, true
	case *ssa.Parameter:
		if e.open(v.Parent()) {
			return nil, false
		}
		for _, call := range e.callers[v.Parent()] {
			from = append(from, call.Common().Args[paramIndex(v)])
		}
		return from, true
	case *ssa.UnOp:
		switch x := v.X.(type) {
		case *ssa.Alloc:
			return e.storedLocally(x), true
		case *ssa.FreeVar:
			for _, mc := range e.makers[x.Parent()] {
				a, ok := mc.Bindings[freeIndex(x)-len(x.Parent().Params)].(*ssa.Alloc)
				if !ok {
					return nil, false
				}
				from = append(from, e.storedLocally(a)...)
			}
			return from, true
		}
	}
	return nil, false
}

// storedLocally lists what is stored in a local variable, also by the literals that capture it.
func (e *engine) storedLocally(a *ssa.Alloc) []ssa.Value {
	vals := storedValues(directStores(a))
	for _, ref := range *a.Referrers() {
		if mc, ok := ref.(*ssa.MakeClosure); ok {
			fn := mc.Fn.(*ssa.Function)
			for i, b := range mc.Bindings {
				if b == a && i < len(fn.FreeVars) {
					vals = append(vals, storedValues(directStores(fn.FreeVars[i]))...)
				}
			}
		}
	}
	return vals
}

// results follows what a call returns.
func (w *readWalk) results(call *ssa.Call) {
	if _, tuple := call.Type().(*types.Tuple); !tuple {
		w.derived(call, false)
		return
	}
	for _, ref := range *call.Referrers() {
		if x, ok := ref.(*ssa.Extract); ok {
			w.derived(x, false)
		}
	}
}

func (w *readWalk) builtin(n partName, call ssa.CallInstruction, name string) {
	args := call.Common().Args
	v, _ := call.(*ssa.Call)
	switch name {
	case "append":
		if args[0] == n.v && !n.holds {
			w.fail("it is appended to", call.Pos())
		} else if v != nil {
			w.derived(v, true)
		}
	case "copy":
		if args[0] == n.v && !n.holds {
			w.fail("it is copied over", call.Pos())
		} else if leads(args[1].Type().Underlying().(interface{ Elem() types.Type }).Elem()) {
			w.put(args[0], 0, call.Pos())
		}
	case "delete", "clear", "close":
		if !n.holds {
			w.fail("it is changed after it is built", call.Pos())
		}
	}
}

// readingOf is what a call does with what it is given as argument i.
func (e *engine) readingOf(t target, i int, v ssa.Value, holds bool) reading {
	if t.fn != nil {
		if i >= len(t.fn.Params)+len(t.fn.FreeVars) {
			return reading{found: &obstacle{"it is given to a function that cannot be followed", t.fn.Pos()}}
		}
		return e.reading(t.fn, i, holds)
	}
	changes := reading{found: &obstacle{why: shortName(t.obj, e.pass.Pkg) + " may change it"}}
	plain := e.plainOf(t.obj)
	switch {
	case plain != nil:
		if t.obj.Signature().Recv() != nil {
			i--
		}
		if slices.Contains(plain.Fills, i) {
			return changes
		}
		return reading{gives: plain.Pure}
	case e.isSafe(strip(v).Type()):
		return reading{}
	case e.cat.Costly(t.obj) != nil:
		return reading{gives: true} // a constructor reads its configuration, and may keep it
	case e.examined(t.obj):
		sum := e.fact(t.obj)
		if i >= 64 || sum.Reads&(1<<i) == 0 {
			return changes
		}
		return reading{gives: sum.Gives&(1<<i) != 0}
	case isHandlerInterface(v.Type()):
		return reading{} // a library calls it
	}
	return changes
}

// plainOf is what the catalogue says of a function that changes nothing that it is given.
func (e *engine) plainOf(obj *types.Func) *catalog.Plain {
	if obj == nil {
		return nil
	}
	return e.cat.Plain(obj)
}

// changingMethod is a reason why the object in an interface may be changed by those who call its methods, nil for none.
func (e *engine) changingMethod(mi *ssa.MakeInterface) *obstacle {
	iface := mi.Type().Underlying().(*types.Interface)
	if !leads(mi.X.Type()) || isError(mi.Type()) || e.isSafe(mi.X.Type()) {
		return nil
	}
	for m := range iface.Methods() {
		t, ok := e.methodOf(mi, m.Name())
		if !ok {
			return &obstacle{m.Name() + " cannot be followed", mi.Pos()}
		}
		if r := e.readingOf(t, 0, mi.X, false); r.found != nil {
			return &obstacle{shortName(t.obj, e.pass.Pkg) + " leaves something of a request in it", mi.Pos()}
		}
	}
	return nil
}
