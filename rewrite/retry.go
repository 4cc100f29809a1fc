package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/dave/dst"
	"golang.org/x/tools/go/analysis"
)

// Retry returns the edits that put a guard which keeps no failure in the place of a sync.Once. o has one call, in the
// literal that do runs; both assign to the package variable v:
//
//	once.Do(func() {                            client, err := sharedClient()
//		var err error                           if err != nil {
//		client, err = storage.NewClient(ctx)  →     http.Error(w, "Internal error", 500)
//		if err != nil {                             return
//			http.Error(w, "Internal error", 500)    }
//			return
//		}
//	})
func (p *Package) Retry(o Object, do *ast.CallExpr, v, once *types.Var) (edits []analysis.TextEdit, err error) {
	if len(o.Calls) != 1 {
		return nil, refuse(NotAnObject, token.NoPos, "there must be one call")
	}
	defer recovered(o.Calls[0], &edits, &err)
	o.Params = true // as with the sync.Once the inputs of the first request count
	l, lock := p.late(&o, v), p.late(&o, once)
	if err := l.mentions(); err != nil {
		return nil, err
	}
	lock.o.Calls = l.o.Calls
	if err := lock.lockMentions(do); err != nil {
		return nil, err
	}
	edits, err = l.retried(do, lock)
	return l.finished(edits, err)
}

// lockMentions finds the declaration of the sync.Once, and refuses one that is used more than once.
func (l *late) lockMentions(do *ast.CallExpr) error {
	for _, f := range l.p.Files {
		for id, obj := range l.p.Info.Uses {
			if obj == l.v && within(f, id.Pos()) && !within(do, id.Pos()) {
				return refuse(OtherUse, id.Pos(), "%s is used here, too", id.Name)
			}
		}
		for _, d := range f.Decls {
			gen, ok := d.(*ast.GenDecl)
			if !ok || gen.Tok != token.VAR {
				continue
			}
			for _, s := range gen.Specs {
				if spec := s.(*ast.ValueSpec); slices.ContainsFunc(spec.Names, func(id *ast.Ident) bool { return l.p.Info.Defs[id] == l.v }) {
					if len(spec.Names) != 1 || len(spec.Values) > 0 {
						return refuse(Declaration, spec.Pos(), "%s is declared together with other variables", l.v.Name())
					}
					l.spec, l.gen, l.file = spec, gen, f
				}
			}
		}
	}
	if l.spec == nil {
		return refuse(Declaration, do.Pos(), "the sync.Once is not a package variable")
	}
	return nil
}

func (l *late) retried(do *ast.CallExpr, lock *late) ([]analysis.TextEdit, error) {
	s, err := l.p.locate(l.o.Calls[0])
	if err != nil {
		return nil, err
	}
	check, failed, err := l.onceShape(s, do)
	if err != nil {
		return nil, err
	}
	g, err := l.outer(s, do)
	if err != nil {
		return nil, err
	}
	sl, err := s.slice(l.o, nil, true)
	if err != nil {
		return nil, err
	}
	l.slices = []*slice{sl}
	l.imports = l.importsOf(s.file)
	if len(sl.params) > 0 {
		l.o.Form, l.o.Wait = Mutex, "" // a try that outlives the request must not use what is the request's
	}
	if l.o.Wait != "" {
		l.o.Wait = g.wait(l) // of the function around
	}
	if err := l.results(sl.call); err != nil {
		return nil, err
	}
	if err := l.planGuard(sl); err != nil {
		return nil, err
	}
	if l.guard.Form == Once {
		return nil, refuse(NotAnObject, s.call.Pos(), "it cannot fail")
	}
	t, err := l.tree(s)
	if err != nil {
		return nil, err
	}
	use, err := l.use(t, sl)
	if err != nil {
		return nil, err
	}
	if err := l.substitute(t, sl); err != nil {
		return nil, err
	}
	built := t.copied(sl.call)
	l.askOnce(t, g, use, check, failed)
	return l.placed(nil, built, lock)
}

// onceShape accepts a literal that sets the variable, checks the error, answers and returns, and does nothing else.
func (l *late) onceShape(s *site, do *ast.CallExpr) (*ast.IfStmt, *ast.Ident, error) {
	lit, ok := s.fn.(*ast.FuncLit)
	if !ok || len(do.Args) != 1 || do.Args[0] != ast.Expr(lit) || s.owner != ast.Node(lit.Body) {
		return nil, nil, refuse(OnceShape, s.call.Pos(), "the function that runs once is not a literal which just builds it")
	}
	l.literal = lit
	a, ok := s.list[s.at].(*ast.AssignStmt)
	if !ok || a != l.assign || len(a.Lhs) != 2 || len(a.Rhs) != 1 || a.Rhs[0] != ast.Expr(s.call) {
		return nil, nil, refuse(OnceShape, s.call.Pos(), "its error is thrown away, and what is to be answered instead is not known")
	}
	failed, ok := a.Lhs[1].(*ast.Ident)
	if !ok || failed.Name == "_" || l.p.local(failed) == nil {
		return nil, nil, refuse(OnceShape, a.Pos(), "its error is not kept in a local variable")
	}
	check := (*ast.IfStmt)(nil)
	if s.at+2 == len(s.list) {
		check = errorCheck(l.p, s.list[s.at+1], l.p.local(failed))
	}
	if check == nil {
		return nil, nil, refuse(OnceShape, a.Pos(), "the function that runs once does more than to build it and to check its error")
	}
	for _, stmt := range s.list[:s.at] {
		if obj := definedBy(l.p, stmt); obj != l.p.local(failed) {
			return nil, nil, refuse(OnceShape, stmt.Pos(), "the function that runs once does more than to build it and to check its error")
		}
	}
	n := len(check.Body.List)
	if n < 2 {
		return nil, nil, refuse(OnceShape, check.Pos(), "a failure is not answered")
	}
	if _, ok := check.Body.List[n-1].(*ast.ReturnStmt); !ok {
		return nil, nil, refuse(OnceShape, check.Pos(), "after a failure the function goes on")
	}
	return check, failed, nil
}

// outer is the function around the sync.Once: one without results, so that the literal's return can become its own.
func (l *late) outer(s *site, do *ast.CallExpr) (*user, error) {
	g := &user{file: s.file, decl: s.decl, up: s.up}
	stmt, ok := s.up[do].(*ast.ExprStmt)
	if !ok {
		return nil, refuse(OnceShape, do.Pos(), "the call of Do is not a statement")
	}
	for n := s.up[ast.Node(stmt)]; n != nil && g.fn == nil; n = s.up[n] {
		if list := statements(n); list != nil && g.owner == nil {
			g.owner, g.at = n, slices.Index(list, ast.Stmt(stmt))
		}
		switch n.(type) {
		case *ast.FuncDecl, *ast.FuncLit:
			g.fn = n
		}
	}
	if g.fn == nil || g.owner == nil || g.at < 0 {
		return nil, refuse(OnceShape, do.Pos(), "the call of Do does not stand in a function")
	}
	if g.signature(l.p).Results().Len() > 0 {
		return nil, refuse(OnceShape, do.Pos(), "the function has results, and what it returns after a failure is not known")
	}
	for _, id := range l.uses {
		if !within(g.fn, id.Pos()) {
			return nil, refuse(OtherUse, id.Pos(), "another function uses %s", id.Name)
		}
		if !within(g.owner, id.Pos()) || id.Pos() < do.Pos() || within(do, id.Pos()) {
			return nil, refuse(OtherUse, id.Pos(), "%s is used where it is not built for sure", id.Name)
		}
	}
	return g, nil
}

// askOnce puts a call of the guard, and the check from the literal, in the place of the sync.Once.
func (l *late) askOnce(t *tree, g *user, use dst.Expr, check *ast.IfStmt, failed *ast.Ident) {
	name := failed.Name
	if own := g.errName(l); name == "err" && len(l.uses) > 0 {
		name = own
	}
	if obj := l.p.object(failed); name != failed.Name {
		ast.Inspect(check, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && l.p.object(id) == obj {
				t.nodes[id].(*dst.Ident).Name = name
			}
			return true
		})
	}
	list := t.list(g.owner)
	old := (*list)[g.at]
	// Comments inside the literal, but for those of the answer, go above the new statement.
	for _, stmt := range statements(l.literal.Body) {
		if stmt == ast.Stmt(check) {
			continue
		}
		for _, text := range commentsOf([]dst.Stmt{t.nodes[stmt].(dst.Stmt)}, nil) {
			old.Decorations().Start = append(old.Decorations().Start, text)
		}
	}
	answer := dst.Clone(t.nodes[check]).(*dst.IfStmt)
	ask := &dst.AssignStmt{Lhs: []dst.Expr{dst.NewIdent(l.v.Name()), dst.NewIdent(name)}, Tok: token.DEFINE, Rhs: []dst.Expr{use}}
	answer.Decs.Before, answer.Decs.After = dst.NewLine, dst.NewLine
	if len(l.uses) == 0 {
		ask.Lhs[0] = dst.NewIdent("_")
		answer.Init = ask
		answer.Decs.Before = old.Decorations().Before
		answer.Decs.Start = append(old.Decorations().Start, answer.Decs.Start...)
		answer.Decs.End, answer.Decs.After = old.Decorations().End, old.Decorations().After
		(*list)[g.at] = answer
		return
	}
	ask.Decs.Before, ask.Decs.Start = old.Decorations().Before, old.Decorations().Start
	answer.Decs.After = old.Decorations().After
	*list = slices.Replace(*list, g.at, g.at+1, dst.Stmt(ask), dst.Stmt(answer))
}
