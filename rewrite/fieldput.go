package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/dave/dst"
	"golang.org/x/tools/go/analysis"
)

// A putShape is how the constructor gives the field the object.
type putShape struct {
	assign *ast.AssignStmt
	failed *ast.Ident      // the error
	inIf   *ast.IfStmt     // "if s.f, err = open(); err != nil {…}"
	check  *ast.IfStmt     // the check of the error: inIf, or the statement after the assignment
	ret    *ast.ReturnStmt // "return s, err" instead
	wrap   ast.Expr        // what the check returns for the error, nil if that is the error itself
	fatal  bool            // the check ends the program
}

// guarded has the field hold what builds the object.
func (l *fieldLate) guarded(sl *slice) ([]analysis.TextEdit, error) {
	shape, err := l.shape(sl.site)
	if err != nil {
		return nil, err
	}
	if sl.old || l.p.before(l.file, "go1.21") {
		return nil, refuse(OldGo, sl.call.Pos(), "before Go 1.21 there is no context.WithoutCancel")
	}
	g, err := l.planLate(sl)
	if err != nil {
		return nil, err
	}
	if err := l.construct(sl, shape, g); err != nil {
		return nil, err
	}
	err = l.retype(func(dst.Expr) dst.Expr { return &dst.StarExpr{X: dst.NewIdent(g.Type)} })
	if err != nil {
		return nil, err
	}
	for _, set := range l.sets {
		if err := l.keep(set, g); err != nil {
			return nil, err
		}
	}
	for _, c := range l.closes {
		if err := l.end(c); err != nil {
			return nil, err
		}
	}
	check := shape.check
	if !shape.fatal {
		check = nil // its words for the error go along with the building
	}
	for _, u := range l.users() {
		if err := l.askField(u, g, check); err != nil {
			return nil, err
		}
	}
	edits, err := l.treeEdits()
	if err != nil {
		return nil, err
	}
	text, err := g.text()
	if err != nil {
		return nil, err
	}
	insertion, err := l.insert(text)
	if err != nil {
		return nil, err
	}
	return append(edits, insertion), nil
}

// shape accepts constructors that hand the error on, or end the program.
func (l *fieldLate) shape(s *site) (*putShape, error) {
	sh := &putShape{}
	sh.assign, _ = s.list[s.at].(*ast.AssignStmt)
	if in, ok := s.list[s.at].(*ast.IfStmt); ok && in.Init != nil && in.Else == nil {
		sh.assign, _ = in.Init.(*ast.AssignStmt)
		sh.inIf = in
	}
	a := sh.assign
	if a == nil || len(a.Lhs) != 2 || len(a.Rhs) != 1 || a.Rhs[0] != ast.Expr(s.call) {
		return nil, refuse(Declaration, s.call.Pos(), "the statement does more than to set %s", l.v.Name())
	}
	sh.failed, _ = a.Lhs[1].(*ast.Ident)
	if sh.failed == nil || l.p.local(sh.failed) == nil {
		return nil, refuse(FailureLost, a.Pos(), "its error is not checked at once")
	}
	failed := l.p.local(sh.failed)
	switch {
	case sh.inIf != nil:
		bare := *sh.inIf
		bare.Init = nil
		if errorCheck(l.p, &bare, failed) != nil {
			sh.check = sh.inIf
		}
	case s.at+1 < len(s.list):
		sh.check = errorCheck(l.p, s.list[s.at+1], failed)
		if ret, ok := s.list[s.at+1].(*ast.ReturnStmt); ok && len(ret.Results) > 0 {
			if id, ok := ret.Results[len(ret.Results)-1].(*ast.Ident); ok && l.p.object(id) == failed {
				sh.ret = ret
			}
		}
	}
	if sh.ret != nil {
		return sh, l.handedOn(s)
	}
	if sh.check == nil {
		return nil, refuse(FailureLost, a.Pos(), "its error is not checked at once")
	}
	if fn, ok := s.fn.(*ast.FuncDecl); ok && l.ends(fn, sh.check.Body) {
		sh.fatal = true
		return sh, nil
	}
	ret := onlyReturn(sh.check)
	if ret == nil || len(ret.Results) == 0 || !isError(l.p.Info.TypeOf(ret.Results[len(ret.Results)-1])) {
		return nil, refuse(FailureLost, sh.check.Pos(), "when it cannot be built %s does more than to return the error", l.inFunc(s))
	}
	own, wrap := false, ret.Results[len(ret.Results)-1]
	other := ""
	l.p.mentions(wrap, func(id *ast.Ident, obj types.Object) {
		if own = own || obj == failed; obj != failed {
			other = id.Name
		}
	})
	if !own || other != "" {
		return nil, refuse(FailureLost, wrap.Pos(), "the error that is returned is made from something else")
	}
	if id, ok := wrap.(*ast.Ident); !ok || l.p.object(id) != failed {
		sh.wrap = wrap
	}
	return sh, l.handedOn(s)
}

func (l *fieldLate) inFunc(s *site) string {
	if fn, ok := s.fn.(*ast.FuncDecl); ok {
		return fn.Name.Name
	}
	return "the function"
}

// handedOn wants those of this package who call the constructor to give up when it fails, as it now fails less often: one
// who goes on in another way must go on knowing.
func (l *fieldLate) handedOn(s *site) error {
	fn, ok := s.fn.(*ast.FuncDecl)
	if !ok {
		return refuse(StartFunction, s.call.Pos(), "who calls the function literal is not known")
	}
	obj := l.p.Info.Defs[fn.Name]
	for _, f := range l.p.Files {
		if strings.HasSuffix(l.p.Fset.PositionFor(f.Package, false).Filename, "_test.go") {
			continue
		}
		var err error
		ast.PreorderStack(f, nil, func(n ast.Node, stack []ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && err == nil && l.p.Info.Uses[id] == obj && !l.givesUp(id, reversed(stack)) {
				err = refuse(FailureLost, id.Pos(), "who calls %s may go on without it when it cannot be built", id.Name)
			}
			return err == nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// givesUp recognises "return New(…)", and calls after which a check of the error returns or ends the program.
func (l *fieldLate) givesUp(id *ast.Ident, up []ast.Node) bool {
	if sel, ok := up[0].(*ast.SelectorExpr); ok && sel.Sel == id {
		up = up[1:]
	}
	if call, ok := up[0].(*ast.CallExpr); !ok || len(up) < 4 || slices.ContainsFunc(call.Args, func(a ast.Expr) bool { return within(a, id.Pos()) }) {
		return false
	}
	switch stmt := up[1].(type) {
	case *ast.ReturnStmt:
		return len(stmt.Results) == 1
	case *ast.AssignStmt:
		failed, ok := stmt.Lhs[len(stmt.Lhs)-1].(*ast.Ident)
		if !ok || l.p.local(failed) == nil {
			return false
		}
		check, _ := up[2].(*ast.IfStmt)
		list := statements(up[2])
		if i := slices.Index(list, ast.Stmt(stmt)); i >= 0 && i+1 < len(list) {
			if ret, ok := list[i+1].(*ast.ReturnStmt); ok && len(ret.Results) > 0 {
				last, ok := ret.Results[len(ret.Results)-1].(*ast.Ident)
				return ok && l.p.object(last) == l.p.object(failed)
			}
			check, _ = list[i+1].(*ast.IfStmt)
		}
		if check == nil || check.Else != nil {
			return false
		}
		bare := *check
		bare.Init = nil
		if errorCheck(l.p, &bare, l.p.object(failed)) == nil || len(check.Body.List) == 0 {
			return false
		}
		if ret, ok := check.Body.List[len(check.Body.List)-1].(*ast.ReturnStmt); ok && len(ret.Results) > 0 {
			last := ret.Results[len(ret.Results)-1]
			return isError(l.p.Info.TypeOf(last)) && !isNil(last)
		}
		for _, n := range up {
			if fn, ok := n.(*ast.FuncDecl); ok {
				return l.ends(fn, check.Body)
			}
		}
	}
	return false
}

// planLate decides on the form and fills in the template's data.
func (l *fieldLate) planLate(sl *slice) (*lateGuard, error) {
	if err := l.builtins(sl.call.Pos()); err != nil {
		return nil, err
	}
	t := l.v.Type()
	if value, ok := zero(t, ""); !ok || value != "nil" {
		return nil, refuse(NotAnObject, sl.call.Pos(), "a %s cannot be nil", types.TypeString(t, types.RelativeTo(l.p.Types)))
	}
	if err := l.results(sl.call); err != nil {
		return nil, err
	}
	g := &lateGuard{lateNames: l.p.freshLate(l.o.What, t), Form: Mutex, What: l.o.What, Ends: len(l.closes) > 0, Sets: len(l.sets) > 1}
	if l.o.Form == Shared && !mayPanic(sl) {
		g.Form = Shared
	}
	if g.What == "" {
		g.What = g.Noun
	}
	g.A = Article(g.What)
	l.names = g.all()
	var err error
	if g.T, err = l.imports.typeText(t, sl.call.Pos()); err != nil {
		return nil, err
	}
	g.Dials = len(sl.ctxs) > 0 && !l.o.KeepsCtx
	g.Waits = g.Dials || g.Form == Shared
	g.Sync = l.imports.qualified("sync")
	if g.Waits {
		g.Context = l.imports.qualified("context")
	}
	if g.Dials {
		g.Time = l.imports.qualified("time")
	}
	if g.Ends {
		g.Errors = l.imports.qualified("errors")
	}
	l.guard = &guard{guardNames: guardNames{Noun: g.Noun}, TakesCtx: g.Waits}
	return g, nil
}

// construct has the constructor put the building into the field, in the place of the object.
func (l *fieldLate) construct(sl *slice, sh *putShape, g *lateGuard) error {
	t, err := l.tree(sl.site)
	if err != nil {
		return err
	}
	inner := names{}
	inner.add(sl.call)
	if g.Dials {
		if !sl.ctxOnly("ctx") {
			return refuse(Shadowed, sl.call.Pos(), "ctx means something else in the text that moves")
		}
		for _, e := range sl.ctxs {
			replace(t.root, t.nodes[e], dst.NewIdent("ctx"))
		}
	}
	built := t.copied(sl.call)
	if text := commented(t.nodes[sh.checkBody()]); text != "" {
		return refuse(Comments, sh.check.Pos(), "the comment %q would be lost", text)
	}
	body := " return " + builtMark + "() "
	if sh.wrap != nil {
		s := inner.fresh(initial(g.Noun))
		body = "\n" + s + ", " + sh.failed.Name + " := " + builtMark + "()\nif " + sh.failed.Name + " != nil {\nreturn nil, " + movedMark + "()\n}\nreturn " + s + ", nil\n"
	}
	value, err := parseExpr("&" + g.Type + "{open: func(" + g.OpenSig() + ") (" + g.T + ", error) {" + body + "}}")
	if err != nil {
		return refuse(SelfCheck, sl.call.Pos(), "the constructor does not parse: %v", err)
	}
	fill(value, builtMark, built)
	if sh.wrap != nil {
		fill(value, movedMark, t.copied(sh.wrap))
	}
	now := t.nodes[sh.assign].(*dst.AssignStmt)
	now.Lhs, now.Rhs = now.Lhs[:1], []dst.Expr{value}
	switch {
	case sh.inIf != nil:
		list := t.list(sl.owner)
		i := slices.Index(*list, t.nodes[sh.inIf].(dst.Stmt))
		now.Decs.NodeDecs = t.nodes[sh.inIf].(*dst.IfStmt).Decs.NodeDecs
		(*list)[i] = now
	case sh.check != nil:
		t.remove(sl.owner, sh.check, true)
	default:
		ret := t.nodes[sh.ret].(*dst.ReturnStmt)
		ret.Results[len(ret.Results)-1] = dst.NewIdent("nil")
	}
	gone := []ast.Stmt{sh.assign}
	if sh.check != nil {
		gone = append(gone, sh.check)
	}
	l.declareErr(t, sl, sh, gone)
	for _, stmt := range sl.list[:sl.at] {
		if obj := definedBy(l.p, stmt); obj != nil && l.onlyUsedIn(sl, obj, append(slices.Clone(gone), stmt), sh) {
			t.remove(sl.owner, stmt, true)
		}
	}
	return nil
}

func (sh *putShape) checkBody() ast.Node {
	if sh.check != nil {
		return sh.check.Body
	}
	return sh.ret
}

// onlyUsedIn is onlyIn for variables of which the statements that go away were the only users: a context that the literal
// has as its parameter, an error that is returned no more.
func (l *fieldLate) onlyUsedIn(sl *slice, obj types.Object, gone []ast.Stmt, sh *putShape) bool {
	if !isContext(obj.Type()) && !isError(obj.Type()) {
		return false
	}
	if isContext(obj.Type()) && l.o.KeepsCtx {
		return false
	}
	if sh.ret != nil {
		last := sh.ret.Results[len(sh.ret.Results)-1].(*ast.Ident)
		if l.p.object(last) == obj {
			gone = append(gone, &ast.ExprStmt{X: last})
		}
	}
	return l.onlyIn(sl.decl, obj, gone)
}

// declareErr declares the error in the place of the assignment that did, where a later one only sets it.
func (l *fieldLate) declareErr(t *tree, sl *slice, sh *putShape, gone []ast.Stmt) {
	if sh.inIf != nil || l.p.Info.Defs[sh.failed] == nil {
		return
	}
	obj := l.p.object(sh.failed)
	var first *ast.Ident
	ast.Inspect(sl.decl, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && l.p.Info.Uses[id] == obj && !slices.ContainsFunc(gone, func(s ast.Stmt) bool { return within(s, id.Pos()) }) {
			if first == nil || id.Pos() < first.Pos() {
				first = id
			}
		}
		return true
	})
	if first == nil {
		return
	}
	for _, stmt := range sl.list[sl.at+1:] {
		// "texts, err := …" of the same list, which then defines it; the list of an if does not.
		if a, ok := stmt.(*ast.AssignStmt); ok && a.Tok == token.DEFINE && slices.Contains(a.Lhs, ast.Expr(first)) {
			return
		}
	}
	list := t.list(sl.owner)
	i := slices.Index(*list, t.nodes[sh.assign].(dst.Stmt))
	decl := &dst.DeclStmt{Decl: &dst.GenDecl{Tok: token.VAR, Specs: []dst.Spec{
		&dst.ValueSpec{Names: []*dst.Ident{dst.NewIdent(sh.failed.Name)}, Type: dst.NewIdent("error")}}}}
	decl.Decs.Before, decl.Decs.After = dst.NewLine, dst.NewLine
	*list = slices.Insert(*list, i+1, dst.Stmt(decl))
}

// fill puts an expression in the place of a mark.
func fill(root dst.Node, mark string, with dst.Expr) {
	dst.Inspect(root, func(n dst.Node) bool {
		switch n := n.(type) {
		case *dst.ReturnStmt:
			for i, e := range n.Results {
				if isMark(e, mark) {
					n.Results[i] = with
				}
			}
		case *dst.AssignStmt:
			for i, e := range n.Rhs {
				if isMark(e, mark) {
					n.Rhs[i] = with
				}
			}
		}
		return true
	})
}

// keep wraps another value that the field is given.
func (l *fieldLate) keep(set *fieldSet, g *lateGuard) error {
	if set == l.put {
		return nil
	}
	if isNil(set.value) || set.assign != nil && len(set.assign.Lhs) != 1 {
		return refuse(Reassigned, set.id.Pos(), "%s is set to what cannot be followed", set.id.Name)
	}
	t, err := l.treeOf(set.file, declAround(set.file, set.id.Pos()))
	if err != nil {
		return err
	}
	old := t.nodes[set.value].(dst.Expr)
	replace(t.root, old, &dst.CallExpr{Fun: dst.NewIdent(g.Keep), Args: []dst.Expr{t.copied(set.value)}})
	return nil
}
