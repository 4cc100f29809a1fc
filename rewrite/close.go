package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// closing returns the deferred call that sel, the method x.Close, is the whole purpose of. Exact forms only:
//
//	defer x.Close()
//	defer x.Close(ctx)
//	defer func() { x.Close() }()
//	defer func() { _ = x.Close() }()
//	defer func() { if err := x.Close(); err != nil { log.Print(err) } }()
func (f *flow) closing(sel *ast.SelectorExpr) *ast.DeferStmt {
	call, ok := f.up[sel].(*ast.CallExpr)
	if !ok || call.Fun != ast.Expr(sel) || len(call.Args) > 1 {
		return nil // a method value, or another method of that name
	}
	if len(call.Args) == 1 && !isContext(f.p.Info.TypeOf(call.Args[0])) {
		return nil
	}
	if d, ok := f.up[call].(*ast.DeferStmt); ok {
		return d
	}
	stmt, ok := f.up[call].(ast.Stmt)
	if !ok {
		return nil
	}
	if check, ok := f.up[stmt].(*ast.IfStmt); ok && check.Init == stmt {
		if !f.onlyLogs(check) {
			return nil
		}
		stmt = check
	} else if !drops(stmt) {
		return nil
	}
	return f.alone(stmt)
}

// drops recognises "x.Close()" and "_ = x.Close()".
func drops(stmt ast.Stmt) bool {
	assign, ok := stmt.(*ast.AssignStmt)
	if !ok {
		_, ok = stmt.(*ast.ExprStmt)
		return ok
	}
	for _, e := range assign.Lhs {
		if id, ok := e.(*ast.Ident); !ok || id.Name != "_" {
			return false
		}
	}
	return true
}

// alone returns the defer whose function literal holds stmt and nothing else.
func (f *flow) alone(stmt ast.Stmt) *ast.DeferStmt {
	block, ok := f.up[stmt].(*ast.BlockStmt)
	if !ok || len(block.List) != 1 {
		return nil
	}
	lit, ok := f.up[block].(*ast.FuncLit)
	if !ok {
		return nil
	}
	call, ok := f.up[lit].(*ast.CallExpr)
	if !ok || len(call.Args) > 0 {
		return nil
	}
	d, _ := f.up[call].(*ast.DeferStmt)
	return d
}

// onlyLogs reports whether an error of Close is logged and nothing else.
func (f *flow) onlyLogs(check *ast.IfStmt) bool {
	if check.Else != nil {
		return false
	}
	for _, stmt := range check.Body.List {
		expr, ok := stmt.(*ast.ExprStmt)
		if !ok {
			return false
		}
		call, ok := expr.X.(*ast.CallExpr)
		if !ok || !f.logs(call) {
			return false
		}
	}
	return true
}

func (f *flow) logs(call *ast.CallExpr) bool {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	fn := f.p.object(sel.Sel)
	if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() == "net/http" {
		return false // http.Error answers the request
	}
	for _, verb := range []string{"Print", "Log", "Error", "Warn", "Info", "Debug", "Fprint"} {
		if strings.HasPrefix(sel.Sel.Name, verb) {
			return true
		}
	}
	return false
}

// closes reports where the function of this package that call calls closes its i-th argument.
func (p *Package) closes(call *ast.CallExpr, i int, close []string, depth int) token.Pos {
	decl, obj := p.parameter(call, i)
	if obj == nil || depth > 3 {
		return token.NoPos
	}
	var pos token.Pos
	up := parents(decl)
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok || pos.IsValid() || p.object(id) != obj {
			return !pos.IsValid()
		}
		switch parent := up[id].(type) {
		case *ast.SelectorExpr:
			if slices.Contains(close, parent.Sel.Name) {
				pos = id.Pos()
			}
		case *ast.CallExpr:
			if k := slices.Index(parent.Args, ast.Expr(id)); k >= 0 {
				pos = p.closes(parent, k, close, depth+1)
			}
		}
		return true
	})
	return pos
}

// parameter returns the declaration that call calls, if it is in this package, and its i-th parameter.
func (p *Package) parameter(call *ast.CallExpr, i int) (*ast.FuncDecl, types.Object) {
	var id *ast.Ident
	switch fun := call.Fun.(type) {
	case *ast.Ident:
		id = fun
	case *ast.SelectorExpr:
		id = fun.Sel
	default:
		return nil, nil
	}
	fn, ok := p.object(id).(*types.Func)
	if !ok || fn.Pkg() != p.Types {
		return nil, nil
	}
	fn = fn.Origin()
	params := fn.Signature().Params()
	if params.Len() == 0 {
		return nil, nil
	}
	for _, f := range p.Files {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok && d.Body != nil && p.Info.Defs[d.Name] == fn {
				return d, params.At(min(i, params.Len()-1))
			}
		}
	}
	return nil, nil
}
