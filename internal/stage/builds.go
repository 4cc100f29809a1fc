package stage

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/faaslint/faaslint/internal/catalog"
)

// builds is what stands against calling fn once for all requests, nil if nothing does: a call then only builds what it
// returns, and what fn was given is changed as its readings say. What fn does where it fails does not count, since a
// failure is not kept.
//
//	func New() (http.Handler, error) {
//		key, err := parse(os.Getenv("KEY"))
//		if err != nil {
//			log.Print(err)
//			return nil, err
//		}
//		r := chi.NewRouter()
//		r.Get("/", func(w http.ResponseWriter, r *http.Request) { answer(w, r, key) })
//		return r, nil
//	}
//
// Two things are asked. Of all that runs: does it do nothing but make values, and change those that it made? And of the
// literals and method values that stay in the result, and so run later, side by side: do they leave what they captured
// as it is? How they are called, and what else they do then, is the same as before.
func (e *engine) builds(fn *ssa.Function) *obstacle { return e.doneBy(fn, false).found }

// done is what a walk found out about a function.
type done struct {
	found    *obstacle
	keepsCtx bool // what it opens may hold on to a context
}

type doneKey struct {
	fn    *ssa.Function
	opens bool
}

// doneBy is builds; with opens, connections may be opened, and what is asked is whether a call may as well come later: that
// requests share what it gives is not new.
func (e *engine) doneBy(fn *ssa.Function, opens bool) done {
	key := doneKey{fn, opens}
	if d, ok := e.sharing.building[key]; ok {
		return d
	}
	e.sharing.building[key] = done{found: &obstacle{fn.Name() + " calls itself", fn.Pos()}}
	b := &buildWalk{e: e, fn: fn, opens: opens}
	for _, block := range fn.Blocks {
		if e.onlyFails(block) || block == fn.Recover {
			continue
		}
		for _, instr := range block.Instrs {
			b.instr(instr)
			if b.found != nil {
				break
			}
		}
	}
	e.sharing.building[key] = b.done
	return b.done
}

// onlyFails reports whether whoever comes to b returns a failure, if he returns at all.
func (e *engine) onlyFails(b *ssa.BasicBlock) bool {
	reached := e.reachable(b)
	return !slices.ContainsFunc(returns(b.Parent()), func(ret *ssa.Return) bool {
		return (ret.Block() == b || reached[ret.Block()]) && !fails(ret)
	})
}

// fails reports whether a return brings an error that is not nil.
func fails(ret *ssa.Return) bool {
	if !returnsFailure(ret) {
		return false
	}
	switch v := ret.Results[len(ret.Results)-1].(type) {
	case *ssa.MakeInterface:
		return true
	case *ssa.UnOp:
		if _, global := v.X.(*ssa.Global); global {
			return true // var ErrNotFound = errors.New("not found")
		}
	case *ssa.Call:
		if obj := callee(v.Common()); obj != nil && (obj.FullName() == "errors.New" || obj.FullName() == "fmt.Errorf") {
			return true
		}
	}
	return afterFailure(ret.Block())
}

// A buildWalk goes through a function until it finds something that is not building.
type buildWalk struct {
	done
	e     *engine
	fn    *ssa.Function
	opens bool
	among []*ssa.Function // those of a function that has one object for all, nil in any other
}

func (b *buildWalk) fail(instr ssa.Instruction, why string) {
	if b.found == nil {
		b.found = &obstacle{why, instr.Pos()}
	}
}

func (b *buildWalk) because(instr ssa.Instruction, o *obstacle) {
	if o != nil && b.found == nil {
		b.found = &obstacle{o.why, instr.Pos()}
	}
}

func (b *buildWalk) instr(instr ssa.Instruction) {
	switch instr := instr.(type) {
	case *ssa.Store:
		b.change(instr, instr.Addr)
	case *ssa.MapUpdate:
		b.change(instr, instr.Map)
	case *ssa.Go:
		b.fail(instr, "it starts a goroutine")
		return
	case *ssa.Send, *ssa.Select, *ssa.MakeChan:
		b.fail(instr, "it uses a channel")
	case *ssa.UnOp:
		if instr.CommaOk || isChan(instr.X.Type()) {
			b.fail(instr, "it uses a channel")
		}
	case *ssa.MakeInterface:
		if !b.opens {
			b.because(instr, b.e.unsharedIn(instr))
		}
	case *ssa.MakeClosure:
		b.closure(instr)
	case ssa.CallInstruction:
		b.call(instr)
	}
	for _, op := range instr.Operands(nil) {
		switch op := (*op).(type) {
		case *ssa.Function:
			if !calls(instr, op) {
				b.because(instr, b.calledWhile(target{fn: body(op), obj: objectOf(op)}, op.Signature))
			}
		case *ssa.Global:
			if !b.own(op) {
				b.because(instr, fixed(b.e.global(op), op.Name()))
			}
		}
	}
}

// fixed wants what is read while building to stay as it is.
func fixed(d Dep, name string) *obstacle {
	if d.Stage == Request {
		return &obstacle{why: "it reads " + name + ", which a request may change"}
	}
	if hs := flagged(d, token.NoPos); len(hs) > 0 {
		return &obstacle{why: hs[0].Reason}
	}
	return nil
}

func isChan(t types.Type) bool { _, ok := t.Underlying().(*types.Chan); return ok }

// calls reports whether an instruction mentions a function to call it, or to make its literal.
func calls(instr ssa.Instruction, fn *ssa.Function) bool {
	if call, ok := instr.(ssa.CallInstruction); ok && call.Common().Value == fn {
		return !slices.Contains(call.Common().Args, ssa.Value(fn))
	}
	_, made := instr.(*ssa.MakeClosure)
	return made
}

// change wants what is changed to be new.
func (b *buildWalk) change(instr ssa.Instruction, v ssa.Value) {
	if g, ok := v.(*ssa.Global); ok && b.own(g) {
		return
	}
	if b.e.kept(v, map[ssa.Value]bool{}) {
		b.fail(instr, "it changes what other calls see too")
	}
}

// kept reports whether v may lead to what a package variable holds.
func (e *engine) kept(v ssa.Value, seen map[ssa.Value]bool) bool {
	if seen[v] {
		return false
	}
	seen[v] = true
	any := func(vs []ssa.Value) bool {
		return slices.ContainsFunc(vs, func(v ssa.Value) bool { return leads(v.Type()) && e.kept(v, seen) })
	}
	switch v := v.(type) {
	case *ssa.Global:
		return true
	case *ssa.UnOp:
		if rootAlloc(v.X) != nil {
			return any(storedValues(e.storesTo(v.X))) || any(storedValues(directStores(rootAlloc(v.X))))
		}
		return e.kept(v.X, seen)
	case *ssa.FreeVar:
		for _, mc := range e.makers[v.Parent()] {
			if i := freeIndex(v) - len(v.Parent().Params); i < len(mc.Bindings) && e.kept(mc.Bindings[i], seen) {
				return true
			}
		}
		return false
	case *ssa.Call:
		return e.keptResult(v) || any(v.Call.Args)
	case *ssa.Extract, *ssa.FieldAddr, *ssa.IndexAddr, *ssa.Field, *ssa.Index, *ssa.Lookup, *ssa.Slice, *ssa.Phi, *ssa.ChangeType,
		*ssa.Convert, *ssa.MakeInterface, *ssa.ChangeInterface, *ssa.TypeAssert, *ssa.Next, *ssa.Range, *ssa.SliceToArrayPointer:
		for _, op := range v.(ssa.Instruction).Operands(nil) {
			if *op != nil && e.kept(*op, seen) {
				return true
			}
		}
	}
	return false
}

// keptResult reports whether a call may return what a package variable holds, its arguments aside.
func (e *engine) keptResult(call *ssa.Call) bool {
	for _, t := range e.targets(call.Common()) {
		if t.fn != nil && e.leaks(t.fn).kept {
			return true
		}
		if t.fn == nil {
			if sum := e.fact(t.obj); sum != nil && slices.ContainsFunc(sum.Results, func(r Returned) bool { return r.Lives.forever() }) {
				return true
			}
		}
	}
	return false
}

// unsharedIn is a reason why the object that is put into an interface must not be shared.
func (e *engine) unsharedIn(mi *ssa.MakeInterface) *obstacle {
	iface := mi.Type().Underlying().(*types.Interface)
	if iface.NumMethods() == 0 {
		return nil // whoever gets it knows its type, or only looks at it
	}
	x := mi.X
	if tuple, ok := x.(*ssa.Extract); ok {
		x = tuple.Tuple
	}
	switch x := x.(type) {
	case *ssa.Call:
		if obj := callee(x.Common()); obj != nil && obj.Pkg() != e.pass.Pkg && !e.examined(obj) {
			return nil // a library made it, and was asked then
		}
	case *ssa.UnOp:
		if _, global := x.X.(*ssa.Global); global {
			return nil // shared already
		}
	}
	return e.changingMethod(mi)
}

// examined reports whether another package's function belongs to our own code, so that its summary says what it does.
func (e *engine) examined(obj *types.Func) bool {
	sum := e.fact(obj)
	return sum != nil && sum.Examined
}

// closure looks at a literal or method value. One that is called on the spot, or given to a function which calls it
// before it returns, is part of building.
func (b *buildWalk) closure(mc *ssa.MakeClosure) {
	fn := mc.Fn.(*ssa.Function)
	if fn.Synthetic != "" {
		for _, t := range b.e.targetOf(fn, mc) {
			if t.recv == nil {
				b.fail(mc, "a method value cannot be followed")
				return
			}
			r := b.e.readingOf(t, 0, t.recv, false)
			b.because(mc, r.found)
			if r.gives && !b.e.allFit(fn.Signature.Results()) {
				b.fail(mc, t.obj.Name()+", which stays in it, hands a part of it out")
			}
			b.because(mc, b.calledWhile(t, fn.Signature))
		}
		return
	}
	if b.e.calledOnTheSpot(mc) {
		b.because(mc, b.buildsTarget(target{fn: fn}))
		return
	}
	for i, v := range fn.FreeVars {
		if b.opens {
			break
		}
		r := b.e.reading(fn, len(fn.Params)+i, false)
		if r.found != nil && b.found == nil {
			b.found = &obstacle{"a literal that stays in it changes " + v.Name(), mc.Pos()}
		}
		if r.gives && !b.e.allFit(fn.Signature.Results()) {
			b.fail(mc, "a literal that stays in it hands "+v.Name()+" out")
		}
	}
	b.because(mc, b.calledWhile(target{fn: fn}, fn.Signature))
}

func (e *engine) allFit(results *types.Tuple) bool {
	for v := range results.Variables() {
		if !e.fitToGive(v.Type()) {
			return false
		}
	}
	return true
}

// calledOnTheSpot reports whether nobody keeps a literal.
func (e *engine) calledOnTheSpot(mc *ssa.MakeClosure) bool {
	for _, ref := range *mc.Referrers() {
		call, ok := ref.(*ssa.Call)
		if !ok {
			return false
		}
		c := call.Common()
		if c.Value == mc && !slices.Contains(c.Args, ssa.Value(mc)) {
			continue
		}
		obj := callee(c)
		if obj == nil {
			return false
		}
		known := e.cat.Calls(obj)
		if known == nil {
			return false
		}
		for i, a := range c.Args {
			if a != mc {
				continue
			}
			if c.IsInvoke() && obj.Signature().Recv() != nil {
				i++
			}
			if !calledArg(known, obj, i) {
				return false
			}
		}
	}
	return true
}

// calledWhile is what stands against a function value that whoever gets it may call at once, as a router does with
// a middleware. A handler waits for its request.
func (b *buildWalk) calledWhile(t target, sig *types.Signature) *obstacle {
	if b.e.takesRequest(sig) {
		return nil
	}
	return b.buildsTarget(t)
}

func (e *engine) takesRequest(sig *types.Signature) bool {
	for v := range sig.Params().Variables() {
		if e.isRequest(v.Type()) {
			return true
		}
	}
	return false
}

// buildsTarget is as builds, of a function of any package.
func (b *buildWalk) buildsTarget(t target) *obstacle {
	e := b.e
	if t.fn != nil {
		if slices.Contains(b.among, t.fn) || b.opens && e.sharesOne(t.fn) {
			return nil
		}
		d := e.doneBy(t.fn, b.opens)
		b.keepsCtx = b.keepsCtx || d.keepsCtx
		return d.found
	}
	name := shortName(t.obj, e.pass.Pkg)
	if a := e.cat.Ambient(t.obj); a != nil && a.Binding == catalog.BindInit && !a.Remote {
		return nil
	}
	if plain := e.cat.Plain(t.obj); plain != nil && plain.Pure {
		return nil
	}
	entry := e.costly(t.obj)
	switch {
	case entry == nil && e.examined(t.obj):
		if sum := e.fact(t.obj); sum.Builds || b.opens && sum.Opens {
			b.keepsCtx = b.keepsCtx || sum.KeepsCtx
			return nil
		}
		return &obstacle{why: name + " does more than build what it returns"}
	case entry == nil:
		return &obstacle{why: name + " may do more than build what it returns"}
	case entry.Read, entry.Flush:
		return &obstacle{why: name + " reads what may change"}
	case b.opens:
		b.keepsCtx = b.keepsCtx || entry.Ctx == catalog.CtxRetained
	case entry.Loses >= catalog.Transport:
		return &obstacle{why: "what has a connection is kept where it is opened"}
	case !entry.Shared && !entry.Pure:
		return &obstacle{why: "a " + entry.What + " must not be shared between requests"}
	}
	return nil
}

func (b *buildWalk) call(call ssa.CallInstruction) {
	c := call.Common()
	if bi, ok := c.Value.(*ssa.Builtin); ok {
		b.builtin(call, bi.Name())
		return
	}
	obj := callee(c)
	if b.opens && (b.e.asksObject(call) || boundsTime(c)) {
		return
	}
	if obj != nil && b.e.costly(obj) != nil {
		if name := changingFile(call); name != "" {
			b.fail(call, name+" may change while the instance lives")
			return
		}
		if b.because(call, b.buildsTarget(target{obj: obj})); b.found != nil {
			return
		}
	}
	if obj != nil && b.e.cat.Mutates(obj) != nil {
		recv := c.Value
		if !c.IsInvoke() {
			recv = c.Args[0]
		}
		b.change(call, recv)
		return
	}
	if obj != nil && b.e.cat.Calls(obj) != nil && b.e.cat.Costly(obj) == nil && !b.e.isStd(obj) {
		b.fail(call, obj.Name()+" may do more than build what it returns")
		return
	}
	if v, ok := call.(*ssa.Call); ok && b.e.ambientOf(obj) != nil {
		b.because(call, fixed(b.e.result(v, 0), "what "+obj.Name()+" returns"))
	}
	targets := b.e.certainTargets(c)
	if plain := b.e.plainOf(obj); len(targets) == 0 && (plain == nil || !plain.Pure) {
		b.fail(call, "it calls a function that cannot be followed")
	}
	for _, t := range targets {
		b.because(call, b.buildsTarget(t))
		for i, a := range b.e.argsFor(c, t) {
			if b.found == nil && a != nil && leads(a.Type()) && b.e.readingOf(t, i, a, false).found != nil {
				b.change(call, a)
			}
		}
	}
}

// asksObject recognises a question whether an object answers that was opened just now: pool.Ping(ctx).
func (e *engine) asksObject(call ssa.CallInstruction) bool {
	c := call.Common()
	obj := callee(c)
	if obj == nil || c.IsInvoke() || obj.Signature().Recv() == nil || len(c.Args) == 0 {
		return false
	}
	v := c.Args[0]
	if x, ok := v.(*ssa.Extract); ok {
		v = x.Tuple
	}
	made, ok := v.(*ssa.Call)
	if !ok || callee(made.Common()) == nil {
		return false
	}
	entry := e.costly(callee(made.Common()))
	return entry != nil && slices.Contains(entry.Check, obj.Name())
}

// boundsTime recognises context.WithTimeout and its like, and the call of what they return to end it.
func boundsTime(c *ssa.CallCommon) bool {
	if x, ok := c.Value.(*ssa.Extract); ok {
		call, ok := x.Tuple.(*ssa.Call)
		return ok && boundsTime(call.Common())
	}
	obj := callee(c)
	return obj != nil && obj.Pkg() != nil && obj.Pkg().Path() == "context"
}

// handsOnCtx reports whether a function does anything else with a context than to give it to others, or to derive another
// one from it.
func (e *engine) handsOnCtx(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr.(type) {
			case ssa.CallInstruction, *ssa.DebugRef, *ssa.Extract:
				continue
			}
			for _, op := range instr.Operands(nil) {
				if *op != nil && isContext((*op).Type()) {
					return true
				}
			}
		}
	}
	return false
}

// sharesOne recognises a function that has one object for all who ask, made when the first one does:
//
//	func shared() *Memory {
//		once.Do(func() { memory = NewMemory() })
//		return memory
//	}
//
// When the object is made nobody else can tell, if the variables that change are those of the function alone.
func (e *engine) sharesOne(fn *ssa.Function) bool {
	if one, ok := e.sharing.ones[fn]; ok {
		return one
	}
	e.sharing.ones[fn] = false
	if len(fn.AnonFuncs) != 1 || len(fn.FreeVars) > 0 || !callsOnce(fn) {
		return false
	}
	b := &buildWalk{e: e, fn: fn, opens: true, among: []*ssa.Function{fn, fn.AnonFuncs[0]}}
	for _, f := range b.among {
		for _, block := range f.Blocks {
			for _, instr := range block.Instrs {
				if call, ok := instr.(*ssa.Call); !ok || !isOnceDo(call) {
					b.instr(instr)
				}
			}
		}
	}
	e.sharing.ones[fn] = b.found == nil && !b.keepsCtx
	return e.sharing.ones[fn]
}

func callsOnce(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(*ssa.Call); ok && isOnceDo(call) {
				return true
			}
		}
	}
	return false
}

func isOnceDo(call *ssa.Call) bool {
	obj := callee(call.Common())
	return obj != nil && obj.FullName() == "(*sync.Once).Do"
}

// own reports whether nobody but a function that has one object for all sees a package variable.
func (b *buildWalk) own(g *ssa.Global) bool { return b.among != nil && b.e.onlyIn(g, b.among...) }

// onlyIn reports whether no other function mentions a package variable.
func (e *engine) onlyIn(g *ssa.Global, fns ...*ssa.Function) bool {
	if obj := g.Object(); obj == nil || obj.Exported() {
		return false
	}
	for _, fn := range e.funcs {
		if slices.Contains(fns, fn) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if slices.ContainsFunc(instr.Operands(nil), func(op *ssa.Value) bool { return *op == ssa.Value(g) }) {
					return false
				}
			}
		}
	}
	return true
}

func (b *buildWalk) builtin(call ssa.CallInstruction, name string) {
	switch name {
	case "recover", "print", "println", "close":
		b.fail(call, "it calls "+name)
	case "append", "copy", "delete", "clear":
		b.change(call, call.Common().Args[0])
	}
}

// isRequest reports whether t is something that exists only while a request is served.
func (e *engine) isRequest(t types.Type) bool {
	n, ok := types.Unalias(deref(t)).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return false
	}
	return e.cat.Event(n.Obj()) != nil || n.Obj().Pkg().Path() == "net/http" && (n.Obj().Name() == "Request" || n.Obj().Name() == "ResponseWriter")
}

// examine says what importers must know of a function to share what it builds, or what it is given.
func (e *engine) examine(fn *ssa.Function, s *Summary) {
	s.Builds = fn.Signature.Results().Len() > 0 && e.builds(fn) == nil
	if n := fn.Signature.Results().Len(); !s.Builds && fn.Signature.Recv() == nil && (n == 1 || n == 2 && isError(fn.Signature.Results().At(1).Type())) {
		d := e.doneBy(fn, true)
		s.Opens, s.KeepsCtx = d.found == nil, d.keepsCtx || e.handsOnCtx(fn)
	}
	s.Examined = s.Builds || s.Opens
	for i, p := range fn.Params {
		if i >= 64 || !leads(p.Type()) || e.isRequest(p.Type()) {
			continue
		}
		s.Examined = true
		if r := e.reading(fn, i, false); r.found == nil {
			s.Reads |= 1 << i
			if r.gives {
				s.Gives |= 1 << i
			}
		}
	}
}
