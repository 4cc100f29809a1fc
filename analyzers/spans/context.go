package spans

import (
	"go/ast"
	"go/token"
	"go/types"
)

// contextParam is the name of a parameter of type context.Context.
func (p *placer) contextParam(n ast.Node) (string, bool) {
	var params *ast.FieldList
	switch n := n.(type) {
	case *ast.FuncDecl:
		params = n.Type.Params
	case *ast.FuncLit:
		params = n.Type.Params
	}
	for _, field := range params.List {
		for _, id := range field.Names {
			if id.Name != "_" && isContext(p.pass.TypesInfo.TypeOf(id)) {
				return id.Name, true
			}
		}
	}
	return "", false
}

// context is a variable of type context.Context that is in sight where a span starts, or nil. Names are looked up as the
// compiler does, so that one which hides another is seen. It is tempting to use r.Context() of a request, too, but a
// test may well pass a nil request to a handler that does not look at it.
func (p *placer) context(at ast.Node) string {
	pos := at.Pos()
	if block, ok := at.(*ast.BlockStmt); ok {
		pos = block.Lbrace + 1
	}
	inner := p.pass.Pkg.Scope().Innermost(pos)
	for s := inner; s != nil && s != p.pass.Pkg.Scope(); s = s.Parent() {
		for _, name := range s.Names() {
			in, obj := inner.LookupParent(name, pos)
			v, ok := obj.(*types.Var)
			if !ok || in != s || name == "_" || !isContext(v.Type()) {
				continue
			}
			if p.assigned[v] && p.functionAt(v.Pos()) != p.functionAt(pos) {
				continue // read in a literal, which may be another goroutine's, it could race with the assignment
			}
			return name
		}
	}
	return "nil"
}

// noteAssigned notes the variables of a file that get a value after their definition.
func (p *placer) noteAssigned(file *ast.File) {
	note := func(exprs ...ast.Expr) {
		for _, x := range exprs {
			if id, ok := ast.Unparen(x).(*ast.Ident); ok {
				if v, ok := p.pass.TypesInfo.Uses[id].(*types.Var); ok {
					p.assigned[v] = true
				}
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			note(n.Lhs...)
		case *ast.RangeStmt:
			if n.Key != nil {
				note(n.Key)
			}
			if n.Value != nil {
				note(n.Value)
			}
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				note(n.X)
			}
		}
		return true
	})
}

// functionAt is the innermost function that holds a place.
func (p *placer) functionAt(pos token.Pos) (innermost ast.Node) {
	for _, file := range p.pass.Files {
		if pos < file.FileStart || file.FileEnd <= pos {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if n == nil || pos < n.Pos() || n.End() <= pos {
				return false
			}
			switch n.(type) {
			case *ast.FuncDecl, *ast.FuncLit:
				innermost = n
			}
			return true
		})
	}
	return innermost
}

func isContext(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "context" && n.Obj().Name() == "Context"
}
