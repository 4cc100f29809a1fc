package stage

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ast/astutil"
	"golang.org/x/tools/go/types/typeutil"
)

// Initialisers run in an order that is part of what they do. One that moves behind start-up must not have been seen by those
// after it, and must not see them.

// Order says why an object, or something besides, would be another one if it were built after start-up instead of in the
// course of it; it is nil if nothing speaks against that. taken says that what its inputs are set to goes along.
func (r *Result) Order(site *Site, taken bool) *Hazard {
	return locked(r, func() *Hazard {
		made := []ast.Node{r.e.wholeOf(site)}
		if taken {
			made = r.e.withInputs(made[0], site)
		}
		for _, x := range made {
			if name := r.e.callsMore(site, x); name != "" {
				return &Hazard{"effects", name + " is called for its inputs, and may do more than to give them", x.Pos()}
			}
			if pos := r.e.changes(x); pos.IsValid() {
				return &Hazard{"effects", "what it is made with changes something besides", pos}
			}
			if name := r.e.setAfter(site, x); name != "" {
				return &Hazard{"set-later", name + " may be set after that", x.Pos()}
			}
		}
		if pos := r.e.surroundings(site); pos.IsValid() {
			return &Hazard{"set-later", "the environment, or the working directory, may be another one by then", pos}
		}
		return nil
	})
}

// wholeOf is the initialiser, or what is assigned, in which a site stands.
func (e *engine) wholeOf(site *Site) (whole ast.Node) {
	whole = site.Call
	for _, up := range e.pathTo(site.Call) {
		if _, ok := up.(ast.Expr); !ok {
			break
		}
		whole = up
	}
	return whole
}

// withInputs adds what the local variables of an expression are set to before the site, and so on.
func (e *engine) withInputs(x ast.Node, site *Site) []ast.Node {
	list := []ast.Node{x}
	decl := e.declAround(site.Call)
	seen := map[*types.Var]bool{}
	for i := 0; i < len(list); i++ {
		ast.Inspect(list[i], func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok {
				return true
			}
			if v, ok := e.pass.TypesInfo.Uses[id].(*types.Var); ok && !v.IsField() && !isGlobal(v) && !seen[v] {
				seen[v] = true
				list = append(list, e.settings(decl, v, site.Call.Pos())...)
			}
			return true
		})
	}
	return list
}

// settings lists what a local variable, and what is in it, are set to before a place.
func (e *engine) settings(decl ast.Node, v *types.Var, before token.Pos) (list []ast.Node) {
	add := func(values []ast.Expr) {
		for _, x := range values {
			list = append(list, x)
		}
	}
	ast.Inspect(decl, func(n ast.Node) bool {
		if n == nil || n.Pos() >= before {
			return false
		}
		switch n := n.(type) {
		case *ast.AssignStmt:
			if slices.ContainsFunc(n.Lhs, func(x ast.Expr) bool { return e.rootOf(x) == v }) && n.End() <= before {
				add(n.Rhs)
			}
		case *ast.ValueSpec:
			if slices.ContainsFunc(n.Names, func(id *ast.Ident) bool { return e.pass.TypesInfo.Defs[id] == v }) {
				add(n.Values)
			}
		}
		return true
	})
	return list
}

// changes finds a place in an expression that does more than to give a value: a receive, or, in a function literal, such as
// func(o *s3.Options) { made++ }, what changes something that the literal does not declare itself.
func (e *engine) changes(x ast.Node) (pos token.Pos) {
	outer := func(y ast.Expr) bool {
		if id, ok := y.(*ast.Ident); ok && id.Name == "_" {
			return false
		}
		v := e.rootOf(y)
		return v == nil || v.Pos() < x.Pos() || v.Pos() >= x.End()
	}
	ast.Inspect(x, func(n ast.Node) bool {
		found := false
		switch n := n.(type) {
		case *ast.AssignStmt:
			found = slices.ContainsFunc(n.Lhs, outer)
		case *ast.IncDecStmt:
			found = outer(n.X)
		case *ast.UnaryExpr:
			found = n.Op == token.ARROW
		case *ast.SendStmt, *ast.SelectStmt, *ast.GoStmt, *ast.DeferStmt:
			found = true
		case *ast.CallExpr:
			id, ok := ast.Unparen(n.Fun).(*ast.Ident)
			found = ok && e.pass.TypesInfo.Types[n.Fun].IsBuiltin() && slices.Contains([]string{"clear", "close", "copy", "delete", "panic", "print", "println", "recover"}, id.Name)
		}
		if found && !pos.IsValid() {
			pos = n.Pos()
		}
		return !pos.IsValid()
	})
	return pos
}

// setAfter names a package variable in an expression that may be set once the site has run. What a pointer leads to is
// known where main asks for it: flags, for one, are parsed then.
func (e *engine) setAfter(site *Site, x ast.Node) (name string) {
	ast.Inspect(x, func(n ast.Node) bool {
		if star, ok := n.(*ast.StarExpr); ok && name == "" && !isMain(e.declAround(site.Call)) {
			if v := e.rootOf(star.X); v != nil && isGlobal(v) {
				name = "what " + v.Name() + " leads to"
			}
		}
		if id, ok := n.(*ast.Ident); ok && name == "" {
			if v, ok := e.pass.TypesInfo.Uses[id].(*types.Var); ok && isGlobal(v) && e.setOutside(v, site) {
				name = v.Name()
			}
		}
		return name == ""
	})
	return name
}

// setOutside reports whether a package variable is set, or may be by way of its address, other than before the site in its
// function.
func (e *engine) setOutside(v *types.Var, site *Site) (set bool) {
	is := func(x ast.Expr) bool { return x != nil && e.rootOf(x) == v }
	e.unordered(site, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.AssignStmt:
			set = set || slices.ContainsFunc(n.Lhs, is)
		case *ast.IncDecStmt:
			set = set || is(n.X)
		case *ast.RangeStmt:
			set = set || is(n.Key) || is(n.Value)
		case *ast.UnaryExpr:
			set = set || n.Op == token.AND && is(n.X)
		case *ast.SelectorExpr:
			sel := e.pass.TypesInfo.Selections[n]
			set = set || sel != nil && sel.Kind() == types.MethodVal && is(n.X) && pointed(sel.Obj().(*types.Func).Signature().Recv().Type())
		}
	})
	return set
}

// surroundings finds a call that changes what a library may look at by itself, other than before the site in its function.
func (e *engine) surroundings(site *Site) (pos token.Pos) {
	e.unordered(site, func(n ast.Node) {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return
		}
		if fn := typeutil.StaticCallee(e.pass.TypesInfo, call); fn != nil && slices.Contains([]string{"os.Setenv", "os.Unsetenv", "os.Clearenv", "os.Chdir"}, fn.FullName()) {
			pos = call.Pos()
		}
	})
	return pos
}

// unordered visits the nodes of the package that do not run before a site in the same function, and are no part of it. A
// function literal may run at any time.
func (e *engine) unordered(site *Site, visit func(ast.Node)) {
	decl, whole := e.declAround(site.Call), e.wholeOf(site)
	_, inFunc := decl.(*ast.FuncDecl)
	for _, f := range e.pass.Files {
		for _, d := range f.Decls {
			lits := 0
			var stack []ast.Node
			ast.Inspect(d, func(n ast.Node) bool {
				if n == nil {
					if _, ok := stack[len(stack)-1].(*ast.FuncLit); ok {
						lits--
					}
					stack = stack[:len(stack)-1]
					return true
				}
				if n == whole {
					return false
				}
				if _, ok := n.(*ast.FuncLit); ok {
					lits++
				}
				stack = append(stack, n)
				if !inFunc || ast.Node(d) != decl || lits > 0 || n.End() > site.Call.Pos() {
					visit(n)
				}
				return true
			})
		}
	}
}

// pathTo lists the nodes around one of the package, from it to the file.
func (e *engine) pathTo(n ast.Node) []ast.Node {
	for _, f := range e.pass.Files {
		if f.FileStart <= n.Pos() && n.Pos() < f.FileEnd {
			path, _ := astutil.PathEnclosingInterval(f, n.Pos(), n.End())
			return path
		}
	}
	return nil
}

// declAround is the declaration in which a node stands.
func (e *engine) declAround(n ast.Node) ast.Node {
	if path := e.pathTo(n); len(path) > 1 {
		return path[len(path)-2]
	}
	return nil
}

func isMain(decl ast.Node) bool {
	fn, ok := decl.(*ast.FuncDecl)
	return ok && fn.Name.Name == "main" && fn.Recv == nil
}

func pointed(t types.Type) bool { _, ok := t.(*types.Pointer); return ok }

func isGlobal(v *types.Var) bool { return v.Pkg() != nil && v.Parent() == v.Pkg().Scope() }

// rootOf is the variable that x names, or a part of which it names.
func (e *engine) rootOf(x ast.Expr) *types.Var {
	for {
		switch y := ast.Unparen(x).(type) {
		case *ast.Ident:
			v, _ := e.pass.TypesInfo.ObjectOf(y).(*types.Var)
			return v
		case *ast.SelectorExpr:
			if v, ok := e.pass.TypesInfo.Uses[y.Sel].(*types.Var); ok && !v.IsField() {
				return v // of another package
			}
			x = y.X
		case *ast.IndexExpr:
			x = y.X
		case *ast.SliceExpr:
			x = y.X
		case *ast.StarExpr:
			x = y.X
		default:
			return nil
		}
	}
}
