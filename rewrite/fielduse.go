package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/dave/dst"
)

// end closes what was built, if it was:
//
//	func (s *Server) Close() { s.store.Close() }   →   if store := s.store.end(); store != nil { store.Close() }
func (l *fieldLate) end(c *fieldClose) error {
	t, err := l.treeOf(c.file, c.decl)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(c.path, func(n ast.Node) bool { _, ok := n.(ast.Stmt); return ok })
	if i < 0 || i+1 >= len(c.path) {
		return refuse(ClosedElsewhere, c.call.Pos(), "it is not closed by a plain statement")
	}
	stmt := c.path[i].(ast.Stmt)
	if c.check != nil {
		stmt, i = c.check, slices.Index(c.path, ast.Node(c.check))
	}
	name := l.localName(c.file, c.decl)
	sel := t.nodes[c.sel].(dst.Expr)
	ended := dst.Clone(sel).(dst.Expr)
	init := &dst.AssignStmt{Lhs: []dst.Expr{dst.NewIdent(name)}, Tok: token.DEFINE,
		Rhs: []dst.Expr{&dst.CallExpr{Fun: &dst.SelectorExpr{X: ended, Sel: dst.NewIdent("end")}}}}
	replace(t.root, sel, dst.NewIdent(name))
	cond := &dst.BinaryExpr{X: dst.NewIdent(name), Op: token.NEQ, Y: dst.NewIdent("nil")}
	if c.check != nil {
		check := t.nodes[c.check].(*dst.IfStmt)
		check.Init, check.Cond = init, cond
		return nil
	}
	if in, ok := c.path[i+1].(*ast.IfStmt); ok && in.Init == stmt && i+2 < len(c.path) {
		stmt, i = in, i+1
	}
	if statements(c.path[i+1]) == nil || !l.onlyCloses(stmt, c.call) {
		return refuse(ClosedElsewhere, c.call.Pos(), "it is not closed by a plain statement")
	}
	list := t.list(c.path[i+1])
	at := slices.Index(*list, t.nodes[stmt].(dst.Stmt))
	old := (*list)[at]
	guardOf := func(s dst.Stmt) *dst.IfStmt {
		s.Decorations().Before, s.Decorations().After = dst.NewLine, dst.NewLine
		return &dst.IfStmt{Init: init, Cond: cond, Body: &dst.BlockStmt{List: []dst.Stmt{s}}}
	}
	decs := *old.Decorations()
	*old.Decorations() = dst.NodeDecs{}
	var now []dst.Stmt
	switch stmt.(type) {
	case *ast.ReturnStmt:
		nothing := &dst.ReturnStmt{Results: []dst.Expr{dst.NewIdent("nil")}}
		nothing.Decs.Before = dst.NewLine
		now = []dst.Stmt{guardOf(old), nothing}
	case *ast.DeferStmt:
		check := guardOf(&dst.ExprStmt{X: old.(*dst.DeferStmt).Call})
		check.Decs.Before, check.Decs.After = dst.NewLine, dst.NewLine
		now = []dst.Stmt{&dst.DeferStmt{Call: &dst.CallExpr{Fun: &dst.FuncLit{
			Type: &dst.FuncType{Func: true, Params: &dst.FieldList{Opening: true, Closing: true}},
			Body: &dst.BlockStmt{List: []dst.Stmt{check}}}}}}
	default:
		now = []dst.Stmt{guardOf(old)}
	}
	first := now[0].Decorations()
	first.Before, first.Start, first.End, first.After = decs.Before, decs.Start, decs.End, decs.After
	if decs.Before == dst.None {
		first.Before = dst.NewLine
	}
	*list = slices.Replace(*list, at, at+1, now...)
	return nil
}

// onlyCloses accepts statements that can be left out when there is nothing to close:
//
//	x.f.Close()
//	_ = x.f.Close()
//	defer x.f.Close()
//	return x.f.Close()
//	if err := x.f.Close(); err != nil { log.Print(err) }
func (l *fieldLate) onlyCloses(stmt ast.Stmt, call *ast.CallExpr) bool {
	switch stmt := stmt.(type) {
	case *ast.ExprStmt:
		return stmt.X == ast.Expr(call)
	case *ast.AssignStmt:
		return len(stmt.Rhs) == 1 && stmt.Rhs[0] == ast.Expr(call) && drops(stmt)
	case *ast.DeferStmt:
		return stmt.Call == call && len(call.Args) == 0
	case *ast.ReturnStmt:
		return len(stmt.Results) == 1 && stmt.Results[0] == ast.Expr(call) && isError(l.p.Info.TypeOf(call))
	case *ast.IfStmt:
		init, ok := stmt.Init.(*ast.AssignStmt)
		return ok && stmt.Else == nil && init.Tok == token.DEFINE && len(init.Rhs) == 1 && init.Rhs[0] == ast.Expr(call)
	}
	return false
}

// localName is a name for the object in a function: the field's, or the beginning of that.
func (l *fieldLate) localName(f *ast.File, d ast.Decl) string {
	inner := names{}
	inner.add(d)
	for _, spec := range f.Imports {
		if name := l.p.Info.PkgNameOf(spec); name != nil {
			inner[name.Name()] = true
		}
	}
	// The name of the field itself is none of a variable.
	used := false
	ast.Inspect(d, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == l.v.Name() && l.p.object(id) != types.Object(l.v) {
			used = true
		}
		return !used
	})
	free := func(name string) bool { return !token.IsKeyword(name) && types.Universe.Lookup(name) == nil }
	name := lowered(l.v.Name())
	if name == l.v.Name() && !used && !l.isImport(f, name) && free(name) {
		return name
	}
	start := []rune(name)
	for _, short := range []string{name, string(start[:min(2, len(start))]), string(start[:1])} {
		if !inner[short] && free(short) {
			return short
		}
	}
	return inner.fresh(name)
}

func (l *fieldLate) isImport(f *ast.File, name string) bool {
	return slices.ContainsFunc(f.Imports, func(spec *ast.ImportSpec) bool {
		pkg := l.p.Info.PkgNameOf(spec)
		return pkg != nil && pkg.Name() == name
	})
}

// askField has a function ask for the object before the first statement that uses it.
func (l *fieldLate) askField(u *user, g *lateGuard, check *ast.IfStmt) error {
	t, err := l.treeOf(u.file, u.decl)
	if err != nil {
		return err
	}
	var base ast.Expr
	for _, id := range u.uses {
		sel := u.up[id].(*ast.SelectorExpr)
		if !l.steady(sel.X, u) || base != nil && types.ExprString(base) != types.ExprString(sel.X) {
			return refuse(OtherUse, id.Pos(), "which %s holds the field here cannot be told", l.spec.Name.Name)
		}
		base = sel.X
	}
	name := l.localName(u.file, u.decl)
	if err := l.askAs(u, check, name, func(args string) string { return types.ExprString(base) + "." + l.v.Name() + ".get(" + args + ")" }); err != nil {
		return err
	}
	at := statements(u.owner)[u.at]
	for _, id := range u.uses {
		sel := u.up[id].(*ast.SelectorExpr)
		if root := rootIdent(sel.X); root == nil || l.p.local(root) != nil && within(at, l.p.local(root).Pos()) {
			return refuse(OtherUse, id.Pos(), "which %s holds the field here cannot be told", l.spec.Name.Name)
		}
		replace(t.root, t.nodes[sel], dst.NewIdent(name))
	}
	return nil
}

// steady reports whether an expression is a variable that is never set again, or a field of such.
func (l *fieldLate) steady(e ast.Expr, u *user) bool {
	root := rootIdent(e)
	if root == nil {
		return false
	}
	v, ok := l.p.object(root).(*types.Var)
	return ok && !v.IsField() && l.p.definitions(u.decl)[v] <= 1
}

// rootIdent is the variable that a chain of fields starts with, nil if it is no such chain.
func rootIdent(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.SelectorExpr:
			e = x.X
		default:
			return nil
		}
	}
}
