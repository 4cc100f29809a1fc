package routes

import (
	"cmp"
	"go/ast"
	"go/constant"
	"go/token"
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

// A mount is a place where a router becomes the handler of another.
type mount struct {
	add  *regCall
	path string // taken away by a wrapper
}

// A prefix is where the routes of a router begin.
type prefix struct {
	path    string
	methods []string
	open    bool
	below   bool
	around  []Around
}

// within notes that a router is the group of a call, or is mounted by it.
func (f *finder) within(p *prefix, c *regCall) {
	cut, _ := f.cutOf(c)
	p.around = append(slices.Clone(p.around), Around{c.node, cut})
}

// Find lists the routes that a program registers, and what it needs apart from them.
func Find(prog *reach.Program) (list []*Route, start *reach.Set) {
	f := &finder{prog: prog, cat: catalog.Default(), values: map[types.Object][]value{}, returns: map[types.Object][]value{},
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

// shareCuts keeps pieces that are of several routes.
func shareCuts(list []*Route) {
	count := map[ast.Node]int{}
	for _, r := range list {
		count[r.Cut]++
	}
	for _, r := range list {
		if r.Cut != nil && count[r.Cut] > 1 {
			r.Cut, r.Fixed = nil, sharesStatement
		}
	}
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
		isServeMux := catalog.PackagePath(add.line.Symbol) == "net/http"
		r.below = r.below || isServeMux && strings.HasSuffix(r.Path, "/")
		r.Path = cmp.Or(r.Path, "/")
		slices.Sort(r.Methods)
		r.Methods = slices.Compact(r.Methods)
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

// cutOf is the statement that a registration is alone in, together with the calls that only narrow it.
func (f *finder) cutOf(add *regCall) (ast.Node, string) {
	if why := f.chained(add.call, add.info); why != "" {
		return nil, why
	}
	var child ast.Node = add.call
	for _, n := range slices.Backward(add.stack) {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			child = n
		case *ast.CallExpr:
			fn := calleeOf(add.info, n)
			switch {
			case n.Fun != child || fn == nil:
				return nil, "it is an argument of another call"
			case fn.Name() == "Name":
				return nil, named
			}
			if line := f.cat.Route(fn); line == nil || line.Form != catalog.RouteNarrow {
				return nil, sharesStatement
			}
			child = n
		case *ast.ExprStmt:
			if slices.ContainsFunc(add.stack, isLoop) {
				return nil, inLoop
			}
			return n, ""
		default:
			return nil, "it is no statement of its own"
		}
	}
	return nil, "it is no statement of its own"
}

func isLoop(n ast.Node) bool {
	switch n.(type) {
	case *ast.ForStmt, *ast.RangeStmt:
		return true
	}
	return false
}

const (
	inLoop          = "it stands in a loop"
	named           = "it has a name, by which others may ask for its path"
	sharesStatement = "it shares its statement with another"
)

// chained says whether the router of a registration is what another one returned, as in gin:
//
//	r.GET("/a", a).GET("/b", b)
func (f *finder) chained(call *ast.CallExpr, info *types.Info) string {
	for {
		recv, ok := ast.Unparen(receiverOf(call)).(*ast.CallExpr)
		if !ok {
			return ""
		}
		if fn := calleeOf(info, recv); fn != nil {
			if line := f.cat.Route(fn); line != nil {
				switch {
				case line.Form == catalog.RouteAdd:
					return sharesStatement
				case fn.Name() == "Name":
					return named
				}
			}
		}
		call = recv
	}
}

// verbs are the methods that a registration names.
func (f *finder) verbs(add *regCall) (methods []string, open bool) {
	if add.line.Method != "" {
		return []string{add.line.Method}, false
	}
	return f.texts(add.info, add.call, add.line.Verb)
}

// narrowed adds what calls after the registration say: r.HandleFunc("/things", h).Methods("GET").
func (f *finder) narrowed(add *regCall, r *Route) {
	var inner ast.Node = add.call
	for _, n := range slices.Backward(add.stack) {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			inner = n
		case *ast.CallExpr:
			fn := calleeOf(add.info, n)
			if n.Fun != inner || fn == nil {
				return
			}
			line := f.cat.Route(fn)
			if line == nil || line.Form != catalog.RouteNarrow {
				return
			}
			f.narrow(add.info, n, line, &r.Path, &r.Methods, &r.Open, &r.below)
			inner = n
		default:
			return
		}
	}
}

func (f *finder) narrow(info *types.Info, call *ast.CallExpr, line *catalog.Route, path *string, methods *[]string, open, below *bool) {
	if line.Path >= 0 {
		s, known := f.text(info, call, line.Path)
		*path = join(*path, s)
		*open = *open || !known
	}
	if line.Below {
		*below = true
		*path = join(*path, "*")
	}
	if line.Verb >= 0 {
		list, unknown := f.texts(info, call, line.Verb)
		*methods = append(*methods, list...)
		*open = *open || unknown
	}
}

// receiverOf is the router of a call, nil for a function.
func receiverOf(call *ast.CallExpr) ast.Expr {
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		return sel.X
	}
	return nil
}

// prefixes are the places below which the routes of a router lie.
func (f *finder) prefixes(router value) (list []prefix) {
	e := router.expr
	if e == nil {
		return []prefix{{}}
	}
	e = ast.Unparen(e)
	if f.busy[e] {
		return nil
	}
	f.busy[e] = true
	defer delete(f.busy, e)
	switch e := e.(type) {
	case *ast.UnaryExpr:
		return f.prefixes(value{expr: e.X, info: router.info})
	case *ast.StarExpr:
		return f.prefixes(value{expr: e.X, info: router.info})
	case *ast.CompositeLit:
		return f.mountedAt(e)
	case *ast.Ident, *ast.SelectorExpr:
		return f.prefixesOfVar(router)
	case *ast.CallExpr:
		return f.prefixesOfCall(value{expr: e, info: router.info})
	}
	return []prefix{{path: "?", open: true}}
}

func (f *finder) prefixesOfVar(router value) (list []prefix) {
	obj := objectOf(router.info, router.expr)
	if _, isPackage := obj.(*types.PkgName); isPackage {
		return []prefix{{}} // http.HandleFunc
	}
	add := func(more []prefix) {
		for _, p := range more {
			if !slices.ContainsFunc(list, func(o prefix) bool { return o.path == p.path && slices.Equal(o.methods, p.methods) }) {
				list = append(list, p)
			}
		}
	}
	for _, group := range f.inner[obj] {
		list := f.grouped(group.info, group.call, group.line)
		for i := range list {
			f.within(&list[i], group)
		}
		add(list)
	}
	for _, v := range f.values[obj] {
		add(f.prefixes(v))
	}
	if len(list) > 0 {
		return list
	}
	if _, isVar := obj.(*types.Var); isVar && len(f.inner[obj])+len(f.values[obj]) > 0 {
		return nil // made of itself
	}
	if v, isVar := obj.(*types.Var); isVar && !v.IsField() && v.Pkg() != nil && v.Parent() == v.Pkg().Scope() {
		return []prefix{{}} // var mux http.ServeMux
	}
	if f.zeroRouter(obj) {
		return []prefix{{}}
	}
	return []prefix{{path: "?", open: true}}
}

// zeroRouter reports whether a variable or field holds a router that needs no constructor: var mux http.ServeMux.
func (f *finder) zeroRouter(obj types.Object) bool {
	if obj == nil {
		return false
	}
	named, ok := types.Unalias(obj.Type()).(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "net/http"
}

func (f *finder) grouped(info *types.Info, call *ast.CallExpr, line *catalog.Route) (list []prefix) {
	for _, p := range f.prefixes(value{expr: receiverOf(call), info: info}) {
		if line.Path >= 0 {
			s, known := f.text(info, call, line.Path)
			p.path, p.open = join(p.path, s), p.open || !known
		}
		list = append(list, p)
	}
	return list
}

func (f *finder) prefixesOfCall(v value) (list []prefix) {
	call := v.expr.(*ast.CallExpr)
	if v.info.Types[call.Fun].IsType() && len(call.Args) == 1 {
		return f.prefixes(value{expr: call.Args[0], info: v.info})
	}
	fn := calleeOf(v.info, call)
	if fn == nil {
		return f.mountedAt(call)
	}
	if line := f.cat.Route(fn); line != nil {
		switch line.Form {
		case catalog.RouteGroup:
			list = f.grouped(v.info, call, line)
			for i := range list {
				list[i].path, list[i].below = strings.TrimSuffix(list[i].path, "/*"), false // a sub-router of PathPrefix
			}
			return list
		case catalog.RouteNarrow:
			for _, p := range f.prefixes(value{expr: receiverOf(call), info: v.info}) {
				f.narrow(v.info, call, line, &p.path, &p.methods, &p.open, &p.below)
				list = append(list, p)
			}
			return list
		}
	}
	if f.prog.NodeOf(fn) == nil {
		return f.mountedAt(call) // chi.NewRouter()
	}
	for _, r := range f.returns[fn] {
		for _, p := range f.prefixes(r) {
			if !slices.ContainsFunc(list, func(o prefix) bool { return o.path == p.path }) {
				list = append(list, p)
			}
		}
	}
	return list
}

// mountedAt is where the router made by an expression is mounted.
func (f *finder) mountedAt(made ast.Expr) (list []prefix) {
	if len(f.mounts[made]) == 0 {
		return []prefix{{}}
	}
	for _, m := range f.mounts[made] {
		for _, p := range f.prefixes(value{expr: receiverOf(m.add.call), info: m.add.info}) {
			if m.add.line.Strips {
				s, known := f.text(m.add.info, m.add.call, m.add.line.Path)
				p.path, p.open = join(p.path, s), p.open || !known
			}
			p.path = strings.TrimSuffix(p.path, "/*")
			p.path, p.below = join(p.path, m.path), false
			f.within(&p, m.add)
			list = append(list, p)
		}
	}
	return list
}

// findMounts notes which routers a registration is given.
func (f *finder) findMounts(add *regCall) {
	if len(add.call.Args) <= add.line.Handler {
		return
	}
	for _, h := range add.call.Args[add.line.Handler:] {
		for made, path := range f.routersIn(value{expr: h, info: add.info}) {
			if f.registersAny(made) {
				f.mounts[made] = append(f.mounts[made], mount{add, path})
			}
		}
	}
}

// registersAny reports whether anything is registered with the router that an expression makes.
func (f *finder) registersAny(made ast.Expr) bool {
	for _, add := range f.adds {
		if recv := receiverOf(add.call); recv != nil {
			for o := range f.routersIn(value{expr: recv, info: add.info}) {
				if o == made {
					return true
				}
			}
		}
	}
	return false
}

// routersIn lists the expressions that may have made a router or handler, with the path that wrappers take away.
func (f *finder) routersIn(v value) map[ast.Expr]string {
	found := map[ast.Expr]string{}
	f.origins(v, "", found, map[ast.Expr]bool{})
	return found
}

func (f *finder) origins(v value, path string, found map[ast.Expr]string, seen map[ast.Expr]bool) {
	if v.expr == nil {
		return
	}
	e := ast.Unparen(v.expr)
	if seen[e] {
		return
	}
	seen[e] = true
	switch e := e.(type) {
	case *ast.UnaryExpr:
		f.origins(value{expr: e.X, info: v.info}, path, found, seen)
	case *ast.CompositeLit:
		found[e] = path
	case *ast.Ident, *ast.SelectorExpr:
		obj := objectOf(v.info, e)
		for _, group := range f.inner[obj] {
			f.origins(value{expr: receiverOf(group.call), info: group.info}, path, found, seen)
		}
		for _, val := range f.values[obj] {
			f.origins(val, path, found, seen)
		}
	case *ast.CallExpr:
		f.originsOfCall(e, v.info, path, found, seen)
	}
}

func (f *finder) originsOfCall(call *ast.CallExpr, info *types.Info, path string, found map[ast.Expr]string, seen map[ast.Expr]bool) {
	if info.Types[call.Fun].IsType() && len(call.Args) == 1 {
		f.origins(value{expr: call.Args[0], info: info}, path, found, seen)
		return
	}
	fn := calleeOf(info, call)
	if fn == nil {
		return
	}
	line := f.cat.Route(fn)
	switch {
	case line != nil && line.Form == catalog.RouteStrip && len(call.Args) > line.Handler:
		s, _ := f.text(info, call, line.Path)
		f.origins(value{expr: call.Args[line.Handler], info: info}, join(path, s), found, seen)
		return
	case line != nil && line.Form != catalog.RouteAdd:
		f.origins(value{expr: receiverOf(call), info: info}, path, found, seen) // a group is the router that it is of
		return
	}
	if f.prog.NodeOf(fn) != nil {
		for _, r := range f.returns[fn] {
			f.origins(r, path, found, seen)
		}
		return
	}
	found[call] = path
	for _, arg := range call.Args { // otelhttp.NewHandler(router, "api")
		if isHandlerType(info.TypeOf(arg)) {
			f.origins(value{expr: arg, info: info}, path, found, seen)
		}
	}
}

func isHandlerType(t types.Type) bool {
	if t == nil {
		return false
	}
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "ServeHTTP")
	return obj != nil
}

// text is a constant argument; "?" and false if it is not constant.
func (f *finder) text(info *types.Info, call *ast.CallExpr, arg int) (string, bool) {
	if arg < 0 {
		return "", true
	}
	if arg >= len(call.Args) {
		return "?", false
	}
	return f.constantText(info, call.Args[arg])
}

// constantText is the text of an expression, with ? for parts that are not constant.
func (f *finder) constantText(info *types.Info, e ast.Expr) (string, bool) {
	if v, ok := f.entry.lookup(info, e); ok {
		info, e = f.entry.info, v
	}
	if tv := info.Types[e]; tv.Value != nil && tv.Value.Kind() == constant.String {
		return constant.StringVal(tv.Value), true
	}
	if b, ok := ast.Unparen(e).(*ast.BinaryExpr); ok && b.Op == token.ADD {
		x, knownX := f.constantText(info, b.X)
		y, knownY := f.constantText(info, b.Y)
		return x + y, knownX && knownY
	}
	return "?", false
}

// texts are the constants from an argument on, or in a slice.
func (f *finder) texts(info *types.Info, call *ast.CallExpr, arg int) (list []string, open bool) {
	if arg < 0 {
		return nil, false
	}
	args := call.Args[min(arg, len(call.Args)):]
	if fn := calleeOf(info, call); fn == nil || !fn.Signature().Variadic() || fn.Signature().Params().Len()-1 > arg {
		args = args[:min(1, len(args))]
	}
	for _, e := range args {
		if lit, ok := ast.Unparen(e).(*ast.CompositeLit); ok {
			for _, e := range lit.Elts {
				s, known := f.constantText(info, e)
				list, open = append(list, s), open || !known
			}
			continue
		}
		s, known := f.constantText(info, e)
		list, open = append(list, s), open || !known
	}
	return list, open
}

// shapeOf spells the type of a function as the catalogue does.
func shapeOf(obj types.Object) string {
	sig, ok := obj.Type().(*types.Signature)
	if !ok {
		return ""
	}
	strip := func(t *types.Tuple) *types.Tuple {
		var vars []*types.Var
		for v := range t.Variables() {
			vars = append(vars, types.NewParam(0, nil, "", types.Unalias(v.Type())))
		}
		return types.NewTuple(vars...)
	}
	return types.TypeString(types.NewSignatureType(nil, nil, nil, strip(sig.Params()), strip(sig.Results()), sig.Variadic()), nil)
}
