package stage

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// A target is a function that a call may run: one of this package by fn, another package's by obj.
type target struct {
	fn   *ssa.Function    // with a body
	obj  *types.Func      // nil for literals
	mc   *ssa.MakeClosure // where a literal or bound method got what it holds
	recv ssa.Value        // receiver of a method found through an interface or a bound method value
}

// targets lists what a call may run, as far as this package can tell; none means that nothing is known.
func (e *engine) targets(c *ssa.CallCommon) []target {
	if c.IsInvoke() {
		return e.methods(c.Value, c.Method)
	}
	if fn := c.StaticCallee(); fn != nil {
		mc, _ := c.Value.(*ssa.MakeClosure)
		return e.targetOf(fn, mc)
	}
	if _, ok := c.Value.(*ssa.Builtin); ok {
		return nil
	}
	return e.funcsOf(c.Value)
}

func (e *engine) targetOf(fn *ssa.Function, mc *ssa.MakeClosure) []target {
	t := target{fn: body(fn), obj: objectOf(fn), mc: mc}
	if fn.Synthetic != "" && t.obj != nil && fn.Origin() == nil {
		// A wrapper: bound method, thunk or promoted method. The declared method says what it does.
		t.fn = body(e.pkg.Prog.FuncValue(t.obj))
		if mc != nil && len(mc.Bindings) == 1 && t.obj.Signature().Recv() != nil {
			t.recv, t.mc = mc.Bindings[0], nil
		}
	}
	if t.fn == nil && t.obj == nil {
		return nil
	}
	return []target{t}
}

// funcsOf lists the functions that a func value may be.
func (e *engine) funcsOf(v ssa.Value) (ts []target) {
	for _, o := range e.origins(v) {
		switch o := o.(type) {
		case *ssa.Function:
			ts = append(ts, e.targetOf(o, nil)...)
		case *ssa.MakeClosure:
			ts = append(ts, e.targetOf(o.Fn.(*ssa.Function), o)...)
		case *ssa.Call:
			ts = append(ts, e.onceFunc(o)...)
		}
	}
	return ts
}

// onceFunc sees through sync.OnceValue(f) and the like: calling the result calls f.
func (e *engine) onceFunc(call *ssa.Call) []target {
	obj := callee(call.Common())
	if obj == nil {
		return nil
	}
	if once := e.cat.Once(obj); once != nil && obj.Signature().Recv() == nil && once.Arg < len(call.Call.Args) {
		return e.funcsOf(call.Call.Args[once.Arg])
	}
	return nil
}

// methods lists the methods that a call through an interface may run.
func (e *engine) methods(v ssa.Value, m *types.Func) (ts []target) {
	for _, o := range e.origins(v) {
		if t, ok := e.methodOf(o, m.Name()); ok {
			ts = append(ts, t)
		}
	}
	return ts
}

// methodOf is the method of a concrete value, of this or another package.
func (e *engine) methodOf(v ssa.Value, name string) (target, bool) {
	if mi, ok := v.(*ssa.MakeInterface); ok {
		v = mi.X
	}
	if types.IsInterface(v.Type()) {
		return target{}, false
	}
	obj, _, _ := types.LookupFieldOrMethod(v.Type(), true, e.pass.Pkg, name)
	fn, ok := obj.(*types.Func)
	if !ok {
		return target{}, false
	}
	fn = fn.Origin()
	return target{fn: body(e.pkg.Prog.FuncValue(fn)), obj: fn, recv: v}, true
}

const maxOrigins = 100

// origins follows a func or interface value back to what makes it: functions, closures, conversions from concrete
// types, and calls whose result this package cannot see through. It is field-based: what is stored in a field of one
// object may come from that field of any object of the type.
func (e *engine) origins(v ssa.Value) []ssa.Value {
	if known, ok := e.ends[v]; ok {
		return known
	}
	o := &originWalk{e: e, seen: map[ssa.Value]bool{}}
	o.walk(v)
	if e.ends != nil {
		e.ends[v] = slices.Clip(o.out)
	}
	return o.out
}

type originWalk struct {
	e    *engine
	seen map[ssa.Value]bool
	out  []ssa.Value
}

func (o *originWalk) walk(v ssa.Value) {
	if v == nil || o.seen[v] || len(o.seen) > 20*maxOrigins || len(o.out) > maxOrigins {
		return
	}
	o.seen[v] = true
	switch v := v.(type) {
	case *ssa.Function, *ssa.MakeClosure, *ssa.MakeInterface, *ssa.Parameter:
		o.end(v)
	case *ssa.Phi:
		o.walkAll(v.Edges)
	case *ssa.ChangeType:
		o.walk(v.X)
	case *ssa.ChangeInterface:
		o.walk(v.X)
	case *ssa.TypeAssert:
		o.walk(v.X)
	case *ssa.UnOp:
		if v.Op == token.MUL {
			o.load(v.X)
		}
	case *ssa.Field:
		o.stores(o.e.fields[fieldKey{o.e.typeKey(v.X.Type()), v.Field}])
	case *ssa.Lookup:
		o.updates(v.X.Type())
	case *ssa.Extract:
		o.extract(v)
	case *ssa.Call:
		o.call(v, 0)
	case *ssa.FreeVar:
		o.bindings(v)
	default:
		if !types.IsInterface(v.Type()) {
			o.out = append(o.out, v)
		}
	}
}

// end notes an origin; a parameter is what the callers of this package pass, and remains open for others.
func (o *originWalk) end(v ssa.Value) {
	o.out = append(o.out, v)
	if p, ok := v.(*ssa.Parameter); ok {
		i := paramIndex(p)
		for _, call := range o.e.callers[p.Parent()] {
			if args := call.Common().Args; i < len(args) {
				o.walk(args[i])
			}
		}
		o.invoked(p.Parent(), i)
	}
}

// invoked follows a method's parameter to the calls that reach the method through an interface.
func (o *originWalk) invoked(fn *ssa.Function, i int) {
	recv := fn.Signature.Recv()
	if recv == nil || i == 0 {
		return
	}
	for _, call := range o.e.invokes[fn.Name()] {
		c := call.Common()
		it, ok := c.Value.Type().Underlying().(*types.Interface)
		if ok && i-1 < len(c.Args) && types.Implements(recv.Type(), it) {
			o.walk(c.Args[i-1])
		}
	}
}

func (o *originWalk) walkAll(vs []ssa.Value) {
	for _, v := range vs {
		o.walk(v)
	}
}

func (o *originWalk) load(addr ssa.Value) {
	switch addr := addr.(type) {
	case *ssa.Global:
		o.stores(o.e.globals[addr])
	case *ssa.FieldAddr:
		o.stores(o.e.fields[o.e.keyOf(addr)])
	case *ssa.IndexAddr:
		if elem := deref(addr.Type()); isFuncOrInterface(elem) {
			o.stores(o.e.elems[o.e.typeKey(elem)])
		}
	case *ssa.Alloc:
		o.allocated(addr)
	case *ssa.FreeVar:
		o.bindings(addr)
	}
}

// allocated follows what is stored in a local variable, also by the literals that capture it.
func (o *originWalk) allocated(a *ssa.Alloc) {
	for _, ref := range *a.Referrers() {
		if s, ok := ref.(*ssa.Store); ok && s.Addr == a {
			o.walk(s.Val)
		}
		if mc, ok := ref.(*ssa.MakeClosure); ok {
			fn := mc.Fn.(*ssa.Function)
			for i, b := range mc.Bindings {
				if b == a && i < len(fn.FreeVars) {
					o.storedIn(fn.FreeVars[i])
				}
			}
		}
	}
}

func (o *originWalk) storedIn(fv *ssa.FreeVar) {
	for _, ref := range *fv.Referrers() {
		if s, ok := ref.(*ssa.Store); ok && s.Addr == fv {
			o.walk(s.Val)
		}
	}
}

func (o *originWalk) bindings(fv *ssa.FreeVar) {
	i := freeIndex(fv) - len(fv.Parent().Params)
	for _, mc := range o.e.makers[fv.Parent()] {
		if i >= len(mc.Bindings) {
			continue
		}
		if a, ok := mc.Bindings[i].(*ssa.Alloc); ok {
			o.allocated(a)
		} else {
			o.walk(mc.Bindings[i])
		}
	}
}

func (o *originWalk) stores(ss []*ssa.Store) {
	for _, s := range ss {
		o.walk(s.Val)
	}
}

func (o *originWalk) updates(m types.Type) {
	for _, u := range o.e.maps[o.e.typeKey(m)] {
		o.walk(u.Value)
	}
}

func (o *originWalk) extract(v *ssa.Extract) {
	switch t := v.Tuple.(type) {
	case *ssa.Call:
		o.call(t, v.Index)
	case *ssa.Lookup:
		o.updates(t.X.Type())
	case *ssa.TypeAssert:
		o.walk(t.X)
	case *ssa.Next:
		if r, ok := t.Iter.(*ssa.Range); ok && v.Index == 2 {
			o.updates(r.X.Type())
		}
	}
}

// call follows a result into a function of this package; a call of another one is an origin of its own.
func (o *originWalk) call(c *ssa.Call, index int) {
	fn := body(c.Call.StaticCallee())
	if fn == nil {
		o.out = append(o.out, c)
		return
	}
	for _, b := range fn.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && index < len(ret.Results) {
			o.walk(ret.Results[index])
		}
	}
}

func deref(t types.Type) types.Type {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

func isFuncOrInterface(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Signature:
		return true
	case *types.Interface:
		return u.NumMethods() > 0
	}
	return false
}
