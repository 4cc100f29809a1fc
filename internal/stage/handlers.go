package stage

import (
	"go/ast"
	"go/types"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/faaslint/faaslint/internal/catalog"
)

// A root is a handler that this package declares or registers.
type root struct {
	route
	name string
	t    target
	reg  ssa.CallInstruction // the registering call; nil for a handler that the platform finds by its name
	arg  int                 // the index of the handler among the registering call's arguments
	ops  []Op                // instead of t: what a handler costs that another package made
	dyn  []Dyn
	made bool // by that package's function, which may as well give a router

	trivial bool // as in unit, of another package's

	wants Wants
}

// isForeign reports whether a handler is a library's, such as a router: it hands requests on, and needs nothing itself.
func (r root) isForeign(e *engine) bool { return r.t.obj != nil && !e.follows(r.t.obj.Pkg()) }

// maybePlain reports whether nothing but its type tells who calls a handler for HTTP, so that it may be part of a server.
func (r root) maybePlain() bool {
	return r.as.Platform == "http" || r.as.Symbol == "*" && r.as.Path == "" && r.t.fn != nil && shapeOf(r.t.fn.Signature) == httpShape
}

// A route is how handlers are registered.
type route struct {
	as         *catalog.Handler
	middleware bool // before those that answer
	probe      bool // for what only probes ask
	front      bool // for the root of all paths
}

// routeOf is how a call registers handlers.
func routeOf(call ssa.CallInstruction, as *catalog.Handler) route {
	at := func(is func(string) bool) bool {
		return slices.ContainsFunc(call.Common().Args, func(v ssa.Value) bool {
			c, ok := v.(*ssa.Const)
			return ok && is(constString(c))
		})
	}
	return route{as, as.Factory || isMiddleware(callee(call.Common())), at(isProbe), at(isFront)}
}

// routeBy is how the handler is registered by a call of the function that a fact says it of.
func (r *Registration) routeBy(call ssa.CallInstruction) route {
	return route{&r.As, r.Middleware || isMiddleware(callee(call.Common())), r.Probe, false}
}

// forOthers reports whether a handler runs for the requests of others.
func (r root) forOthers() bool { return r.middleware || namedMiddleware.MatchString(r.name) }

// namedMiddleware matches the names of what is handed to a router's Use by somebody else.
var namedMiddleware = regexp.MustCompile(`(?i)middleware`)

// forProbes reports whether a handler is registered for probes.
func (r root) forProbes() bool { return r.probe || probeName.MatchString(r.name) }

var probeName = regexp.MustCompile(`(?i)(^|\.)(get|handle|serve)?_?(heal?th(z|_?check)?|ping|ready(z|ness)?|live(z|ness)?|heartbeat|test)(handler)?$`)

// findRoots lists the handlers of the package and notes the parameters that become handlers.
func (e *engine) findRoots() {
	for _, fn := range e.funcs {
		if as := e.named(fn); as != nil && as.Process == catalog.PerInstance {
			e.roots = append(e.roots, root{route: route{as: as}, name: fn.Name(), t: target{fn: fn, obj: objectOf(fn)}})
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch instr := instr.(type) {
				case ssa.CallInstruction:
					e.registration(instr)
					e.passedOn(instr)
				case *ssa.Store:
					e.storedHandler(instr)
					switch instr.Addr.(type) {
					case *ssa.FieldAddr, *ssa.IndexAddr: // a table of routes, not a variable
						e.shaped(instr.Val, nil, 0)
					}
				case *ssa.MapUpdate:
					e.shaped(instr.Value, nil, 0)
				}
			}
		}
	}
	if e.perRequest {
		// Plain HTTP handlers beside such a platform are served by it.
		e.roots = slices.DeleteFunc(e.roots, func(r root) bool { return r.as.Platform == "http" })
	}
	e.markServing()
	e.findEventFuncs()
}

// findEventFuncs adds the functions that take a platform's event: whoever calls them, they run while a request is
// served. In applications with a router of their own that is all that a package of handlers shows.
func (e *engine) findEventFuncs() {
	var found []root
	for _, fn := range e.funcs {
		if e.serving[fn] || fn.Parent() != nil || fn.Synthetic != "" {
			continue
		}
		if as := e.eventOf(fn); as != nil && as.Process == catalog.PerInstance {
			t := target{fn: fn, obj: objectOf(fn)}
			found = append(found, root{route: route{as: as}, name: e.targetName(t), t: t})
		}
	}
	for _, r := range found {
		if !e.calledByAnother(r.t.fn, found) {
			e.roots = append(e.roots, r)
		}
	}
	e.markServing()
}

func (e *engine) calledByAnother(fn *ssa.Function, roots []root) bool {
	for _, call := range e.callers[fn] {
		caller := call.Parent()
		for caller.Parent() != nil {
			caller = caller.Parent()
		}
		if caller != fn && slices.ContainsFunc(roots, func(r root) bool { return r.t.fn == caller }) {
			return true
		}
	}
	return false
}

// eventOf is the line for the type of one of fn's parameters.
func (e *engine) eventOf(fn *ssa.Function) *catalog.Handler {
	for v := range fn.Signature.Params().Variables() {
		n, ok := types.Unalias(deref(v.Type())).(*types.Named)
		if !ok {
			continue
		}
		if h := e.cat.Event(n.Obj()); h != nil {
			return h
		}
	}
	return nil
}

// named is the line by which a platform finds fn by its name, or the directive that says so.
func (e *engine) named(fn *ssa.Function) *catalog.Handler {
	obj := objectOf(fn)
	if obj == nil || fn.Parent() != nil || fn.Synthetic != "" {
		return nil
	}
	if as := e.handlerDirs[obj]; as != nil {
		return as
	}
	if !obj.Exported() || obj.Signature().Recv() != nil {
		return nil
	}
	shape := shapeOf(obj.Signature())
	for _, h := range e.cat.Names() {
		if h.Symbol != "*" && h.Symbol != obj.Name() {
			continue
		}
		if e.platformFits(h, fn) && slices.ContainsFunc(h.Shapes, func(s string) bool { return s == shape || e.payloadFits(s, obj.Signature()) }) {
			return h
		}
	}
	return nil
}

// payloadFits compares a signature with one in which a struct stands for any of this package's that has its fields:
//
//	func(context.Context, struct{Bucket string; Name string}) error
func (e *engine) payloadFits(shape string, sig *types.Signature) bool {
	_, rest, ok := strings.Cut(shape, "struct{")
	fields, _, closed := strings.Cut(rest, "}")
	if !ok || !closed || sig.Params().Len() == 0 {
		return false
	}
	named, ok := types.Unalias(sig.Params().At(sig.Params().Len() - 1).Type()).(*types.Named)
	if !ok || named.Obj().Pkg() != e.pass.Pkg {
		return false
	}
	st, ok := named.Underlying().(*types.Struct)
	if !ok || strings.Replace(shapeOf(sig), types.TypeString(named, nil), "struct{"+fields+"}", 1) != shape {
		return false
	}
	for want := range strings.SplitSeq(fields, "; ") {
		found := false
		for v := range st.Fields() {
			found = found || v.Name()+" "+types.TypeString(v.Type(), nil) == want
		}
		if !found {
			return false
		}
	}
	return true
}

func (e *engine) platformFits(h *catalog.Handler, fn *ssa.Function) bool {
	isMain := e.pass.Pkg.Name() == "main"
	switch {
	case h.Package == "main" && !isMain, h.Package == "lib" && isMain:
		return false
	case h.Path != "" && !e.pathFits(h.Path, fn):
		return false
	case h.Import == "":
		return true
	}
	return slices.ContainsFunc(e.pass.Pkg.Imports(), func(p *types.Package) bool { return p.Path() == h.Import })
}

// pathFits matches the file of fn, relative to the module, with a pattern in which ** stands for any folders.
func (e *engine) pathFits(pattern string, fn *ssa.Function) bool {
	dir := e.pass.Pkg.Path()
	if m := e.pass.Module; m != nil {
		if !within(dir, m.Path) {
			return false
		}
		dir = strings.TrimPrefix(strings.TrimPrefix(dir, m.Path), "/")
	}
	file := path.Join(dir, base(e.pass.Fset.Position(fn.Pos()).Filename))
	if before, after, ok := strings.Cut(pattern, "**/"); ok {
		rest, ok := strings.CutPrefix(file, before)
		if !ok {
			return false
		}
		match, _ := path.Match(after, path.Base(rest))
		return match
	}
	match, _ := path.Match(pattern, file)
	return match
}

// shapeOf spells a signature without the names of its parameters.
func shapeOf(sig *types.Signature) string {
	return types.TypeString(types.NewSignatureType(nil, nil, nil, unnamed(sig.Params()), unnamed(sig.Results()), sig.Variadic()), nil)
}

func unnamed(t *types.Tuple) *types.Tuple {
	var vars []*types.Var
	for v := range t.Variables() {
		vars = append(vars, types.NewParam(0, nil, "", types.Unalias(v.Type())))
	}
	return types.NewTuple(vars...)
}

// registration looks at one call: does it make a handler of something?
func (e *engine) registration(call ssa.CallInstruction) {
	c := call.Common()
	obj := callee(c)
	if obj == nil {
		return
	}
	shift := 0
	if obj.Signature().Recv() != nil && !c.IsInvoke() {
		shift = 1
	}
	if as := e.cat.Handler(obj); as != nil {
		for i := shift; i < len(c.Args); i++ {
			if slices.Contains(as.Args, i-shift) || slices.Contains(as.Args, -1) {
				e.register(call, routeOf(call, as), i)
			}
		}
		return
	}
	sum := e.fact(obj)
	if sum == nil {
		return
	}
	for _, r := range sum.Registers {
		switch {
		case r.Param < 0:
			e.roots = append(e.roots, root{route: r.routeBy(call), name: r.Name, reg: call, arg: -1, dyn: r.Dyn, wants: r.Wants, trivial: r.Trivial})
		case r.Param < len(c.Args):
			e.register(call, r.routeBy(call), r.Param)
		}
	}
}

// register makes a handler of one argument of a call. Of several in a list, as in gin's GET(path, auth, show), those before
// the last run for the requests of that one.
func (e *engine) register(call ssa.CallInstruction, as route, arg int) {
	if as.as.Process == catalog.PerRequest {
		e.perRequest = true
		return
	}
	vals := spread(call.Common().Args[arg])
	for i, v := range vals {
		e.registering = as
		e.registering.middleware = as.middleware || i < len(vals)-1
		found := e.handlersOf(v, 0)
		if as.as.Factory {
			found = e.madeBy(v)
		}
		for _, r := range found {
			r.route, r.reg, r.arg = e.registering, call, arg
			r.name = nameIn(call, r)
			e.roots = append(e.roots, r)
		}
	}
}

// nameIn is the name of a handler, or of a literal what a call registers it for, if that is a text: a route or a name.
func nameIn(call ssa.CallInstruction, r root) string {
	if r.t.fn == nil || r.t.fn.Parent() == nil {
		return r.name
	}
	for _, v := range call.Common().Args {
		if c, ok := v.(*ssa.Const); ok && constString(c) != "" {
			return constString(c)
		}
	}
	return r.name
}

// madeBy lists the handlers that a middleware returns.
func (e *engine) madeBy(v ssa.Value) (out []root) {
	for _, t := range e.funcsOf(v) {
		if t.fn == nil {
			continue
		}
		for _, ret := range returns(t.fn) {
			if len(ret.Results) > 0 {
				out = append(out, e.handlersOf(ret.Results[0], 0)...)
			}
		}
	}
	return out
}

// passedOn sees a function of a handler's type that is given to a function which nobody described, such as a router of
// the house.
func (e *engine) passedOn(call ssa.CallInstruction) {
	if obj := callee(call.Common()); obj != nil && e.cat.Handler(obj) != nil {
		return
	}
	for i, arg := range call.Common().Args {
		for _, v := range spread(arg) {
			e.shaped(v, call, i)
		}
	}
}

// shaped makes a handler of a function or literal that has the type of one and goes into a table or to somebody else.
func (e *engine) shaped(v ssa.Value, call ssa.CallInstruction, arg int) {
	v = strip(v)
	switch v.(type) {
	case *ssa.Function, *ssa.MakeClosure:
	default:
		return
	}
	sig, ok := v.Type().Underlying().(*types.Signature)
	if !ok {
		return
	}
	shape := shapeOf(sig)
	for _, h := range e.cat.Shapes() {
		if h.Process == catalog.PerInstance && slices.Contains(h.Shapes, shape) {
			by := route{as: h}
			if call != nil {
				by = routeOf(call, h)
			}
			for _, t := range e.funcsOf(v) {
				e.roots = append(e.roots, root{route: by, name: e.targetName(t), t: t, reg: call, arg: arg})
			}
			return
		}
	}
}

// storedHandler sees server.Handler = h: what is stored in the field becomes a handler.
func (e *engine) storedHandler(s *ssa.Store) {
	addr, ok := s.Addr.(*ssa.FieldAddr)
	if !ok {
		return
	}
	n, ok := types.Unalias(deref(addr.X.Type())).(*types.Named)
	if !ok {
		return
	}
	st, ok := n.Underlying().(*types.Struct)
	if !ok {
		return
	}
	as := e.cat.Field(n.Obj(), st.Field(addr.Field).Name())
	if as == nil {
		return
	}
	e.registering = route{as: as}
	for _, r := range e.handlersOf(s.Val, 0) {
		r.route = e.registering
		e.roots = append(e.roots, r)
	}
}

// spread lists the elements of the slice that a variadic call makes of its arguments.
func spread(v ssa.Value) []ssa.Value {
	s, ok := v.(*ssa.Slice)
	if !ok {
		return []ssa.Value{v}
	}
	a, ok := s.X.(*ssa.Alloc)
	if !ok {
		return []ssa.Value{v}
	}
	var out []ssa.Value
	for _, ref := range *a.Referrers() {
		if elem, ok := ref.(*ssa.IndexAddr); ok {
			for _, s := range directStores(elem) {
				out = append(out, s.Val)
			}
		}
	}
	return out
}

// handlersOf lists the handlers that a value may be: functions, methods of handler objects, and what wrappers were given.
func (e *engine) handlersOf(v ssa.Value, depth int) (out []root) {
	if depth > 6 {
		return nil
	}
	for _, o := range e.origins(v) {
		switch o := o.(type) {
		case *ssa.Parameter:
			e.handlerParams[o] = e.registering // for the callers in other packages
		case *ssa.Call:
			out = append(out, e.wrapped(o, depth)...)
		case *ssa.MakeInterface:
			out = append(out, e.handlerObject(o, depth)...)
		default:
			for _, t := range e.funcsOf(o) {
				out = append(out, root{name: e.targetName(t), t: t})
			}
		}
	}
	return out
}

// handlerObject sees a func value in an interface, or an object whose methods the platform calls.
func (e *engine) handlerObject(mi *ssa.MakeInterface, depth int) (out []root) {
	if _, ok := mi.X.Type().Underlying().(*types.Signature); ok {
		return e.handlersOf(mi.X, depth+1)
	}
	for _, name := range handlerMethods {
		if t, ok := e.methodOf(mi, name); ok {
			out = append(out, root{name: e.targetName(t), t: t})
		}
	}
	return out
}

// handlerMethods are the methods by which platforms call handler objects.
var handlerMethods = []string{"ServeHTTP", "Invoke", "Handle"}

// wrapped sees a handler made by another package: from handlers that it was given (otelhttp.NewHandler(h, "x")), or
// by itself, with a fact that says what it costs.
func (e *engine) wrapped(call *ssa.Call, depth int) (out []root) {
	c := call.Common()
	for _, a := range c.Args {
		_, isFunc := a.Type().Underlying().(*types.Signature)
		if mi, ok := a.(*ssa.MakeInterface); ok {
			_, isFunc = mi.X.Type().Underlying().(*types.Signature)
		}
		if isFunc || isHandlerInterface(a.Type()) {
			out = append(out, e.handlersOf(a, depth+1)...)
		}
	}
	obj := callee(c)
	if sum := e.fact(obj); sum != nil {
		for _, r := range sum.Results {
			if r.Index == 0 && len(r.Ops)+len(r.Dyn) > 0 {
				out = append(out, e.madeElsewhere(call, obj, r))
			}
		}
		if len(out) == 0 && len(sum.Keepers)+len(sum.Asks) > 0 {
			out = append(out, e.madeElsewhere(call, obj, Returned{})) // auth.Middleware()
		}
		for i := range out {
			if out[i].t.fn == nil && out[i].t.obj == nil {
				out[i].wants = sum.Wants
			}
		}
	}
	return out
}

func (e *engine) madeElsewhere(call *ssa.Call, obj *types.Func, r Returned) root {
	made := root{name: obj.Pkg().Name() + "." + obj.Name(), made: true}
	here := e.frameOf(call, call.Pos())
	c := call.Common()
	var deps []Dep
	var lives []Lives
	for range c.Args {
		deps, lives = append(deps, Dep{Stage: Init}), append(lives, long)
	}
	for _, op := range r.Ops {
		made.ops = append(made.ops, op.lifted(here, deps, lives))
	}
	for _, d := range r.Dyn {
		made.dyn = append(made.dyn, d.lifted(here, deps, lives))
	}
	return made
}

func isHandlerInterface(t types.Type) bool {
	it, ok := t.Underlying().(*types.Interface)
	if !ok {
		return false
	}
	for m := range it.Methods() {
		if slices.Contains(handlerMethods, m.Name()) {
			return true
		}
	}
	return false
}

// handlerTargets lists the functions and handler methods that a returned value may be.
func (e *engine) handlerTargets(v ssa.Value) (ts []target) {
	for _, r := range e.handlersOf(v, 0) {
		if r.t.fn != nil || r.t.obj != nil {
			ts = append(ts, r.t)
		}
	}
	return ts
}

func (e *engine) targetName(t target) string {
	if t.obj != nil && (t.fn == nil || t.fn.Parent() == nil) {
		return shortName(t.obj, e.pass.Pkg)
	}
	fn := t.fn
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	name := fn.Name()
	if obj := objectOf(fn); obj != nil {
		name = shortName(obj, e.pass.Pkg)
	}
	return "the function literal in " + name
}

// shortName names a function as a reader of pkg would: F, T.M, p.F, p.T.M.
func shortName(fn *types.Func, pkg *types.Package) string {
	name := fn.Name()
	if recv := fn.Signature().Recv(); recv != nil {
		if n, ok := types.Unalias(deref(recv.Type())).(*types.Named); ok {
			name = n.Obj().Name() + "." + name
		}
	}
	if fn.Pkg() != nil && fn.Pkg() != pkg {
		name = fn.Pkg().Name() + "." + name
	}
	return name
}

// markServing notes the functions of this package that handlers reach.
func (e *engine) markServing() {
	var work []*ssa.Function
	for _, r := range e.roots {
		if r.t.fn != nil {
			work = append(work, r.t.fn)
		}
	}
	for len(work) > 0 {
		fn := work[len(work)-1]
		work = work[:len(work)-1]
		if e.serving[fn] {
			continue
		}
		e.serving[fn] = true
		work = append(work, fn.AnonFuncs...)
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if call, ok := instr.(ssa.CallInstruction); ok {
					for _, t := range e.targets(call.Common()) {
						if t.fn != nil {
							work = append(work, t.fn)
						}
					}
				}
			}
		}
	}
}

func (e *engine) servesRequests(fn *ssa.Function) bool { return e.serving[fn] }

// registrations lists what calling fn registers, for the callers in other packages.
func (e *engine) registrations() map[*ssa.Function][]Registration {
	for i, r := range e.roots {
		if e.noteCalledParams(r) {
			e.roots[i].middleware = true
		}
	}
	out := map[*ssa.Function][]Registration{}
	for _, fn := range e.funcs {
		for i, p := range fn.Params {
			if r := e.handlerParams[p]; r.as != nil {
				out[fn] = append(out[fn], Registration{Param: i, As: *r.as, Middleware: r.middleware, Probe: r.probe})
			}
		}
	}
	for _, r := range e.roots {
		if r.reg == nil || r.isForeign(e) {
			continue
		}
		reg := Registration{Param: -1, As: *r.as, Name: r.name, Dyn: e.unresolved(r), Middleware: r.forOthers(), Probe: r.forProbes()}
		reg.Wants, reg.Trivial = e.wantsOfRoot(r), e.needs().isTrivial(r)
		e.registeredBy(r.reg.Parent(), reg, out, map[*ssa.Function]bool{})
	}
	return out
}

// wantsOfRoot is what a handler wants, for the packages that call what registers it.
func (e *engine) wantsOfRoot(r root) Wants {
	if obj := r.t.obj; r.t.fn == nil && obj != nil && obj.Signature().Recv() != nil && types.IsInterface(obj.Signature().Recv().Type()) {
		return Wants{Asks: []string{obj.FullName()}} // whatever the program puts there
	}
	if r.t.fn == nil && e.fact(r.t.obj) == nil {
		return r.wants
	}
	return e.wantsOf(r.t)
}

// unresolved lists the calls of a handler through interfaces that nothing in this package fills: whoever calls the
// function that registers it may know more.
func (e *engine) unresolved(r root) (out []Dyn) {
	dyn := r.dyn
	if r.t.fn != nil {
		deps, lives := e.boundAtStart(r)
		for _, d := range e.summarize(r.t.fn).Dyn {
			via := d.Via
			d = d.lifted(Frame{}, deps, lives)
			d.Via, d.Param = via, -1
			dyn = append(dyn, d)
		}
	}
	for _, d := range dyn {
		if !slices.ContainsFunc(e.made, func(m Impl) bool { return m.Method == d.Method }) {
			out = append(out, d)
		}
	}
	return out
}

// registeredBy notes a handler for fn and for all functions of this package that call it.
func (e *engine) registeredBy(fn *ssa.Function, r Registration, out map[*ssa.Function][]Registration, seen map[*ssa.Function]bool) {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	if seen[fn] {
		return
	}
	seen[fn] = true
	if len(out[fn]) < maxDyn {
		out[fn] = append(out[fn], r)
	}
	for _, call := range e.callers[fn] {
		e.registeredBy(call.Parent(), r, out, seen)
	}
}

// noteCalledParams sees a parameter that a literal calls which is itself a handler, and reports whether there is one:
//
//	func Start(h Handler) { lambda.Start(func(ctx context.Context, e Event) error { return h(ctx, e) }) }
func (e *engine) noteCalledParams(r root) (found bool) {
	if r.t.fn == nil || r.t.mc == nil {
		return false
	}
	calls := e.summarize(r.t.fn).Calls >> len(r.t.fn.Params)
	for i, b := range r.t.mc.Bindings {
		if calls&(1<<i) == 0 {
			continue
		}
		vals := []ssa.Value{b}
		if a, ok := b.(*ssa.Alloc); ok {
			vals = nil
			for _, s := range directStores(a) {
				vals = append(vals, s.Val)
			}
		}
		for _, v := range vals {
			if p, ok := v.(*ssa.Parameter); ok {
				e.handlerParams[p] = r.route
				found = true
			}
		}
	}
	return found
}

// exprOf is the expression of a handler in the call that registers it, or the whole call.
func (e *engine) exprOf(r root) ast.Expr {
	call := e.callExpr(r.reg)
	if call == nil {
		return nil
	}
	i := r.arg
	if fn := callee(r.reg.Common()); fn != nil && fn.Signature().Recv() != nil && !r.reg.Common().IsInvoke() {
		i--
	}
	if i < 0 || i >= len(call.Args) {
		return call
	}
	return call.Args[i]
}
