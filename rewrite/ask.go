package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/dave/dst"
	"github.com/dave/dst/decorator"
)

// A user is a function that uses the variable.
type user struct {
	file  *ast.File
	decl  ast.Decl
	up    map[ast.Node]ast.Node
	fn    ast.Node // *ast.FuncDecl or *ast.FuncLit
	uses  []*ast.Ident
	owner ast.Node // the block or clause around all uses
	at    int      // index of the statement with the first of them
}

// users groups the uses by their innermost function.
func (l *late) users() (out []*user) {
	for _, id := range l.uses {
		f := l.p.file(id)
		d := declAround(f, id.Pos())
		g := &user{file: f, decl: d, up: parents(d), uses: []*ast.Ident{id}}
		for n := g.up[ast.Node(id)]; n != nil && g.fn == nil; n = g.up[n] {
			switch n.(type) {
			case *ast.FuncDecl, *ast.FuncLit:
				g.fn = n
			}
		}
		if i := slices.IndexFunc(out, func(o *user) bool { return o.fn == g.fn && g.fn != nil }); i >= 0 {
			out[i].uses = append(out[i].uses, id)
			continue
		}
		out = append(out, g)
	}
	return out
}

// ask has a function ask the guard for the object before the first statement that uses it.
func (l *late) ask(g *user, check *ast.IfStmt) error {
	return l.askAs(g, check, l.v.Name(), func(args string) string { return l.guard.Accessor + "(" + args + ")" })
}

// askAs is ask, with a name for the object and the call that asks.
func (l *late) askAs(g *user, check *ast.IfStmt, name string, call func(args string) string) error {
	if g.fn == nil {
		return refuse(FailureLost, g.uses[0].Pos(), "it is used outside of functions")
	}
	if !g.findList() {
		return refuse(FailureLost, g.uses[0].Pos(), "there is no place for a check before it is used")
	}
	t, err := l.treeOf(g.file, g.decl)
	if err != nil {
		return err
	}
	failed := g.errName(l)
	answer, err := l.answer(g, failed, check)
	if err != nil {
		return err
	}
	args := ""
	if l.guard.TakesCtx {
		args = g.wait(l)
	}
	stmts, err := parseStmts(name + ", " + failed + " := " + call(args) + "\nif " + failed + " != nil {\n" + answer + "\n}")
	if err != nil {
		return refuse(SelfCheck, g.uses[0].Pos(), "the check does not parse: %v", err)
	}
	list := t.list(g.owner)
	next := (*list)[g.at].Decorations()
	first := stmts[0].Decorations()
	first.Before, next.Before = next.Before, dst.NewLine
	// Comments right above the statement are its own; those before a blank line stay on top.
	for i := len(next.Start) - 1; i >= 0; i-- {
		if next.Start[i] == "\n" {
			first.Start = append(first.Start, next.Start[:i+1]...)
			next.Start = next.Start[i+1:]
			break
		}
	}
	*list = slices.Insert(*list, g.at, stmts...)
	return nil
}

// findList finds the innermost statement list that holds all uses.
func (g *user) findList() bool {
	for n := g.up[ast.Node(g.uses[0])]; n != nil; n = g.up[n] {
		list := statements(n)
		if list != nil && !slices.ContainsFunc(g.uses, func(id *ast.Ident) bool { return !within(n, id.Pos()) }) {
			g.owner = n
			g.at = slices.IndexFunc(list, func(s ast.Stmt) bool {
				return slices.ContainsFunc(g.uses, func(id *ast.Ident) bool { return within(s, id.Pos()) })
			})
			return g.at >= 0
		}
		if n == g.fn {
			return false
		}
	}
	return false
}

// errName is err, unless a later statement of the list defines just that.
func (g *user) errName(l *late) string {
	for _, stmt := range statements(g.owner)[g.at:] {
		var defs []*ast.Ident
		switch stmt := stmt.(type) {
		case *ast.AssignStmt:
			for _, e := range stmt.Lhs {
				if id, ok := e.(*ast.Ident); ok && l.p.Info.Defs[id] != nil {
					defs = append(defs, id)
				}
			}
		case *ast.DeclStmt:
			if gen, ok := stmt.Decl.(*ast.GenDecl); ok {
				for _, spec := range gen.Specs {
					if v, ok := spec.(*ast.ValueSpec); ok {
						defs = append(defs, v.Names...)
					}
				}
			}
		}
		if len(defs) > 0 && !slices.ContainsFunc(defs, func(id *ast.Ident) bool { return id.Name != "err" }) {
			inner := names{}
			inner.add(g.fn)
			return inner.fresh(l.guard.Noun + "Err")
		}
	}
	return "err"
}

func (g *user) signature(p *Package) *types.Signature {
	if lit, ok := g.fn.(*ast.FuncLit); ok {
		return p.Info.TypeOf(lit).(*types.Signature)
	}
	return p.Info.Defs[g.fn.(*ast.FuncDecl).Name].Type().(*types.Signature)
}

// wait spells the context that bounds the wait for the object.
func (g *user) wait(l *late) string {
	for v := range g.signature(l.p).Params().Variables() {
		switch {
		case v.Name() == "" || v.Name() == "_":
		case isContext(v.Type()):
			return v.Name()
		case isNamed(v.Type(), "net/http", "Request"):
			return v.Name() + ".Context()"
		}
	}
	return l.importsOf(g.file).qualified("context") + "Background()"
}

func isNamed(t types.Type, path, name string) bool {
	if ptr, ok := t.(*types.Pointer); ok {
		t = ptr.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == name && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == path
}

// answer is what a function does when the object cannot be had: it returns the error, or answers 500 and logs it.
func (l *late) answer(g *user, failed string, check *ast.IfStmt) (string, error) {
	sig := g.signature(l.p)
	im := l.importsOf(g.file)
	if n := sig.Results().Len(); n > 0 {
		if !isError(sig.Results().At(n - 1).Type()) {
			return "", refuse(FailureLost, g.uses[0].Pos(), "a function that uses it cannot return an error")
		}
		var list []string
		for i := range n - 1 {
			text, err := im.typeText(sig.Results().At(i).Type(), g.uses[0].Pos())
			if err != nil {
				return "", err
			}
			value, _ := zero(sig.Results().At(i).Type(), text)
			list = append(list, value)
		}
		return "return " + strings.Join(append(list, l.wrapped(g.file, failed, check)), ", "), nil
	}
	for v := range sig.Params().Variables() {
		if isNamed(v.Type(), "net/http", "ResponseWriter") && v.Name() != "" && v.Name() != "_" {
			h := im.qualified("net/http")
			return im.qualified("log") + "Print(" + l.wrapped(g.file, failed, check) + ")\n" +
				h + "Error(" + v.Name() + ", " + h + "StatusText(" + h + "StatusInternalServerError), " + h + "StatusInternalServerError)\nreturn", nil
		}
	}
	return "", refuse(FailureLost, g.uses[0].Pos(), "a function that uses it cannot return an error")
}

// wrapped spells the error with the words that start-up had for it: log.Fatalf("storage: %v", err) gives
// fmt.Errorf("storage: %w", err).
func (l *late) wrapped(f *ast.File, failed string, check *ast.IfStmt) string {
	if check == nil || !l.importsOf(f).imported("fmt") {
		return failed
	}
	stmt, ok := check.Body.List[0].(*ast.ExprStmt)
	if !ok {
		return failed
	}
	call, ok := stmt.X.(*ast.CallExpr)
	if !ok || len(call.Args) != 2 {
		return failed
	}
	lit, ok := call.Args[0].(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return failed
	}
	text, err := strconv.Unquote(lit.Value)
	text = strings.TrimSpace(text)
	if err != nil || strings.Count(text, "%") != 1 || !strings.HasSuffix(text, "%v") && !strings.HasSuffix(text, "%s") && !strings.HasSuffix(text, "%w") {
		return failed
	}
	return l.importsOf(f).qualified("fmt") + "Errorf(" + strconv.Quote(text[:len(text)-1]+"w") + ", " + failed + ")"
}

func parseStmts(text string) ([]dst.Stmt, error) {
	f, err := decorator.Parse(header + "func _() {\n" + text + "\n}\n")
	if err != nil {
		return nil, err
	}
	return f.Decls[0].(*dst.FuncDecl).Body.List, nil
}
