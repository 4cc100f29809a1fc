package rewrite

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/dave/dst"
	"github.com/dave/dst/decorator"
	"github.com/dave/dst/dstutil"
	"golang.org/x/tools/go/analysis"
)

// A hoist is one fix in the making: first the plan, on the package's own syntax, then the text, with dst.
type hoist struct {
	p       *Package
	o       *Object
	typ     types.Type // of the object
	slices  []*slice   // one for each call
	defers  [][]*ast.DeferStmt
	ends    []*end // what closes the object in the methods of a struct that holds it
	guard   *guard
	imports *imports   // of the file that gets the guard
	extra   []*imports // of other files that need some

	order   []ast.Decl // that have trees
	trees   map[ast.Decl]*tree
	sources map[*ast.File]*source
	names   []string  // to be remembered
	anchor  token.Pos // to be remembered
}

// plan decides what moves, or refuses.
func (h *hoist) plan(asParams bool) error {
	if err := h.guardFile(); err != nil {
		return err
	}
	for _, call := range h.o.Calls {
		s, err := h.p.locate(call)
		if err != nil {
			return err
		}
		if err := h.results(call); err != nil {
			return err
		}
		tail := s.tail(h.o)
		f := s.flow(h.o.Close, h.o.Returned, h.o.Calls)
		f.tail = tail
		if err := f.result(call, h.o.Result); err != nil {
			return err
		}
		sl, err := s.slice(h.o, tail, asParams)
		if err != nil {
			return err
		}
		h.slices, h.defers = append(h.slices, sl), append(h.defers, f.defers)
		for _, e := range f.ends {
			if !slices.ContainsFunc(h.ends, func(known *end) bool { return known.stmt == e.stmt }) {
				h.ends = append(h.ends, e)
			}
		}
	}
	for _, sl := range h.slices[1:] {
		if err := sameText(h.slices[0], sl); err != nil {
			return err
		}
	}
	h.imports = &imports{p: h.p, file: h.slices[0].file, added: map[string]string{}, pkgs: map[string]*types.Package{}}
	return h.planGuard(h.slices[0])
}

// results accepts calls of type T and (T, error).
func (h *hoist) results(call *ast.CallExpr) error {
	t := h.p.Info.TypeOf(call)
	n := 1
	if tuple, ok := t.(*types.Tuple); ok {
		if n = tuple.Len(); n == 0 {
			return refuse(NotAnObject, call.Pos(), "the call has no result")
		}
		if h.o.Fallible && !isError(tuple.At(n-1).Type()) {
			return refuse(NotAnObject, call.Pos(), "the call's last result is no error")
		}
		t = tuple.At(0).Type()
	}
	want := 1
	if h.o.Fallible {
		want = 2
	}
	if n != want || h.o.Result != 0 {
		return refuse(NotAnObject, call.Pos(), "the call has %d results", n)
	}
	if _, basic := t.Underlying().(*types.Basic); basic || t == types.Typ[types.Invalid] {
		return refuse(NotAnObject, call.Pos(), "a %s is not worth keeping", t)
	}
	h.typ = t
	return nil
}

// sameText refuses calls that are given as identical and are not.
func sameText(a, b *slice) error {
	if a.source() != b.source() || len(a.params) != len(b.params) || (a.absorb == nil) != (b.absorb == nil) || (a.tail == nil) != (b.tail == nil) {
		return refuse(DifferentText, b.call.Pos(), "the calls differ in their text")
	}
	for i, q := range a.params {
		if q.name != b.params[i].name || !types.Identical(q.typ, b.params[i].typ) {
			return refuse(DifferentText, b.call.Pos(), "the calls differ in their inputs")
		}
	}
	return nil
}

// source spells what moves, in a normal form without comments.
func (sl *slice) source() string {
	var buf bytes.Buffer
	fset := token.NewFileSet()
	for _, stmt := range sl.text() {
		format.Node(&buf, fset, stmt)
		buf.WriteByte('\n')
	}
	format.Node(&buf, fset, sl.call)
	if sl.tail != nil {
		for _, stmt := range sl.tail.stmts {
			buf.WriteByte('\n')
			format.Node(&buf, fset, stmt)
		}
	}
	return buf.String()
}

// planGuard decides on the form and fills in the templates' data.
func (h *hoist) planGuard(sl *slice) error {
	g := &guard{Form: h.form(sl), Aged: sl.old, Fallible: h.o.Fallible, Err: h.o.Fallible || sl.absorb != nil, What: h.o.What}
	h.guard = g
	if err := h.builtins(sl.call.Pos()); err != nil {
		return err
	}
	var err error
	if g.Type, err = h.imports.typeText(h.typ, sl.call.Pos()); err != nil {
		return err
	}
	g.Zero, g.Nillable = zero(h.typ, g.Type)
	if g.Form == Variable {
		g.Var = h.p.variableName(sl, h.o.What, h.typ)
		h.names = []string{g.Var}
		return nil
	}
	if g.What == "" {
		g.What = g.Type
	}
	g.A = Article(g.What)
	g.guardNames = h.p.freshGuard(h.o.What, h.typ)
	h.names = g.all()
	for _, q := range sl.params {
		text, err := h.imports.typeText(q.typ, q.expr.Pos())
		if err != nil {
			return err
		}
		g.Params, g.Args = append(g.Params, q.name+" "+text), append(g.Args, q.name)
	}
	if err := h.planKey(sl); err != nil {
		return err
	}
	h.planContext(sl)
	if err := h.planTime(sl); err != nil {
		return err
	}
	return h.planLocals(sl)
}

// planKey decides what tells one object from another.
func (h *hoist) planKey(sl *slice) error {
	g := h.guard
	if !h.o.Keyed || len(sl.params) == 0 {
		return nil
	}
	for _, q := range sl.params {
		if !isPlain(q.typ, map[types.Type]bool{}) {
			return refuse(InputType, q.expr.Pos(), "by an input of type %s one object cannot be told from another", types.TypeString(q.typ, types.RelativeTo(h.p.Types)))
		}
	}
	if basic, ok := sl.params[0].typ.Underlying().(*types.Basic); ok && len(sl.params) == 1 && basic.Info()&types.IsFloat == 0 {
		_, g.KeyType, _ = strings.Cut(g.Params[0], " ")
		g.Key = sl.params[0].name
		return nil
	}
	g.KeyType = "string"
	anyType := "any"
	if h.p.before(sl.file, "go1.18") {
		anyType = "interface{}"
	}
	g.KeyOf = h.imports.qualified("fmt") + "Sprintf(\"%#v\", []" + anyType + "{" + strings.Join(g.Args, ", ") + "})"
	return nil
}

// isPlain reports whether values of the type are equal if and only if fmt's %#v prints the same: what holds a pointer,
// a function or an interface is not plain, nor is what prints itself.
func isPlain(t types.Type, seen map[types.Type]bool) bool {
	if seen[t] {
		return true
	}
	seen[t] = true
	for _, name := range []string{"GoString", "Format"} {
		if obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name); obj != nil {
			return false
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() != types.UnsafePointer && u.Kind() != types.Uintptr
	case *types.Slice:
		return isPlain(u.Elem(), seen)
	case *types.Array:
		return isPlain(u.Elem(), seen)
	case *types.Map:
		return isPlain(u.Key(), seen) && isPlain(u.Elem(), seen)
	case *types.Struct:
		for f := range u.Fields() {
			if !isPlain(f.Type(), seen) {
				return false
			}
		}
		return true
	}
	return false
}

// form settles on the form; see Object.
func (h *hoist) form(sl *slice) Form {
	form := h.o.Form
	fails := h.o.Fallible || sl.absorb != nil
	bare := len(sl.params) == 0 && h.o.Probe == "" && sl.tail == nil
	if form == Variable && fails {
		form = Mutex // its failure must not stay
	}
	if form == Variable && (len(sl.moved) > 0 || !bare || sl.ctx != nil) {
		form = Once
	}
	if form == Once && (!bare || sl.absorb != nil) {
		form = Mutex
	}
	if form == Shared && (!fails || mayPanic(sl)) {
		form = Mutex
	}
	if form == Mutex && !fails && bare {
		form = Once
	}
	if form == Once && sl.old {
		form = Mutex // there is no sync.OnceValue
	}
	return form
}

// mayPanic reports whether the moved text calls a Must function. A panic in a goroutine of its own ends the program,
// where that of a request may be recovered.
func mayPanic(sl *slice) (yes bool) {
	look := func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && (strings.HasPrefix(id.Name, "Must") || id.Name == "panic") {
			yes = true
		}
		return !yes
	}
	ast.Inspect(sl.call, look)
	for _, stmt := range sl.text() {
		ast.Inspect(stmt, look)
	}
	return yes
}

// builtins refuses packages that give the names of the templates another meaning.
func (h *hoist) builtins(pos token.Pos) error {
	for _, name := range []string{"nil", "error", "bool", "true", "false", "make", "close", "struct", "any", "delete", "string"} {
		if h.imports.clashes(name) {
			return refuse(Shadowed, pos, "the package declares %s", name)
		}
	}
	return nil
}

// planContext decides whether the accessor takes a context, and what the moved text has in place of the caller's.
func (h *hoist) planContext(sl *slice) {
	g := h.guard
	onlyTail := !slices.ContainsFunc(sl.ctxs, func(e ast.Expr) bool { return !sl.tail.holds(e.Pos()) })
	g.Dials = len(sl.ctxs) > 0 && (onlyTail || !h.o.KeepsCtx) && g.Form != Once
	switch g.Form {
	case Shared:
		g.TakesCtx = sl.ctx != nil || h.o.Wait != ""
	case Mutex:
		g.TakesCtx = g.Dials && !g.Aged || sl.ctx != nil && sl.onlyUse(sl.ctx)
	}
	g.Opens = sl.tail != nil || g.Form == Shared && (len(sl.checks) > 0 || sl.absorb != nil)
	if g.TakesCtx || g.Dials || len(sl.ctxs) > 0 {
		g.Context = h.imports.qualified("context")
	}
}

// onlyUse reports whether nothing else uses the local variable e: it must then be passed on, to stay used.
func (sl *slice) onlyUse(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	if !ok || sl.p.local(id) == nil || !within(sl.body(), sl.p.local(id).Pos()) {
		return false
	}
	n := 0
	ast.Inspect(sl.decl, func(m ast.Node) bool {
		if other, ok := m.(*ast.Ident); ok && sl.p.Info.Uses[other] == sl.p.Info.Uses[id] {
			n++
		}
		return true
	})
	return n == 1
}

// planTime fills in the probe, the closing and the clock.
func (h *hoist) planTime(sl *slice) error {
	g := h.guard
	g.Sync = h.imports.qualified("sync")
	if g.Form == Once {
		return nil
	}
	if h.o.Probe != "" {
		g.closer(h.typ, h.p.Types, h.o.Close)
	}
	if h.o.Probe != "" || g.Dials {
		g.Time = h.imports.qualified("time")
	}
	if strings.Contains(h.o.Probe, "ctx") || strings.Contains(h.o.Probe, "context.") ||
		g.Close != nil && strings.Contains(g.Close("x"), "Background") {
		g.Context = h.imports.qualified("context")
	}
	return g.probe(h.o.Probe, sl.call.Pos())
}

// planLocals names the locals of the guard, fresh in the moved text.
func (h *hoist) planLocals(sl *slice) error {
	g := h.guard
	inner := names{}
	defined := names{}
	ownErr := false
	for _, stmt := range sl.text() {
		inner.add(stmt)
		ast.Inspect(stmt, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && h.p.local(id) != nil {
				defined[id.Name] = true
				ownErr = ownErr || id.Name == "err" && isError(h.p.local(id).Type())
			}
			return true
		})
	}
	inner.add(sl.call)
	for _, q := range sl.params {
		inner[q.name] = true
		defined[q.name] = true
	}
	if sl.tail != nil {
		g.Built1, g.Err1 = sl.tail.object.Name, sl.tail.err.Name
		for _, stmt := range sl.tail.stmts {
			inner.add(stmt)
		}
		inner[g.Built1], inner[g.Err1] = true, true
		defined[g.Built1], defined[g.Err1] = true, true
		ownErr = ownErr || g.Err1 == "err"
	}
	for _, word := range identifiers(g.Type + " " + strings.Join(g.Params, " ") + " " + h.o.Probe + " " + g.Sync + g.Context + g.Time + g.KeyOf) {
		inner[word] = true
	}
	for _, q := range []string{g.Sync, g.Context, g.Time} {
		if name := strings.TrimSuffix(q, "."); name != "" && defined[name] {
			return refuse(Shadowed, sl.call.Pos(), "%s means something else in the text that moves", name)
		}
	}
	g.E = "err"
	if inner["err"] && !ownErr {
		g.E = inner.fresh("err")
	}
	inner["err"] = true
	g.Ctx = "ctx"
	if inner["ctx"] && !sl.ctxOnly("ctx") {
		g.Ctx = inner.fresh("ctx")
	}
	inner["ctx"] = true
	if g.KeyOf != "" {
		g.Key = inner.fresh("inputs")
	}
	g.S, g.Attempt, g.Last, g.Old, g.Cancel = inner.fresh(initial(g.Noun)), inner.fresh("try"), inner.fresh("last"), inner.fresh("old"), inner.fresh("cancel")
	return nil
}

// ctxOnly reports whether name means nothing in the moved text but contexts that are replaced.
func (sl *slice) ctxOnly(name string) bool {
	only := true
	look := func(root ast.Node) {
		ast.Inspect(root, func(n ast.Node) bool {
			if e, ok := n.(ast.Expr); ok && slices.Contains(sl.ctxs, e) {
				return false
			}
			if id, ok := n.(*ast.Ident); ok && id.Name == name {
				only = false
			}
			return only
		})
	}
	look(sl.call)
	for _, stmt := range sl.text() {
		look(stmt)
	}
	return only
}

// initial is the name of a local of the guard: s for a session.
func initial(noun string) string { return strings.ToLower(noun[:1]) }

// rewrite returns the edits of the declarations, the guard and the imports.
func (h *hoist) rewrite() (edits []analysis.TextEdit, err error) {
	var moved, tail []dst.Stmt
	var built dst.Expr
	for i, sl := range h.slices {
		t, err := h.tree(sl.site)
		if err != nil {
			return nil, err
		}
		use, err := h.use(t, sl) // before the moved text is changed
		if err != nil {
			return nil, err
		}
		if err := h.substitute(t, sl); err != nil {
			return nil, err
		}
		stmts, expr := h.take(t, sl, use)
		rest := h.takeTail(t, sl)
		if i == 0 {
			moved, built, tail = stmts, expr, rest
		} else if text := lost(rest, expr, tail, built); text != "" {
			return nil, refuse(Comments, sl.call.Pos(), "the comment %q would be lost", text)
		} else if text := lost(stmts, expr, moved, built); text != "" {
			return nil, refuse(Comments, sl.call.Pos(), "the comment %q would be lost", text)
		}
		if err := h.dropDefers(sl.site, h.defers[i]); err != nil {
			return nil, err
		}
	}
	for _, e := range h.ends {
		if err := h.end(e); err != nil {
			return nil, err
		}
	}
	text, err := h.assemble(moved, built, tail)
	if err != nil {
		return nil, err
	}
	if edits, err = h.treeEdits(); err != nil {
		return nil, err
	}
	insertion, err := h.insert(text)
	if err != nil {
		return nil, err
	}
	return append(edits, insertion), nil
}

// lost returns a comment of one text that another one, otherwise the same, lacks. Identical calls keep the first text.
func lost(stmts []dst.Stmt, expr dst.Expr, moved []dst.Stmt, built dst.Expr) string {
	have := commentsOf(moved, built)
	for _, text := range commentsOf(stmts, expr) {
		if !slices.Contains(have, text) {
			return text
		}
	}
	return ""
}

func commentsOf(stmts []dst.Stmt, expr dst.Expr) (list []string) {
	look := func(n dst.Node) bool {
		if n == nil {
			return false
		}
		_, _, points := dstutil.Decorations(n)
		for _, point := range points {
			for _, text := range point.Decs {
				if text != "\n" {
					list = append(list, text)
				}
			}
		}
		return true
	}
	for _, stmt := range stmts {
		dst.Inspect(stmt, look)
	}
	if expr != nil {
		dst.Inspect(expr, look)
	}
	return list
}

// tree decorates the declaration around a call, once.
func (h *hoist) tree(s *site) (*tree, error) {
	if t := h.trees[s.decl]; t != nil {
		return t, nil
	}
	src := h.sources[s.file]
	if src == nil {
		var err error
		if src, err = h.p.source(s.file.Package); err != nil {
			return nil, err
		}
		h.sources[s.file] = src
	}
	t, err := decorate(src, s.decl)
	if err != nil {
		return nil, err
	}
	h.trees[s.decl] = t
	h.order = append(h.order, s.decl)
	return t, nil
}

func (h *hoist) treeEdits() (edits []analysis.TextEdit, err error) {
	for _, d := range h.order {
		own, err := h.trees[d].edits()
		if err != nil {
			return nil, err
		}
		edits = append(edits, own...)
	}
	return edits, nil
}

// use returns what takes the call's place.
func (h *hoist) use(t *tree, sl *slice) (dst.Expr, error) {
	g := h.guard
	if g.Form == Variable {
		return dst.NewIdent(g.Var), nil
	}
	call := &dst.CallExpr{Fun: dst.NewIdent(g.Accessor)}
	switch {
	case !g.TakesCtx:
	case sl.ctx != nil:
		call.Args = append(call.Args, t.copied(sl.ctx))
	default:
		e, err := parseExpr(h.o.Wait)
		if err != nil {
			return nil, refuse(Context, sl.call.Pos(), "%s is no expression", h.o.Wait)
		}
		call.Args = append(call.Args, e)
	}
	for _, q := range sl.params {
		call.Args = append(call.Args, t.copied(q.expr))
	}
	return call, nil
}

// substitute puts the guard's context and parameters into the text that moves.
func (h *hoist) substitute(t *tree, sl *slice) error {
	g := h.guard
	with := map[dst.Node]string{}
	for _, e := range sl.ctxs {
		with[t.nodes[e]] = g.Ctx
		if !g.Dials {
			with[t.nodes[e]] = g.Context + "Background()"
		}
	}
	for e, q := range sl.repl {
		with[t.nodes[e]] = q.name
	}
	var err error
	dstutil.Apply(t.root, func(c *dstutil.Cursor) bool {
		text, ok := with[c.Node()]
		if !ok {
			return true
		}
		var e dst.Expr
		if e, err = parseExpr(text); err != nil {
			return false
		}
		old := c.Node()
		*e.Decorations() = *old.Decorations()
		c.Replace(e)
		for k, n := range t.nodes {
			if n == old {
				t.nodes[k] = e
			}
		}
		return false
	}, nil)
	var rets []*ast.ReturnStmt
	for check := range sl.checks {
		rets = append(rets, onlyReturn(check))
	}
	if sl.tail != nil {
		rets = append(rets, sl.tail.ret)
	}
	for _, r := range rets {
		ret := t.nodes[r].(*dst.ReturnStmt)
		value, err := parseExpr(g.Zero)
		if err != nil {
			return err
		}
		ret.Results = []dst.Expr{value, ret.Results[len(ret.Results)-1]}
	}
	return err
}

// take removes the moved statements and puts use in the place of the call. It returns what was there.
func (h *hoist) take(t *tree, sl *slice, use dst.Expr) (stmts []dst.Stmt, built dst.Expr) {
	built = t.copied(sl.call)
	if sl.absorb != nil {
		stmts = h.absorb(t, sl, use)
	} else {
		replace(t.root, t.nodes[sl.call], use)
	}
	var moved []dst.Stmt
	for _, stmt := range sl.text() {
		if sl.absorb != nil && stmt == sl.absorb.stmt {
			moved = append(moved, stmts...)
			continue
		}
		moved = append(moved, t.remove(sl.owner, stmt, false))
	}
	return moved, built
}

// takeTail removes the check after the call.
func (h *hoist) takeTail(t *tree, sl *slice) (stmts []dst.Stmt) {
	if sl.tail == nil {
		return nil
	}
	for _, stmt := range sl.tail.stmts {
		stmts = append(stmts, t.remove(sl.owner, stmt, false))
	}
	return stmts
}

// absorb makes the statement of the fallible input call the accessor:
//
//	cfg, err := config.LoadDefaultConfig(ctx)   →   client, err := sharedClient(ctx)
//
// It returns the old statement, followed by a check that hands the error on.
func (h *hoist) absorb(t *tree, sl *slice, use dst.Expr) []dst.Stmt {
	now := t.nodes[sl.absorb.stmt].(*dst.AssignStmt)
	old := dst.Clone(now).(*dst.AssignStmt)
	old.Decs.Before, old.Decs.After = dst.NewLine, dst.NewLine
	above, below := free(old, false)
	now.Decs.Start, now.Decs.End = above, nil
	old.Decs.End = append(old.Decs.End, below...)
	now.Rhs[0] = use
	id := sl.defined()
	if id == nil {
		name := initial(h.guard.Noun)
		inner := names{}
		inner.add(sl.decl)
		name = inner.fresh(name)
		now.Lhs[0] = dst.NewIdent(name)
		replace(t.root, t.nodes[sl.call], dst.NewIdent(name))
	} else {
		now.Lhs[0] = dst.NewIdent(id.Name)
		t.remove(sl.owner, sl.list[sl.at], true)
	}
	err := old.Lhs[1].(*dst.Ident).Name
	value, _ := parseExpr(h.guard.Zero) // Inv: parsed before, as part of the type's text
	return []dst.Stmt{old, &dst.IfStmt{
		Cond: &dst.BinaryExpr{X: dst.NewIdent(err), Op: token.NEQ, Y: dst.NewIdent("nil")},
		Body: &dst.BlockStmt{List: []dst.Stmt{&dst.ReturnStmt{Results: []dst.Expr{value, dst.NewIdent(err)}}}},
	}}
}

// dropDefers removes the deferred calls that closed the object.
func (h *hoist) dropDefers(s *site, defers []*ast.DeferStmt) error {
	t, err := h.tree(s)
	if err != nil {
		return err
	}
	for _, d := range defers {
		if t.gone[d] {
			continue // two calls, one variable
		}
		t.gone[d] = true
		t.remove(s.up[d], d, false)
	}
	return nil
}

// assemble fills the moved text into the guard's template.
func (h *hoist) assemble(moved []dst.Stmt, built dst.Expr, tail []dst.Stmt) (string, error) {
	text, err := h.guard.text()
	if err != nil {
		return "", err
	}
	f, err := decorator.Parse(header + text)
	if err != nil {
		return "", refuse(SelfCheck, token.NoPos, "the guard does not parse: %v", err)
	}
	dstutil.Apply(f, func(c *dstutil.Cursor) bool {
		if stmt, ok := c.Node().(*dst.ExprStmt); ok && (isMark(stmt.X, movedMark) || isMark(stmt.X, tailMark)) {
			text := moved
			if isMark(stmt.X, tailMark) {
				text = tail
			}
			for i, s := range text {
				if s.Decorations().Before == dst.None || i == 0 {
					s.Decorations().Before = dst.NewLine
				}
				c.InsertBefore(s)
			}
			c.Delete()
			return false
		}
		if e, ok := c.Node().(dst.Expr); ok && isMark(e, builtMark) {
			c.Replace(built)
			return false
		}
		return true
	}, nil)
	return printed(f)
}

func isMark(e dst.Expr, mark string) bool {
	call, ok := e.(*dst.CallExpr)
	if !ok {
		return false
	}
	id, ok := call.Fun.(*dst.Ident)
	return ok && id.Name == mark
}

// insert places the new declarations: before the function of the first call if no other hoist has, else at the next
// free place. Drivers put two insertions at one offset in an order of their own, or call them a conflict.
func (h *hoist) insert(text string) (analysis.TextEdit, error) {
	sl := h.slices[0]
	src := h.sources[sl.file]
	decls := sl.file.Decls
	first := slices.Index(decls, sl.decl)
	for k := range decls {
		d := decls[(first+k)%len(decls)]
		if gen, ok := d.(*ast.GenDecl); ok && gen.Tok == token.IMPORT {
			continue
		}
		start := src.offset(declStart(d))
		before := lineStart(src.text, start)
		if before == start && !h.p.anchors[src.pos(before)] {
			h.anchor = src.pos(before)
			gap := ""
			if before > 1 && src.text[before-2:before] != "\n\n" {
				gap = "\n"
			}
			return src.edit(before, before, gap+text+"\n\n"), nil
		}
		after := lineEnd(src.text, src.offset(d.End()))
		if onlyComment(src.text[src.offset(d.End()):after]) && !h.p.anchors[src.pos(after)] {
			h.anchor = src.pos(after)
			return src.edit(after, after, "\n\n"+text), nil
		}
	}
	return analysis.TextEdit{}, refuse(Anchor, sl.call.Pos(), "the file has no place left for a declaration")
}

// onlyComment reports whether the rest of a declaration's line holds no other one.
func onlyComment(rest string) bool {
	rest = strings.TrimSpace(rest)
	return rest == "" || strings.HasPrefix(rest, "//")
}
