package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"go/version"
	"strings"
)

// A site is one call and what surrounds it.
type site struct {
	p     *Package
	file  *ast.File
	decl  ast.Decl              // the declaration that is printed anew
	up    map[ast.Node]ast.Node // parents within decl
	fn    ast.Node              // innermost *ast.FuncDecl or *ast.FuncLit
	call  *ast.CallExpr
	owner ast.Node   // the block or clause that holds list
	list  []ast.Stmt // innermost statement list around the call
	at    int        // index in list of the statement that holds the call
	old   bool       // the file is compiled as a Go without sync.OnceValue and context.WithoutCancel
}

// locate finds the call's surroundings, and refuses files that must not be edited.
func (p *Package) locate(call *ast.CallExpr) (*site, error) {
	s := &site{p: p, call: call, file: p.file(call)}
	if s.file == nil {
		return nil, refuse(Source, call.Pos(), "the call is in none of the package's files")
	}
	if err := p.editable(s.file, call.Pos()); err != nil {
		return nil, err
	}
	s.old = p.before(s.file, "go1.21")
	for _, d := range s.file.Decls {
		if d.Pos() <= call.Pos() && call.Pos() < d.End() {
			s.decl = d
		}
	}
	if s.decl == nil {
		return nil, refuse(NoFunction, call.Pos(), "the call stands in no declaration")
	}
	s.up = parents(s.decl)
	if !s.findList() {
		return nil, refuse(NoFunction, call.Pos(), "the call runs once, outside of functions")
	}
	if pos := labelled(s.fn); pos.IsValid() {
		return nil, refuse(Label, pos, "the function jumps with goto")
	}
	if _, ok := s.list[s.at].(*ast.LabeledStmt); ok {
		return nil, refuse(Label, call.Pos(), "the statement has a label")
	}
	return s, nil
}

// editable refuses files whose text is not ours to change.
func (p *Package) editable(file *ast.File, pos token.Pos) error {
	name := p.Fset.PositionFor(pos, false).Filename
	switch {
	case strings.HasSuffix(name, "_test.go"):
		return refuse(TestFile, pos, "the call is in a test")
	case ast.IsGenerated(file):
		return refuse(Generated, pos, "the file is generated")
	}
	for _, spec := range file.Imports {
		if spec.Path.Value == `"C"` {
			return refuse(Cgo, spec.Pos(), "the file uses cgo")
		}
	}
	for _, q := range []token.Pos{file.Package, pos} {
		if p.Fset.Position(q).Filename != p.Fset.PositionFor(q, false).Filename {
			return refuse(LineDirective, q, "a //line comment says that the text is from another file")
		}
	}
	return nil
}

// before reports whether the file is compiled as an older Go.
func (p *Package) before(file *ast.File, goVersion string) bool {
	v := p.Info.FileVersions[file]
	if v == "" {
		v = p.Types.GoVersion()
	}
	return v != "" && version.Compare(version.Lang(v), goVersion) < 0
}

// findList climbs from the call to the innermost statement list and function.
func (s *site) findList() bool {
	var n ast.Node = s.call
	for up := s.up[n]; up != nil; n, up = up, s.up[up] {
		if s.list == nil {
			s.enter(up, n)
		}
		switch up.(type) {
		case *ast.FuncLit, *ast.FuncDecl:
			s.fn = up
			return s.list != nil
		}
	}
	return false
}

func (s *site) enter(owner, n ast.Node) {
	stmt, ok := n.(ast.Stmt)
	if !ok {
		return
	}
	list := statements(owner)
	for i := range list {
		if list[i] == stmt {
			s.owner, s.list, s.at = owner, list, i
		}
	}
}

// statements returns the statement list of a block or clause.
func statements(n ast.Node) []ast.Stmt {
	switch n := n.(type) {
	case *ast.BlockStmt:
		return n.List
	case *ast.CaseClause:
		return n.Body
	case *ast.CommClause:
		return n.Body
	}
	return nil
}

func parents(root ast.Node) map[ast.Node]ast.Node {
	up := map[ast.Node]ast.Node{}
	var stack []ast.Node
	ast.Inspect(root, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		if len(stack) > 0 {
			up[n] = stack[len(stack)-1]
		}
		stack = append(stack, n)
		return true
	})
	return up
}

func labelled(fn ast.Node) (pos token.Pos) {
	ast.Inspect(fn, func(n ast.Node) bool {
		if b, ok := n.(*ast.BranchStmt); ok && b.Tok == token.GOTO {
			pos = b.Pos()
		}
		return true
	})
	return pos
}

// body returns the body of the innermost function.
func (s *site) body() *ast.BlockStmt {
	if lit, ok := s.fn.(*ast.FuncLit); ok {
		return lit.Body
	}
	return s.fn.(*ast.FuncDecl).Body
}

func within(n ast.Node, pos token.Pos) bool { return n.Pos() <= pos && pos < n.End() }

// object returns what id defines or uses.
func (p *Package) object(id *ast.Ident) types.Object {
	if obj := p.Info.Defs[id]; obj != nil {
		return obj
	}
	return p.Info.Uses[id]
}

// local returns the object of id if it is declared in a function, and nil for fields, methods, imports and the names
// of packages and of the universe.
func (p *Package) local(id *ast.Ident) types.Object {
	obj := p.object(id)
	if obj == nil || obj.Pkg() != p.Types {
		return nil // universe, or another package
	}
	switch obj := obj.(type) {
	case *types.PkgName:
		return nil
	case *types.Var:
		if obj.IsField() {
			return nil
		}
	case *types.Func:
		return nil
	}
	if obj.Parent() == p.Types.Scope() {
		return nil
	}
	return obj
}

// mentions calls visit for every identifier below n that names something declared in a function, but outside of n.
func (p *Package) mentions(n ast.Node, visit func(*ast.Ident, types.Object)) {
	ast.Inspect(n, func(m ast.Node) bool {
		id, ok := m.(*ast.Ident)
		if !ok {
			return true
		}
		if obj := p.local(id); obj != nil && !within(n, obj.Pos()) {
			visit(id, obj)
		}
		return true
	})
}

func isContext(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "context" && named.Obj().Name() == "Context"
}

func isError(t types.Type) bool {
	return t != nil && types.Identical(t, types.Universe.Lookup("error").Type())
}
