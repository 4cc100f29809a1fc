package routes

import (
	"cmp"
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/faaslint/faaslint/internal/catalog"
	"github.com/faaslint/faaslint/internal/reach"
)

// A finder knows where routers come from: what is assigned to variables, passed to parameters, returned by functions.
type finder struct {
	prog *reach.Program
	cat  *catalog.Catalog

	values   map[types.Object][]value    // of variables, fields and parameters
	returns  map[types.Object][]value    // of functions
	inner    map[types.Object][]*regCall // parameters that are the router of a group
	adds     []*regCall
	mounts   map[ast.Expr][]mount // by the call that makes a router
	busy     map[ast.Expr]bool    // against routers that are made of themselves
	mentions map[types.Object]int // of variables
	entry    *entry               // of the table that a registration in a loop is looked at for
}

// A value is an expression with the types of its package.
type value struct {
	expr ast.Expr
	info *types.Info
	node *reach.Node // where it stands; nil if nobody asks
}

// A regCall is a call that takes part in routing.
type regCall struct {
	call  *ast.CallExpr
	line  *catalog.Route
	info  *types.Info
	node  *reach.Node
	stack []ast.Node // what is around it, outermost first
}

// Find lists the routes that a program registers, and what it needs apart from them.
func Find(prog *reach.Program) (list []*Route, start *reach.Set) {
	f := &finder{prog: prog, cat: catalog.Routers(), values: map[types.Object][]value{}, returns: map[types.Object][]value{},
		inner: map[types.Object][]*regCall{}, mounts: map[ast.Expr][]mount{}, busy: map[ast.Expr]bool{}, mentions: map[types.Object]int{}}
	for _, n := range prog.Nodes() {
		f.index(n)
	}
	for _, add := range f.adds {
		f.findMounts(add)
	}
	var all []*Route
	for _, add := range f.adds {
		all = append(all, f.routesOf(add)...)
	}
	for _, n := range prog.Nodes() {
		all = append(all, f.switches(n)...)
	}
	shareCuts(all)
	spans := map[*reach.Node][]*Route{}
	for _, r := range all {
		spans[r.Node] = append(spans[r.Node], r)
	}
	skip := func(n *reach.Node, u reach.Use) bool {
		return slices.ContainsFunc(spans[n], func(r *Route) bool { return r.Holds(u.Pos) })
	}
	start = prog.Reach(prog.Roots(), nil, skip)
	for _, r := range all {
		// One within the handler of another is made while a request is served, if at all.
		inside := slices.ContainsFunc(spans[r.Node], func(o *Route) bool { return o != r && o.Pos != r.Pos && o.Holds(r.Pos) })
		if start.Has(r.Node) && !inside {
			list = append(list, r)
		}
	}
	for _, r := range list {
		// A handler that leads to the function which registers all of them does not call the others.
		r.set = prog.Reach(nil, r.Uses(), skip)
	}
	slices.SortStableFunc(list, func(a, b *Route) int { return cmp.Compare(a.Pos, b.Pos) })
	return list, start
}

// index notes all values of a declaration, and the calls in it that take part in routing.
func (f *finder) index(n *reach.Node) {
	info := n.Pkg.TypesInfo
	var stack []ast.Node
	ast.Inspect(n.Decl, func(x ast.Node) bool {
		if x == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		switch x := x.(type) {
		case *ast.Ident:
			if v, ok := info.Uses[x].(*types.Var); ok {
				f.mentions[v.Origin()]++
			}
		case *ast.AssignStmt:
			f.assigned(n, x.Lhs, x.Rhs)
		case *ast.ValueSpec:
			var lhs []ast.Expr
			for _, id := range x.Names {
				lhs = append(lhs, id)
			}
			f.assigned(n, lhs, x.Values)
		case *ast.CompositeLit:
			f.fields(n, x)
		case *ast.CallExpr:
			f.called(n, info, x, slices.Clone(stack))
		case *ast.ReturnStmt:
			if !slices.ContainsFunc(stack, func(s ast.Node) bool { _, lit := s.(*ast.FuncLit); return lit }) && len(x.Results) > 0 && len(n.Objs) > 0 {
				f.returns[n.Objs[0]] = append(f.returns[n.Objs[0]], value{x.Results[0], info, n})
			}
		}
		stack = append(stack, x)
		return true
	})
}

func (f *finder) assigned(n *reach.Node, lhs, rhs []ast.Expr) {
	info := n.Pkg.TypesInfo
	for i, l := range lhs {
		var v value
		switch {
		case len(lhs) == len(rhs):
			v = value{rhs[i], info, n}
		case len(rhs) == 1 && i == 0:
			v = value{rhs[0], info, n} // of several results the router is the first, if any is
		default:
			continue
		}
		if obj := objectOf(info, l); obj != nil {
			f.values[obj] = append(f.values[obj], v)
		}
	}
}

func (f *finder) fields(n *reach.Node, lit *ast.CompositeLit) {
	info := n.Pkg.TypesInfo
	t := info.TypeOf(lit)
	if t == nil {
		return
	}
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return
	}
	for i, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if obj := objectOf(info, kv.Key); obj != nil {
				f.values[obj] = append(f.values[obj], value{kv.Value, info, n})
			}
		} else if i < st.NumFields() {
			f.values[st.Field(i).Origin()] = append(f.values[st.Field(i).Origin()], value{e, info, n})
		}
	}
}

func (f *finder) called(n *reach.Node, info *types.Info, call *ast.CallExpr, stack []ast.Node) {
	fn := calleeOf(info, call)
	if fn == nil {
		return
	}
	if line := f.cat.Route(fn); line != nil {
		c := &regCall{call: call, line: line, info: info, node: n, stack: stack}
		switch {
		case line.Form == catalog.RouteAdd:
			f.adds = append(f.adds, c)
		case line.Form == catalog.RouteGroup && line.Inner >= 0 && line.Inner < len(call.Args):
			if param := f.innerParam(info, call.Args[line.Inner]); param != nil {
				f.inner[param] = append(f.inner[param], c)
			}
		}
		return
	}
	if f.prog.NodeOf(fn) == nil {
		return
	}
	sig := fn.Signature()
	for i, arg := range call.Args {
		if i < sig.Params().Len() && !(sig.Variadic() && i == sig.Params().Len()-1) {
			f.values[sig.Params().At(i)] = append(f.values[sig.Params().At(i)], value{arg, info, n})
		}
	}
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && sig.Recv() != nil {
		f.values[sig.Recv()] = append(f.values[sig.Recv()], value{expr: sel.X, info: info})
	}
}

// innerParam is the parameter of a function that is given to Route or Group.
func (f *finder) innerParam(info *types.Info, e ast.Expr) types.Object {
	switch e := ast.Unparen(e).(type) {
	case *ast.FuncLit:
		if len(e.Type.Params.List) == 1 && len(e.Type.Params.List[0].Names) == 1 {
			return info.Defs[e.Type.Params.List[0].Names[0]]
		}
	case *ast.Ident, *ast.SelectorExpr:
		if fn, ok := objectOf(info, e).(*types.Func); ok && fn.Signature().Params().Len() == 1 {
			return fn.Origin().Signature().Params().At(0)
		}
	}
	return nil
}

// objectOf is what a name or a selection stands for.
func objectOf(info *types.Info, e ast.Expr) types.Object {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		obj := info.ObjectOf(e)
		if v, ok := obj.(*types.Var); ok {
			return v.Origin()
		}
		return obj
	case *ast.SelectorExpr:
		return objectOf(info, e.Sel)
	}
	return nil
}

func calleeOf(info *types.Info, call *ast.CallExpr) *types.Func {
	fn, ok := typeutil.Callee(info, call).(*types.Func)
	if !ok {
		return nil
	}
	return fn.Origin()
}

// routesOf lists the routes of one registration: one for each entry of the table that it goes through, if it stands in a
// loop over one.
func (f *finder) routesOf(add *regCall) (list []*Route) {
	if len(add.call.Args) <= add.line.Handler {
		return nil
	}
	entries := f.entriesOf(add)
	if len(entries) == 0 {
		return f.registered(add)
	}
	defer func() { f.entry = nil }()
	for _, f.entry = range entries {
		for _, r := range f.registered(add) {
			f.entry.claim(r)
			list = append(list, r)
		}
	}
	return list
}

// registered lists the routes of a registration: one for each place where its router is mounted.
func (f *finder) registered(add *regCall) (list []*Route) {
	handlers := add.call.Args[add.line.Handler:]
	for _, h := range handlers {
		for o := range f.routersIn(value{expr: h, info: add.info}) {
			if f.registersAny(o) {
				return nil // a mount: its routes are found by themselves
			}
		}
	}
	methods, open := f.verbs(add)
	for _, p := range f.prefixes(value{expr: receiverOf(add.call), info: add.info}) {
		r := &Route{Methods: slices.Concat(p.methods, methods), Open: open || p.open, Pos: add.call.Pos(), Node: add.node, below: p.below || add.line.Below, Around: p.around}
		path, known := f.text(add.info, add.call, add.line.Path)
		method, path := withMethod(path)
		if method != "" {
			r.Methods = append(r.Methods, method)
		}
		r.Open = r.Open || !known
		r.Path = join(p.path, path)
		f.narrowed(add, r)
		if add.line.Below {
			r.Path = join(r.Path, "*")
		}
		r.Router = catalog.PackagePath(add.line.Symbol)
		r.below = r.below || r.Router == serveMux && strings.HasSuffix(r.Path, "/")
		r.Path = cmp.Or(r.Path, "/")
		slices.Sort(r.Methods)
		r.Methods = slices.Compact(r.Methods)
		r.Head = slices.Equal(r.Methods, []string{"GET"}) && (r.Router == serveMux || isFiber(r.Router) && strings.HasSuffix(add.line.Symbol, ".Get"))
		r.spans = []span{{handlers[0].Pos(), handlers[len(handlers)-1].End()}}
		r.Cut, r.Fixed = f.cutOf(add)
		if !slices.ContainsFunc(list, func(o *Route) bool { return o.String() == r.String() }) {
			list = append(list, r)
		}
	}
	if len(list) > 1 {
		for _, r := range list {
			r.Cut, r.Fixed = nil, "its router is mounted in several places"
		}
	}
	return list
}

// receiverOf is the router of a call, nil for a function.
func receiverOf(call *ast.CallExpr) ast.Expr {
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		return sel.X
	}
	return nil
}
