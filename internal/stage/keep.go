package stage

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// long is the life of what the instance keeps.
var long = Lives{Instance: true}

// meet is the life of something that must survive in both.
func (l Lives) meet(m Lives) Lives {
	switch {
	case !l.Instance || !m.Instance:
		return Lives{}
	case l.Params == 0:
		return m
	case m.Params == 0:
		return l
	}
	return Lives{true, l.Params | m.Params, l.Any || m.Any}
}

// either is the life of something that is kept in one or the other.
func (l Lives) either(m Lives) Lives {
	switch {
	case !l.Instance || m.forever():
		return m
	case !m.Instance || l.forever():
		return l
	}
	return Lives{true, l.Params | m.Params, true}
}

// subst replaces parameters by what a caller passes.
func (l Lives) subst(args []Lives) Lives {
	if !l.Instance || l.Params == 0 {
		return l
	}
	out, join := long, Lives.meet
	if l.Any {
		out, join = Lives{}, Lives.either
	}
	for i, rest := 0, l.Params; rest != 0; i, rest = i+1, rest>>1 {
		switch {
		case rest&1 == 0:
		case i < len(args):
			out = join(out, args[i])
		default:
			out = join(out, Lives{})
		}
	}
	return out
}

// forever reports whether the instance keeps it whatever the caller passes.
func (l Lives) forever() bool { return l.Instance && l.Params == 0 }

func (e *engine) lives(v ssa.Value) Lives { return e.livesWithin(v, map[ssa.Value]bool{}) }

// livesWithin says how long the object that v is or points to is kept.
func (e *engine) livesWithin(v ssa.Value, seen map[ssa.Value]bool) Lives {
	if seen[v] {
		return long // a cycle adds nothing
	}
	seen[v] = true
	switch v := v.(type) {
	case *ssa.Global, *ssa.Const, *ssa.Function:
		return long
	case *ssa.Parameter:
		return livesParam(paramIndex(v))
	case *ssa.FreeVar:
		return livesParam(freeIndex(v))
	case *ssa.Alloc:
		return Lives{}
	case *ssa.UnOp:
		return e.livesLoaded(v, seen)
	case *ssa.FieldAddr:
		return e.livesWithin(v.X, seen)
	case *ssa.IndexAddr:
		return e.livesWithin(v.X, seen)
	case *ssa.Field:
		return e.livesWithin(v.X, seen)
	case *ssa.Lookup:
		return e.livesWithin(v.X, seen)
	case *ssa.Slice:
		return e.livesWithin(v.X, seen)
	case *ssa.ChangeType:
		return e.livesWithin(v.X, seen)
	case *ssa.MakeInterface:
		return e.livesWithin(v.X, seen)
	case *ssa.ChangeInterface:
		return e.livesWithin(v.X, seen)
	case *ssa.TypeAssert:
		return e.livesWithin(v.X, seen)
	case *ssa.Phi:
		return e.livesAll(v.Edges, seen)
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok {
			return e.livesResult(call, v.Index, seen)
		}
		return e.livesWithin(v.Tuple, seen)
	case *ssa.Call:
		return e.livesResult(v, 0, seen)
	}
	return Lives{}
}

func livesParam(i int) Lives {
	if i >= 64 {
		return Lives{}
	}
	return Lives{Instance: true, Params: 1 << i}
}

func (e *engine) livesAll(vs []ssa.Value, seen map[ssa.Value]bool) Lives {
	l, any := long, false
	for _, v := range vs {
		if c, ok := v.(*ssa.Const); ok && c.IsNil() {
			continue
		}
		l, any = l.meet(e.livesWithin(v, seen)), true
	}
	if !any {
		return Lives{}
	}
	return l
}

// livesLoaded is the life of a variable's content.
func (e *engine) livesLoaded(v *ssa.UnOp, seen map[ssa.Value]bool) Lives {
	if v.Op != token.MUL {
		return Lives{}
	}
	a := rootAlloc(v.X)
	if a == nil {
		return e.livesWithin(v.X, seen)
	}
	if a == v.X && isStruct(v.Type()) {
		return e.livesStruct(a, seen)
	}
	// A local variable, or a field of a struct made here: as long as the shortest of what is stored there.
	var vals []ssa.Value
	for _, s := range e.storesTo(v.X) {
		vals = append(vals, s.Val)
	}
	if a != v.X {
		for _, s := range directStores(a) { // the whole struct, such as a parameter
			vals = append(vals, s.Val)
		}
	}
	return e.livesAll(vals, seen)
}

// livesStruct is the life of a struct that is passed on as a value. Nothing can be kept in it itself: who keeps something
// does so in what one of its fields points to, and which of them is not known.
//
//	Handle(ctx, Params{Request: request, Container: container})
func (e *engine) livesStruct(a *ssa.Alloc, seen map[ssa.Value]bool) (longest Lives) {
	walkStored(a, func(v ssa.Value) {
		if _, isConst := v.(*ssa.Const); isConst || !mayHold(v.Type()) && !isStruct(v.Type()) {
			return
		}
		longest = longest.either(e.livesWithin(v, seen))
	})
	return longest
}

// rootAlloc is the local variable that addr lies in, nil for none.
func rootAlloc(addr ssa.Value) *ssa.Alloc {
	for {
		switch x := addr.(type) {
		case *ssa.Alloc:
			return x
		case *ssa.FieldAddr:
			addr = x.X
		default:
			return nil
		}
	}
}

// storesTo lists the stores of the same function to the same variable or field.
func (e *engine) storesTo(addr ssa.Value) (out []*ssa.Store) {
	if f, ok := addr.(*ssa.FieldAddr); ok {
		if f.X.Referrers() == nil {
			return nil // a package variable: its stores are all over the package
		}
		for _, ref := range *f.X.Referrers() {
			if g, ok := ref.(*ssa.FieldAddr); ok && g.Field == f.Field {
				out = append(out, directStores(g)...)
			}
		}
		return out
	}
	return directStores(addr)
}

func directStores(addr ssa.Value) (out []*ssa.Store) {
	for _, ref := range *addr.Referrers() {
		if s, ok := ref.(*ssa.Store); ok && s.Addr == addr {
			out = append(out, s)
		}
	}
	return out
}

func (e *engine) livesResult(call *ssa.Call, index int, seen map[ssa.Value]bool) Lives {
	c := call.Common()
	out, any := long, false
	for _, t := range e.targets(c) {
		any = true
		var sum *Summary
		if t.fn != nil {
			sum = e.summarize(t.fn)
		} else {
			sum = e.fact(t.obj)
		}
		if sum == nil {
			return Lives{}
		}
		out = out.meet(sum.lives(index).subst(e.argLives(c, t, seen)))
	}
	if e.callsKeptOnce(c) {
		return long // getX(), where var getX = sync.OnceValue(…)
	}
	if !any {
		return Lives{}
	}
	return out
}

// callsKeptOnce reports whether a call runs a sync.OnceValue that a package variable holds.
func (e *engine) callsKeptOnce(c *ssa.CallCommon) bool {
	load, ok := c.Value.(*ssa.UnOp)
	if !ok || c.IsInvoke() {
		return false
	}
	return e.keptOnce(load, e.lives(load))
}

// keptOnce reports whether v is the result of a function like sync.OnceValue that lives with the instance.
func (e *engine) keptOnce(v ssa.Value, l Lives) bool {
	if !l.forever() {
		return false
	}
	for _, o := range e.origins(v) {
		if call, ok := o.(*ssa.Call); ok && len(e.onceFunc(call)) > 0 {
			return true
		}
	}
	return false
}

func (s *Summary) lives(index int) Lives {
	for _, r := range s.Results {
		if r.Index == index {
			return r.Lives
		}
	}
	return Lives{}
}

func (e *engine) argLives(c *ssa.CallCommon, t target, seen map[ssa.Value]bool) (out []Lives) {
	for _, v := range e.argsFor(c, t) {
		if v == nil {
			out = append(out, Lives{})
		} else {
			out = append(out, e.livesWithin(v, seen))
		}
	}
	return out
}

// argsFor lists the values that the parameters and captured variables of a target get from a call.
func (e *engine) argsFor(c *ssa.CallCommon, t target) (args []ssa.Value) {
	switch {
	case c.IsInvoke():
		args = append(args, c.Value)
	case t.recv != nil:
		args = append(args, t.recv)
	}
	args = append(args, c.Args...)
	if t.mc != nil {
		args = append(args, t.mc.Bindings...)
	}
	return args
}

// guard says where the result of an instruction is kept, if the instruction runs only when nothing is kept there yet:
//
//	if db == nil { db = open() }
//	if db != nil { return db }; db = open()
//	if v, ok := cache.Load(key); !ok { v = open(); cache.Store(key, v) }
//
// What is tested must be a package variable, a field or a captured variable, and the same must be set on the way of the
// instruction: if c == nil { c := open() } tests one variable and sets another.
func (e *engine) guard(instr ssa.Instruction) (Lives, bool) {
	for b := instr.Block(); b.Idom() != nil; b = b.Idom() {
		top := b.Idom()
		cond := condition(top)
		if cond == nil || !e.oneWay(top, b) {
			continue
		}
		for _, loc := range e.tested(cond) {
			if e.setsBelow(b, loc) {
				return loc.lives, true
			}
		}
	}
	return Lives{}, false
}

// oneWay reports whether the branch at top can lead round b: then what it tests has a say in whether b runs, be it alone
// or with others (a || b).
func (e *engine) oneWay(top, b *ssa.BasicBlock) bool {
	seen := map[*ssa.BasicBlock]bool{b: true}
	work := []*ssa.BasicBlock{top}
	for len(work) > 0 {
		x := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[x] {
			continue
		}
		seen[x] = true
		if len(x.Succs) == 0 {
			return true
		}
		work = append(work, x.Succs...)
	}
	return false
}

// A location is something that outlives the call, or may.
type location struct {
	global *ssa.Global
	field  fieldKey
	value  ssa.Value // captured variable, or the receiver of a cache's methods
	lives  Lives
}

// tested lists the locations that a condition reads.
func (e *engine) tested(cond ssa.Value) (out []location) {
	seen := map[ssa.Value]bool{}
	var walk func(v ssa.Value, depth int)
	walk = func(v ssa.Value, depth int) {
		if v == nil || seen[v] || depth > 8 {
			return
		}
		seen[v] = true
		switch v := v.(type) {
		case *ssa.UnOp:
			if v.Op != token.MUL {
				walk(v.X, depth+1)
				return
			}
			if loc, ok := e.locate(v.X); ok {
				out = append(out, loc)
			} else if a, ok := v.X.(*ssa.Alloc); ok {
				for _, s := range directStores(a) {
					walk(s.Val, depth+1)
				}
			}
		case *ssa.Lookup:
			if loc, ok := e.locateContainer(v.X); ok {
				out = append(out, loc)
			}
		case *ssa.Call:
			out = append(out, e.testedCall(v)...)
			for _, a := range v.Call.Args {
				walk(a, depth+1)
			}
		case *ssa.BinOp, *ssa.Extract, *ssa.TypeAssert, *ssa.Phi, *ssa.MakeInterface, *ssa.ChangeType, *ssa.Convert:
			for _, op := range v.(ssa.Instruction).Operands(nil) {
				walk(*op, depth+1)
			}
		}
	}
	walk(cond, 0)
	return out
}

// testedCall sees cache.Load(key), pool.Get(key), initialised(): a method of something that is kept.
func (e *engine) testedCall(call *ssa.Call) (out []location) {
	c := call.Common()
	if c.IsInvoke() {
		if loc, ok := e.locateContainer(c.Value); ok {
			out = append(out, loc)
		}
		return out
	}
	if obj := callee(c); obj != nil && obj.Signature().Recv() != nil && len(c.Args) > 0 {
		if loc, ok := e.locateContainer(c.Args[0]); ok {
			out = append(out, loc)
		}
	}
	if fn := body(c.StaticCallee()); fn != nil {
		out = append(out, e.testedInside(c, fn)...)
	}
	return out
}

// testedInside sees a getter: func (c *cache) ready() bool { return c.db != nil }.
func (e *engine) testedInside(c *ssa.CallCommon, fn *ssa.Function) (out []location) {
	if len(fn.Blocks) > 4 {
		return nil
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			load, ok := instr.(*ssa.UnOp)
			if !ok || load.Op != token.MUL {
				continue
			}
			if loc, ok := e.locate(load.X); ok {
				var args []Lives
				for _, a := range c.Args {
					args = append(args, e.lives(a))
				}
				loc.lives = loc.lives.subst(args)
				out = append(out, loc)
			}
		}
	}
	return out
}

// locate names the variable at addr, unless it is local.
func (e *engine) locate(addr ssa.Value) (location, bool) {
	switch addr := addr.(type) {
	case *ssa.Global:
		return location{global: addr, lives: long}, true
	case *ssa.FieldAddr:
		l := e.lives(addr.X)
		return location{field: e.keyOf(addr), lives: l}, l.Instance
	case *ssa.FreeVar:
		return location{value: addr, lives: e.lives(addr)}, true
	}
	return location{}, false
}

// locateContainer names the map or cache that v is, or that v was loaded from.
func (e *engine) locateContainer(v ssa.Value) (location, bool) {
	switch v := v.(type) {
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return e.locate(v.X)
		}
	case *ssa.Global, *ssa.FieldAddr:
		return e.locate(v)
	case *ssa.Parameter, *ssa.FreeVar:
		return location{value: v, lives: e.lives(v)}, true
	}
	return location{}, false
}

// setsBelow reports whether the location is set in b, in what b dominates, or after it.
func (e *engine) setsBelow(b *ssa.BasicBlock, loc location) bool {
	if e.blockSets(b, loc) {
		return true
	}
	for after := range e.reachable(b) {
		if e.blockSets(after, loc) {
			return true
		}
	}
	return false
}

func (e *engine) blockSets(b *ssa.BasicBlock, loc location) bool {
	for _, instr := range b.Instrs {
		if e.sets(instr, loc, 0) {
			return true
		}
	}
	return false
}

func (e *engine) sets(instr ssa.Instruction, loc location, depth int) bool {
	switch instr := instr.(type) {
	case *ssa.Store:
		got, ok := e.locate(instr.Addr)
		return ok && loc.same(got)
	case *ssa.MapUpdate:
		got, ok := e.locateContainer(instr.Map)
		return ok && loc.same(got)
	case ssa.CallInstruction:
		return e.callSets(instr.Common(), loc, depth)
	}
	return false
}

// setters are the methods by which caches of the standard library and of common packages take a value.
var setters = map[string]bool{
	"Store": true, "Swap": true, "CompareAndSwap": true, "LoadOrStore": true, // sync.Map, sync/atomic
	"Add": true, "Set": true, "Put": true, "SetDefault": true, "ContainsOrAdd": true, "PeekOrAdd": true,
}

func (e *engine) callSets(c *ssa.CallCommon, loc location, depth int) bool {
	var recv ssa.Value
	obj := callee(c)
	switch {
	case c.IsInvoke():
		recv = c.Value
	case obj != nil && obj.Signature().Recv() != nil && len(c.Args) > 0:
		recv = c.Args[0]
	}
	if recv != nil && setters[obj.Name()] {
		if got, ok := e.locateContainer(recv); ok && loc.same(got) {
			return true
		}
	}
	fn := body(c.StaticCallee())
	if fn == nil || depth > 2 {
		return false
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if e.sets(instr, loc, depth+1) {
				return true
			}
		}
	}
	return false
}

func (l location) same(m location) bool {
	switch {
	case l.global != nil:
		return l.global == m.global
	case l.value != nil:
		return l.value == m.value
	}
	return m.global == nil && m.value == nil && l.field == m.field
}

// isHTTPTransport reports whether t is net/http.Transport.
func isHTTPTransport(t types.Type) bool {
	n, ok := types.Unalias(deref(t)).(*types.Named)
	return ok && n.Obj().Name() == "Transport" && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "net/http"
}
