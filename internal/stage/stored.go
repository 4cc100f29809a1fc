package stage

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/faaslint/faaslint/internal/catalog"
)

// whole is the path to all of an object.
const whole = ""

// A path names a part of an object by the fields that lead to it, from the outside: "o.host". Pointers, interfaces and
// elements on the way are not named. A path has an end: of an object that is put into itself, round after round, the
// last fields are not told apart.
func join(field, path string) string {
	if path == whole {
		return field
	}
	parts := strings.SplitN(field+"."+path, ".", maxPath+1)
	return strings.Join(parts[:min(len(parts), maxPath)], ".")
}

const maxPath = 4

// step follows one field of a path. What lies in another field is not on it.
func step(path, field string) (rest string, on bool) {
	if path == whole {
		return whole, true
	}
	first, rest, _ := strings.Cut(path, ".")
	return rest, first == field
}

// fieldName is the name of the field that a FieldAddr or Field selects.
func fieldName(v ssa.Value) string {
	switch v := v.(type) {
	case *ssa.FieldAddr:
		return deref(v.X.Type()).Underlying().(*types.Struct).Field(v.Field).Name()
	case *ssa.Field:
		return v.X.Type().Underlying().(*types.Struct).Field(v.Field).Name()
	}
	return ""
}

// A name is a value through which an object can be reached.
type name struct {
	v    ssa.Value
	path string // the part of v that counts
	how  hold
	held ssa.Value // what a holder holds
}

// A hold says what stores through a name do to the object.
type hold uint8

const (
	object hold = iota // v is the object, or points to or into it
	inner              // as above, and v was read from the object
	copied             // v is a copy of a struct: what pointers in it lead to is shared
	holder             // v leads to the object: what is read from it may be the object
)

// A storeWalk follows one object under all its names inside a function and its literals, and joins what is stored
// through any of them. A function that gets the object from here is asked what it stores; a library's is taken to store
// all that it is given beside it.
type storeWalk struct {
	e    *engine
	fn   *ssa.Function   // the answer is in terms of its parameters
	root ssa.Value       // the first name
	addr bool            // callers pass an address as root
	def  *ssa.BasicBlock // where the object is made, nil if that is not in fn
	seen map[name]bool
	own  map[*ssa.Function]uint64 // captured variables that are names of the object
	adds []addition
}

// An addition is an instruction that stores values in the object.
type addition struct {
	instr ssa.Instruction
	vals  []ssa.Value
	more  func() Dep // nil for none
}

const maxNames = 2000

// stored is what is stored through v after it was defined, in the part that path names.
func (e *engine) stored(v ssa.Value, path string) Dep {
	if !mayHold(v.Type()) || v.Referrers() == nil {
		return Dep{}
	}
	return e.written(name{v: v, path: path}, false)
}

// walked looks for the names of an object, and for the instructions that store something through one. Whatever is
// asked about it, that is done once.
func (e *engine) walked(n name, addr bool) *storeWalk {
	key := firstName{n, addr}
	if w := e.walks[key]; w != nil {
		return w
	}
	w := &storeWalk{e: e, fn: ownerOf(n.v), root: n.v, addr: addr, seen: e.names.take()}
	if instr, ok := n.v.(ssa.Instruction); ok {
		w.def = instr.Block()
	}
	e.walks[key] = w // now, for a function that passes the object to itself
	w.walk(n)
	e.names.give(w.seen)
	w.seen = nil
	return w
}

// A nameSets has the sets of walks that have ended, for those to come: most walks meet few names, and there are many.
type nameSets []map[name]bool

func (s *nameSets) take() map[name]bool {
	if len(*s) == 0 {
		return map[name]bool{}
	}
	last := len(*s) - 1
	set := (*s)[last]
	*s = (*s)[:last]
	return set
}

func (s *nameSets) give(set map[name]bool) {
	const small = 64 // to empty a set takes as long as it once was large
	if len(set) <= small {
		clear(set)
		*s = append(*s, set)
	}
}

// written is what is stored through a name.
func (e *engine) written(n name, addr bool) (d Dep) {
	w := e.walked(n, addr)
	for _, a := range w.adds {
		if d = d.join(w.seenFromHere(a)); d.Stage == Request {
			return unknown
		}
	}
	return d
}

type firstName struct {
	name
	addr bool
}

// mayHold reports whether something can be changed through a value of type t.
func mayHold(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Map, *types.Slice, *types.Interface:
		return true
	}
	return false
}

func isStruct(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Struct, *types.Array:
		return true
	}
	return false
}

func (w *storeWalk) walk(n name) {
	if w.seen[n] || n.v.Referrers() == nil {
		return
	}
	if len(w.seen) > maxNames {
		w.add(n.v.(ssa.Instruction), func() Dep { return unknown })
		return
	}
	w.seen[n] = true
	for _, ref := range *n.v.Referrers() {
		w.visit(n, ref)
	}
}

// as is v as a name on the way of n.
func (n name) as(v ssa.Value) name { n.v = v; return n }

// inside is n as what another value holds.
func (n name) inside() name {
	if n.how != holder {
		n.how, n.held = holder, n.v
	}
	return n
}

func (w *storeWalk) visit(n name, ref ssa.Instruction) {
	switch ref := ref.(type) {
	case *ssa.Store:
		w.store(n, ref)
	case *ssa.MapUpdate:
		w.update(n, ref)
	case *ssa.FieldAddr, *ssa.Field:
		if rest, on := step(n.path, fieldName(ref.(ssa.Value))); on {
			n.path = rest
			w.part(n, ref.(ssa.Value))
		}
	case *ssa.IndexAddr:
		if ref.X == n.v {
			if n.how <= inner && len(directStores(ref)) > 0 {
				w.add(ref, nil, ref.Index)
			}
			w.walk(n.as(ref))
		}
	case *ssa.UnOp:
		w.part(n, ref)
	case *ssa.Lookup:
		if ref.X == n.v {
			w.part(n, ref)
		}
	case *ssa.Index, *ssa.Extract:
		w.part(n, ref.(ssa.Value))
	case *ssa.Range, *ssa.Next:
		w.walk(n.as(ref.(ssa.Value)))
	case *ssa.Slice, *ssa.Phi, *ssa.ChangeType, *ssa.Convert, *ssa.MakeInterface, *ssa.ChangeInterface, *ssa.TypeAssert, *ssa.SliceToArrayPointer:
		w.walk(n.as(ref.(ssa.Value)))
	case *ssa.MakeClosure:
		w.closure(n, ref)
	case ssa.CallInstruction:
		w.call(n, ref)
	}
}

// part follows what is read from a name.
func (w *storeWalk) part(n name, v ssa.Value) {
	if _, ok := v.(*ssa.FieldAddr); ok {
		w.walk(n.as(v))
		return
	}
	t := v.Type()
	_, tuple := t.(*types.Tuple)
	switch {
	case tuple:
		w.walk(n.as(v)) // v, ok := m[k]
	case n.how == holder && (types.Identical(t, n.held.Type()) || types.IsInterface(t)):
		n.how, n.held = object, nil
		w.walk(n.as(v))
	case n.how == holder && (mayHold(t) || isStruct(t)):
		w.walk(n.as(v))
	case mayHold(t):
		n.how, n.held = inner, nil
		w.walk(n.as(v))
	case isStruct(t):
		n.how, n.held = copied, nil
		w.walk(n.as(v))
	}
}

func (w *storeWalk) store(n name, s *ssa.Store) {
	switch {
	case s.Addr == n.v:
		if n.how <= inner {
			w.add(s, nil, s.Val)
		}
		return
	case n.how == copied:
		w.walk(n.as(s.Addr))
		return
	}
	n = n.inside()
	switch addr := s.Addr.(type) {
	case *ssa.FieldAddr:
		// o.m = x: what is read from such a field may be x, and o leads to it.
		w.readAgain(n, w.e.fieldReads[w.e.keyOf(addr)])
		n.path = join(fieldName(addr), n.path)
		w.walk(n.as(addr.X))
	case *ssa.IndexAddr:
		w.readAgain(n, w.e.elemReads[w.e.typeKey(s.Val.Type())])
		w.walk(n.as(addr.X))
	case *ssa.FreeVar:
		w.walk(n.as(addr))
		for _, mc := range w.e.makers[addr.Parent()] {
			w.walk(n.as(mc.Bindings[freeIndex(addr)-len(addr.Parent().Params)]))
		}
	case *ssa.Global:
		w.add(s, func() Dep {
			if w.e.global(addr).Stage == Request {
				return unknown
			}
			return Dep{}
		})
	default:
		w.walk(n.as(addr))
	}
}

func (w *storeWalk) update(n name, u *ssa.MapUpdate) {
	if u.Map == n.v && n.how <= inner {
		w.add(u, nil, u.Key, u.Value)
	}
	if u.Value == n.v {
		n = n.inside()
		w.readAgain(n, w.e.elemReads[w.e.typeKey(u.Value.Type())])
		w.walk(n.as(u.Map))
	}
}

// readAgain follows what the function reads from where the object may be stored.
func (w *storeWalk) readAgain(n name, reads []ssa.Value) {
	for _, v := range reads {
		if lies(ownerOf(v), w.fn) && types.Identical(v.Type(), n.held.Type()) {
			w.walk(name{v: v, path: n.path})
		}
	}
}

// lies reports whether fn is outer or a literal in it.
func lies(fn, outer *ssa.Function) bool {
	for ; fn != nil; fn = fn.Parent() {
		if fn == outer {
			return true
		}
	}
	return false
}

// closure follows a captured variable into the literal.
func (w *storeWalk) closure(n name, mc *ssa.MakeClosure) {
	fn := mc.Fn.(*ssa.Function)
	for i, b := range mc.Bindings {
		if b == n.v && i < len(fn.FreeVars) {
			if w.own == nil {
				w.own = map[*ssa.Function]uint64{}
			}
			w.own[fn] |= param(len(fn.Params) + i).Params
			w.walk(n.as(fn.FreeVars[i]))
		}
	}
}

// bindingDeps are the arguments of a literal as far as its creation knows them: captured variables, not parameters.
func (e *engine) bindingDeps(fn *ssa.Function, mc *ssa.MakeClosure) []Dep {
	args := make([]Dep, 0, len(fn.Params)+len(mc.Bindings))
	for range fn.Params {
		args = append(args, unknown)
	}
	for _, b := range mc.Bindings {
		args = append(args, e.dep(b))
	}
	return args
}

// add notes that an instruction stores something.
func (w *storeWalk) add(instr ssa.Instruction, more func() Dep, vals ...ssa.Value) {
	w.adds = append(w.adds, addition{instr, vals, more})
}

// seenFromHere is what an addition means to a reader in the function that was asked about.
func (w *storeWalk) seenFromHere(a addition) Dep {
	fn := a.instr.Parent()
	d := w.e.joinAll(a.vals...)
	if a.more != nil {
		d = d.join(a.more())
	}
	if d.Stage == Request {
		return unknown
	}
	d = d.join(w.e.control(a.instr, w.def, fn != w.fn || isParameter(w.root)))
	for ; fn != w.fn; fn = fn.Parent() {
		d.Params &^= w.own[fn]
		if fn.Parent() == nil {
			return d.subst(nil) // the wrapper that makes x.m of a method
		}
		d = w.outward(fn, d)
	}
	return d
}

// outward says in terms of the function around a literal what was said in those of the literal.
func (w *storeWalk) outward(fn *ssa.Function, d Dep) (out Dep) {
	makers := w.e.makers[fn]
	if len(makers) == 0 {
		return d.subst(nil)
	}
	for _, mc := range makers {
		out = out.join(w.e.control(mc, w.def, false))
		if d.Params == 0 {
			out = out.join(d)
		} else {
			out = out.join(d.subst(w.e.bindingDeps(fn, mc)))
		}
	}
	return out
}

// call is what a call that is given the object may store in it.
func (w *storeWalk) call(n name, call ssa.CallInstruction) {
	c := call.Common()
	if b, ok := c.Value.(*ssa.Builtin); ok {
		w.builtin(n, call, b.Name())
		return
	}
	if c.Value == n.v && (!c.IsInvoke() || !w.e.isStd(c.Method)) {
		return // a func value that is called, or a client behind an interface that is used
	}
	if fn := body(c.StaticCallee()); fn != nil {
		w.callee(n, call, fn)
		return
	}
	obj := callee(c)
	if obj != nil && !w.mutates(n, c, obj) {
		return
	}
	if n.how == copied {
		return
	}
	// Who is called counts too, if that is a value: an option, or an interface.
	given := slices.DeleteFunc(append([]ssa.Value{c.Value}, c.Args...), func(a ssa.Value) bool { return a == n.v })
	var more func() Dep
	if a := w.e.ambientOf(obj); a != nil && a.Binding == catalog.BindRequest && !isReceiver(c, obj, n.v) {
		more = func() Dep { return unknown } // rand.Read(buf)
	}
	w.add(call, more, given...)
	if n.how == object && isAddress(strip(n.v)) {
		w.results(n.inside(), call) // json.NewEncoder(&buf)
	}
}

func (w *storeWalk) builtin(n name, call ssa.CallInstruction, builtin string) {
	args := call.Common().Args
	switch {
	case builtin == "copy" && args[0] == n.v, builtin == "append" && args[0] == n.v, builtin == "delete":
		if n.how <= inner {
			w.add(call, nil, args[1:]...)
		}
	}
	if v, ok := call.(*ssa.Call); ok && builtin == "append" {
		w.walk(n.as(v))
	}
}

// results follows the object into what a call makes of it.
func (w *storeWalk) results(n name, call ssa.CallInstruction) {
	v, ok := call.(*ssa.Call)
	if !ok {
		return
	}
	into := func(r ssa.Value) {
		if !mayHold(r.Type()) || isError(r.Type()) {
			return
		}
		w.walk(n.as(r))
	}
	if _, tuple := v.Type().(*types.Tuple); !tuple {
		into(v)
		return
	}
	for _, ref := range *v.Referrers() {
		if x, ok := ref.(*ssa.Extract); ok {
			into(x)
		}
	}
}

func (e *engine) ambientOf(obj *types.Func) *catalog.Ambient {
	if obj == nil {
		return nil
	}
	return e.cat.Ambient(obj)
}

// callee follows the object into a function of this package, and out of it.
func (w *storeWalk) callee(n name, call ssa.CallInstruction, fn *ssa.Function) {
	c := call.Common()
	for i, a := range c.Args {
		if a != n.v || i >= len(fn.Params) {
			continue
		}
		l := w.e.leaks(fn)
		if l.into&param(i).Params != 0 {
			w.results(name{v: n.v, path: whole, how: n.how, held: n.held}, call)
		}
		if l.held&param(i).Params != 0 {
			w.results(n.inside(), call)
		}
		p, addr := fn.Params[i], n.how <= inner && isAddress(strip(n.v))
		if inner := w.e.walked(n.as(p), addr); inner.seen == nil && len(inner.adds) == 0 {
			continue // it stores nothing, whatever decides whether it is called
		}
		w.add(call, func() Dep { return w.givenTo(p, n, addr, c, i) })
	}
}

// givenTo is what a function of this package stores in the object that a call gives it as its argument i.
func (w *storeWalk) givenTo(p *ssa.Parameter, n name, addr bool, c *ssa.CallCommon, i int) Dep {
	d := w.e.storedByCallee(p, n, addr)
	d.Params &^= param(i).Params
	if d.Params == 0 {
		return d
	}
	args := make([]Dep, len(c.Args))
	for j, b := range c.Args {
		if j != i {
			args[j] = w.e.dep(b)
		}
	}
	return d.subst(args)
}

// storedByCallee is what a function stores in an object that it is given, in terms of its parameters.
func (e *engine) storedByCallee(p *ssa.Parameter, n name, addr bool) Dep {
	n.v = p
	return e.deps.solve(firstName{n, addr}, func() Dep { return e.written(n, addr) })
}

// mutates reports whether a function of another package may change what a name leads to. Facts tell of our own code;
// of libraries it is taken that they fill what is given by address (json.Unmarshal(b, &x)) and that a method may change
// its receiver, unless that is a client whose methods are its use.
func (w *storeWalk) mutates(n name, c *ssa.CallCommon, obj *types.Func) bool {
	e := w.e
	if e.cat.Mutates(obj) != nil && isReceiver(c, obj, n.v) && n.how <= inner {
		return true
	}
	if sum := e.fact(obj); sum != nil {
		return w.mutatesByFact(n, c, sum)
	}
	if e.cat.Costly(obj) != nil {
		return false // a constructor reads its configuration
	}
	recv, v := isReceiver(c, obj, n.v), strip(n.v)
	switch {
	case n.how == copied:
		return false
	case recv && e.isSafe(n.v.Type()):
		return e.cat.Mutates(obj) != nil
	case recv && n.how >= inner:
		return e.cat.Mutates(obj) != nil || obj.Pkg() != nil && !e.cat.Mentions(obj.Pkg().Path())
	case n.how == holder:
		return w.spread(n, v)
	case recv:
		return !e.isClient(n.v)
	case isAddress(v), isBuffer(v.Type()):
		return true
	case v == w.root && w.addr:
		return takesInterface(c, obj, n.v)
	}
	// sort.Slice(l, less), slices.SortFunc(l, cmp)
	_, slice := v.Type().Underlying().(*types.Slice)
	return slice && slices.ContainsFunc(c.Args, func(a ssa.Value) bool {
		_, isFunc := a.Type().Underlying().(*types.Signature)
		return isFunc
	})
}

func isReceiver(c *ssa.CallCommon, obj *types.Func, v ssa.Value) bool {
	if c.IsInvoke() {
		return c.Value == v
	}
	return obj.Signature().Recv() != nil && len(c.Args) > 0 && c.Args[0] == v
}

// mutatesByFact asks what is known of another package's function.
func (w *storeWalk) mutatesByFact(n name, c *ssa.CallCommon, sum *Summary) bool {
	for _, p := range sum.Params {
		if p.Index >= len(c.Args) || c.Args[p.Index] != n.v {
			continue
		}
		if p.Mutates && n.how <= inner || p.Fills && n.how == object && (isAddress(strip(n.v)) || strip(n.v) == w.root && w.addr) {
			return true
		}
	}
	return false
}

// spread recognises an address among the variadic arguments of a call: fmt.Sscan(text, &x).
func (w *storeWalk) spread(n name, v ssa.Value) bool {
	s, ok := v.(*ssa.Slice)
	if !ok {
		return false
	}
	array, ok := s.X.(*ssa.Alloc)
	return ok && array.Comment == "varargs" && isAddress(strip(n.held))
}

// isAddress reports whether v is the address of a variable, rather than an object that is used by its pointer.
func isAddress(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Alloc, *ssa.FieldAddr, *ssa.IndexAddr:
		return true
	case *ssa.FreeVar:
		_, pointer := v.Type().Underlying().(*types.Pointer)
		return pointer
	}
	return false
}

// takesInterface reports whether the function takes v as an interface, and is thus given what it is to read or fill by
// those who do not know its type: io.WriteString(w, s), json.Unmarshal(b, x).
func takesInterface(c *ssa.CallCommon, obj *types.Func, v ssa.Value) bool {
	params := obj.Signature().Params()
	shift := 0
	if obj.Signature().Recv() != nil && !c.IsInvoke() {
		shift = 1
	}
	for i, a := range c.Args {
		if a == v && i >= shift && i-shift < params.Len() {
			t := params.At(i - shift).Type()
			return types.IsInterface(t) && !isContext(t) && !isError(t)
		}
	}
	return false
}

// A leak says which parameters the results of a function lead to: those that they are or point into, and those that
// they hold. They may also be what a package variable keeps.
type leak struct {
	into, held uint64
	kept       bool
}

// leaks is what fn gives out of what it is given.
func (e *engine) leaks(fn *ssa.Function) leak {
	if l, ok := e.leak[fn]; ok {
		return l
	}
	e.leak[fn] = leak{} // a function that calls itself gets what one round tells
	w := &leakWalk{e: e, seen: map[leakName]bool{}}
	for _, ret := range returns(fn) {
		for _, r := range ret.Results {
			if mayHold(r.Type()) && !isError(r.Type()) {
				w.walk(r, false)
			}
		}
	}
	e.leak[fn] = w.out
	return w.out
}

// A leakWalk follows results back to parameters.
type leakWalk struct {
	e    *engine
	seen map[leakName]bool
	out  leak
}

type leakName struct {
	v    ssa.Value
	held bool
}

func (w *leakWalk) walk(v ssa.Value, held bool) {
	if v == nil || w.seen[leakName{v, held}] {
		return
	}
	w.seen[leakName{v, held}] = true
	switch v := v.(type) {
	case *ssa.Parameter:
		bit := param(paramIndex(v)).Params
		if held {
			w.out.held |= bit
		} else {
			w.out.into |= bit
		}
	case *ssa.Global:
		w.out.kept = w.out.kept || !held
	case *ssa.UnOp:
		if a, ok := v.X.(*ssa.Alloc); ok {
			w.stores(a, held) // a local variable
		} else {
			w.walk(v.X, held)
		}
	case *ssa.Alloc:
		w.stores(v, true)
		for _, ref := range *v.Referrers() {
			if addr, ok := ref.(ssa.Value); ok && isAddress(addr) {
				w.stores(addr, true)
			}
		}
	case *ssa.MakeClosure:
		for _, b := range v.Bindings {
			w.walk(b, true)
		}
	case *ssa.Call:
		w.call(v, held)
	case *ssa.FieldAddr, *ssa.IndexAddr, *ssa.Field, *ssa.Slice, *ssa.Phi, *ssa.Extract, *ssa.Lookup, *ssa.MakeInterface,
		*ssa.ChangeInterface, *ssa.ChangeType, *ssa.Convert, *ssa.TypeAssert:
		for _, op := range v.(ssa.Instruction).Operands(nil) {
			w.walk(*op, held)
		}
	}
}

func (w *leakWalk) stores(addr ssa.Value, held bool) {
	for _, s := range directStores(addr) {
		if mayHold(s.Val.Type()) || isStruct(s.Val.Type()) {
			w.walk(s.Val, held)
		}
	}
}

func (w *leakWalk) call(v *ssa.Call, held bool) {
	if b, ok := v.Call.Value.(*ssa.Builtin); ok && b.Name() == "append" {
		for _, a := range v.Call.Args {
			w.walk(a, held)
		}
	}
	fn := body(v.Call.StaticCallee())
	if fn == nil {
		return
	}
	l := w.e.leaks(fn)
	w.out.kept = w.out.kept || l.kept && !held
	for i, a := range v.Call.Args {
		if l.into&param(i).Params != 0 {
			w.walk(a, held)
		}
		if l.held&param(i).Params != 0 {
			w.walk(a, true)
		}
	}
}

// isBuffer reports whether t is a slice that functions are given to fill: of bytes or numbers.
func isBuffer(t types.Type) bool {
	sl, ok := t.Underlying().(*types.Slice)
	if !ok {
		return false
	}
	b, ok := sl.Elem().Underlying().(*types.Basic)
	return ok && b.Info()&types.IsNumeric != 0
}

// strip removes conversions.
func strip(v ssa.Value) ssa.Value {
	for {
		switch x := v.(type) {
		case *ssa.MakeInterface:
			v = x.X
		case *ssa.ChangeInterface:
			v = x.X
		case *ssa.ChangeType:
			v = x.X
		default:
			return v
		}
	}
}

// isClient reports whether v is the result of a catalogued constructor.
func (e *engine) isClient(v ssa.Value) bool {
	if x, ok := v.(*ssa.Extract); ok {
		v = x.Tuple
	}
	call, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	obj := callee(call.Common())
	return obj != nil && e.cat.Costly(obj) != nil
}
