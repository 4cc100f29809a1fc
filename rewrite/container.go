package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/dave/dst"
)

// An end is a statement that closes an object which a struct holds, in a function of the struct's package:
//
//	func (p *Postgres) Close() { p.pool.Close() }
//
// When the object is kept for others, it must go, and the struct may then be made and closed as often as anybody likes.
type end struct {
	*site
	stmt ast.Stmt
}

// element follows a literal that the object is put into. A struct of this package that hides it from other packages is
// where its way ends; any other literal is followed as if it were the object.
func (f *flow) element(lit *ast.CompositeLit, key ast.Expr) error {
	if field := f.hidden(lit, key); field != nil {
		if err := f.contained(field); err == nil || len(f.close) > 0 {
			return err
		}
	}
	return f.holder(lit)
}

// isObject reports whether e is the object: the call, or a variable that holds it.
func (f *flow) isObject(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return f.own[e] || ok && f.seen[f.p.object(id)]
}

// isNil recognises nil.
func isNil(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "nil"
}

// hidden returns the unexported field that an element of a struct literal fills, nil for anything else.
func (f *flow) hidden(lit *ast.CompositeLit, key ast.Expr) *types.Var {
	named, ok := types.Unalias(f.p.Info.TypeOf(lit)).(*types.Named)
	if !ok || named.Obj().Pkg() != f.p.Types || named.Obj().Parent() != f.p.Types.Scope() || named.TypeArgs() != nil {
		return nil
	}
	st, ok := named.Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	var field *types.Var
	if id, ok := key.(*ast.Ident); ok {
		field, _ = f.p.object(id).(*types.Var)
	} else if key == nil && len(lit.Elts) == st.NumFields() {
		for i, e := range lit.Elts {
			if f.isObject(e) {
				field = st.Field(i)
			}
		}
	}
	if field == nil || field.Exported() || field.Embedded() || !f.closedBy(field) {
		return nil
	}
	return field
}

// closedBy reports whether the package closes what the field holds, if it can be closed at all: a struct that leaves
// this to others does not hide the object.
func (f *flow) closedBy(field *types.Var) (yes bool) {
	if len(f.close) == 0 {
		return true
	}
	for _, file := range f.p.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && slices.Contains(f.close, sel.Sel.Name) {
				if x, ok := sel.X.(*ast.SelectorExpr); ok && f.p.Info.Uses[x.Sel] == types.Object(field) {
					yes = true
				}
			}
			return !yes
		})
	}
	return yes
}

// contained looks at every mention of the field: what the struct holds must be this object, and nobody may hand it on.
func (f *flow) contained(field *types.Var) (err error) {
	for _, file := range f.p.Files {
		for _, d := range file.Decls {
			var up map[ast.Node]ast.Node
			ast.Inspect(d, func(n ast.Node) bool {
				id, ok := n.(*ast.Ident)
				if !ok || err != nil || f.p.Info.Uses[id] != types.Object(field) {
					return err == nil
				}
				if up == nil {
					up = parents(d)
				}
				err = f.heldAt(&site{p: f.p, file: file, decl: d, up: up}, id)
				return err == nil
			})
			if err == nil {
				err = f.unkeyed(d, field)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// heldAt judges one mention of the field.
func (f *flow) heldAt(s *site, id *ast.Ident) error {
	if kv, ok := s.up[id].(*ast.KeyValueExpr); ok && kv.Key == ast.Expr(id) {
		if f.isObject(kv.Value) || isNil(kv.Value) {
			return nil
		}
		return refuse(Stored, id.Pos(), "%s also holds what is made elsewhere", id.Name)
	}
	sel, ok := s.up[id].(*ast.SelectorExpr)
	if !ok || sel.Sel != id {
		return refuse(Stored, id.Pos(), "%s is used in a way that cannot be followed", id.Name)
	}
	switch up := s.up[sel].(type) {
	case *ast.BinaryExpr:
		return nil
	case *ast.CallExpr:
		if i := slices.Index(up.Args, ast.Expr(sel)); i >= 0 && !f.p.Info.Types[up.Fun].IsType() {
			if pos := f.p.closes(up, i, f.close, 0); pos.IsValid() {
				return refuse(ClosedElsewhere, pos, "%s closes it", types.ExprString(up.Fun))
			}
			return nil
		}
	case *ast.SelectorExpr:
		return f.heldSelected(s, sel, up)
	}
	return refuse(Stored, id.Pos(), "%s is handed on or set again", id.Name)
}

func (f *flow) heldSelected(s *site, x, sel *ast.SelectorExpr) error {
	name := sel.Sel.Name
	call, called := s.up[sel].(*ast.CallExpr)
	called = called && call.Fun == ast.Expr(sel)
	switch {
	case slices.Contains(f.close, name) && called:
		return f.heldClosed(s, x, call)
	case slices.Contains(closers, name):
		return refuse(ClosedElsewhere, sel.Pos(), "%s is called on it", name)
	case called && strings.HasPrefix(name, "Set"), !called && f.p.Info.Selections[sel] != nil && f.p.Info.Selections[sel].Kind() != types.FieldVal:
		return refuse(Mutated, sel.Pos(), "%s.%s changes it or hands it on", x.Sel.Name, name)
	}
	if assign, ok := s.up[sel].(*ast.AssignStmt); ok && slices.Contains(assign.Lhs, ast.Expr(sel)) {
		return refuse(Mutated, sel.Pos(), "its field %s is set", name)
	}
	return nil
}

// heldClosed accepts a call of Close that is a statement, or all that a function returns.
func (f *flow) heldClosed(s *site, x *ast.SelectorExpr, call *ast.CallExpr) error {
	if err := f.p.editable(s.file, call.Pos()); err != nil {
		return err
	}
	if _, ok := s.decl.(*ast.FuncDecl); ok && (len(call.Args) == 0 || len(call.Args) == 1 && isContext(f.p.Info.TypeOf(call.Args[0]))) {
		switch stmt := s.up[call].(type) {
		case *ast.ExprStmt:
			f.ends = append(f.ends, &end{s, f.guarded(s, x, stmt)})
			return nil
		case *ast.ReturnStmt:
			if len(stmt.Results) == 1 && isError(f.p.Info.TypeOf(call)) {
				f.ends = append(f.ends, &end{s, stmt})
				return nil
			}
		}
	}
	return refuse(ClosedElsewhere, call.Pos(), "%s is not called by a plain statement", types.ExprString(call.Fun))
}

// guarded widens "p.pool.Close()" to "if p.pool != nil { p.pool.Close() }".
func (f *flow) guarded(s *site, x *ast.SelectorExpr, stmt ast.Stmt) ast.Stmt {
	check, ok := s.up[s.up[stmt]].(*ast.IfStmt)
	if !ok || check.Body != s.up[stmt] || !ifNotNil(check, x) || statements(s.up[check]) == nil {
		return stmt
	}
	return check
}

// ifNotNil recognises "if x != nil { … }" around one statement.
func ifNotNil(check *ast.IfStmt, x ast.Expr) bool {
	cond, ok := check.Cond.(*ast.BinaryExpr)
	return ok && check.Init == nil && check.Else == nil && len(check.Body.List) == 1 &&
		cond.Op == token.NEQ && isNil(cond.Y) && types.ExprString(cond.X) == types.ExprString(x)
}

// unkeyed refuses literals without keys that fill the field with something else.
func (f *flow) unkeyed(root ast.Node, field *types.Var) (err error) {
	ast.Inspect(root, func(n ast.Node) bool {
		lit, ok := n.(*ast.CompositeLit)
		if !ok || err != nil || len(lit.Elts) == 0 {
			return err == nil
		}
		if _, keyed := lit.Elts[0].(*ast.KeyValueExpr); keyed {
			return true
		}
		t := f.p.Info.TypeOf(lit)
		if t == nil {
			return true
		}
		st, ok := t.Underlying().(*types.Struct)
		if !ok || st.NumFields() != len(lit.Elts) {
			return true
		}
		for i, e := range lit.Elts {
			if st.Field(i) == field && !f.isObject(e) && !isNil(e) {
				err = refuse(Stored, e.Pos(), "%s also holds what is made elsewhere", field.Name())
			}
		}
		return err == nil
	})
	return err
}

// end takes a statement away that closed the object, and leaves a word where it stood.
func (h *hoist) end(e *end) error {
	t, err := h.tree(e.site)
	if err != nil {
		return err
	}
	why := "// the " + h.guard.What + " is kept for the next caller: see " + h.guard.Accessor
	if ret, ok := t.nodes[e.stmt].(*dst.ReturnStmt); ok {
		ret.Results = []dst.Expr{dst.NewIdent("nil")}
		ret.Decs.Before = dst.NewLine
		ret.Decs.Start.Append(why)
		return nil
	}
	owner := e.up[e.stmt]
	list := t.list(owner)
	i := slices.Index(*list, t.nodes[e.stmt].(dst.Stmt))
	if i+1 < len(*list) {
		next := (*list)[i+1].Decorations()
		next.Start.Prepend(why)
		next.Before = dst.NewLine
	} else if i > 0 {
		(*list)[i-1].Decorations().End.Append("\n", why)
	} else if block, ok := t.nodes[owner].(*dst.BlockStmt); ok {
		block.Decs.Lbrace.Append("\n", why)
	}
	t.remove(owner, e.stmt, false)
	return nil
}
