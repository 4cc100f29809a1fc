package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/dave/dst"
	"github.com/dave/dst/dstutil"
	"golang.org/x/tools/go/analysis"
)

// A late is a fix in the making that has a package variable's object built on first use: in place of the variable or
// of the sync.Once in front of it.
type late struct {
	*hoist
	v      *types.Var
	spec   *ast.ValueSpec // of v
	gen    *ast.GenDecl
	file   *ast.File // of spec
	assign *ast.AssignStmt
	uses   []*ast.Ident // of v, assign and spec aside
	more   map[*ast.File]*imports

	literal *ast.FuncLit // what the sync.Once runs
}

// Defer returns the edits that build the object of a package variable on first use. o has one call, which stands in the
// variable's initialiser, or in an assignment to it in init or main. What cannot fail becomes a sync.OnceValue in place;
// else the variable gives way to a guard, and each function that uses the variable asks the guard first and answers
// with its error. The edits are complete with imports, and leave a package that type-checks.
func (p *Package) Defer(o Object, v *types.Var) (edits []analysis.TextEdit, err error) {
	if len(o.Calls) != 1 {
		return nil, refuse(NotAnObject, token.NoPos, "there must be one call")
	}
	defer recovered(o.Calls[0], &edits, &err)
	l := p.late(&o, v)
	if err := l.mentions(); err != nil {
		return nil, err
	}
	if o.Fallible {
		edits, err = l.guarded()
	} else {
		edits, err = l.inPlace()
	}
	return l.finished(edits, err)
}

func (p *Package) late(o *Object, v *types.Var) *late {
	return &late{hoist: &hoist{p: p, o: o, trees: map[ast.Decl]*tree{}, sources: map[*ast.File]*source{}}, v: v, more: map[*ast.File]*imports{}}
}

func (l *late) finished(edits []analysis.TextEdit, err error) ([]analysis.TextEdit, error) {
	if err != nil {
		return nil, err
	}
	for _, f := range l.p.Files { // in order, for stable results
		if im := l.more[f]; im != nil && (l.imports == nil || im != l.imports) {
			l.extra = append(l.extra, im)
		}
	}
	if edits, err = l.finish(edits); err != nil {
		return nil, err
	}
	for _, name := range l.names {
		l.p.taken()[name] = true
	}
	if l.anchor.IsValid() {
		if l.p.anchors == nil {
			l.p.anchors = map[token.Pos]bool{}
		}
		l.p.anchors[l.anchor] = true
	}
	return edits, nil
}

// mentions finds the declaration, the assignment and the uses of the variable, and refuses what is not just that.
func (l *late) mentions() error {
	for _, f := range l.p.Files {
		var err error
		ast.Inspect(f, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if ok && err == nil && l.p.object(id) == l.v {
				err = l.mention(f, id)
			}
			return err == nil
		})
		if err != nil {
			return err
		}
	}
	if l.spec == nil {
		return refuse(Source, l.v.Pos(), "%s is declared in none of the package's files", l.v.Name())
	}
	return l.declared()
}

func (l *late) mention(f *ast.File, id *ast.Ident) error {
	if err := l.p.editable(f, id.Pos()); err != nil {
		if r := err.(*Refusal); r.Code == TestFile {
			r.Reason = "a test uses " + id.Name
		}
		return err
	}
	path := pathTo(f, id)
	switch up := path[1].(type) {
	case *ast.ValueSpec:
		if l.p.Info.Defs[id] != nil {
			l.spec, l.gen, l.file = up, path[2].(*ast.GenDecl), f
			return nil
		}
	case *ast.AssignStmt:
		if slices.Contains(up.Lhs, ast.Expr(id)) {
			if l.assign != nil || !within(up, l.o.Calls[0].Pos()) {
				return refuse(Reassigned, id.Pos(), "%s is set at more than one place", id.Name)
			}
			l.assign = up
			return nil
		}
	case *ast.UnaryExpr:
		if up.Op == token.AND {
			return refuse(AddressTaken, id.Pos(), "the address of %s is taken", id.Name)
		}
	case *ast.BinaryExpr:
		return refuse(Compared, id.Pos(), "%s is compared", id.Name)
	}
	l.uses = append(l.uses, id)
	return nil
}

// pathTo lists the nodes from n up to the file.
func pathTo(f *ast.File, n ast.Node) (path []ast.Node) {
	ast.PreorderStack(f, nil, func(m ast.Node, stack []ast.Node) bool {
		if m == n {
			path = append(path, m)
			for _, up := range slices.Backward(stack) {
				path = append(path, up)
			}
		}
		return path == nil && within(m, n.Pos())
	})
	return path
}

// declared refuses declarations that several variables share.
func (l *late) declared() error {
	if len(l.spec.Names) != 1 || len(l.spec.Values) > 1 {
		return refuse(Declaration, l.spec.Pos(), "%s is declared together with other variables", l.v.Name())
	}
	call := l.o.Calls[0]
	if l.assign == nil && (len(l.spec.Values) == 0 || !within(l.spec.Values[0], call.Pos())) {
		return refuse(NotAnObject, call.Pos(), "the call does not give %s its value", l.v.Name())
	}
	if l.assign != nil && len(l.spec.Values) > 0 {
		return refuse(Reassigned, l.spec.Pos(), "%s is set at more than one place", l.v.Name())
	}
	return nil
}

// inPlace makes a function of the variable:
//
//	var queue *sqs.Client                       var queue func() *sqs.Client
//	queue = sqs.NewFromConfig(cfg)          →   queue = sync.OnceValue(func() *sqs.Client { return sqs.NewFromConfig(cfg) })
//	queue.SendMessage(…)                        queue().SendMessage(…)
func (l *late) inPlace() ([]analysis.TextEdit, error) {
	rhs := ast.Expr(nil)
	at := l.file
	if l.assign == nil {
		rhs = l.spec.Values[0]
	} else {
		if len(l.assign.Lhs) != 1 || len(l.assign.Rhs) != 1 || l.assign.Tok != token.ASSIGN {
			return nil, refuse(Declaration, l.assign.Pos(), "%s is set together with other variables", l.v.Name())
		}
		rhs, at = l.assign.Rhs[0], l.p.file(l.o.Calls[0])
		if err := l.captures(); err != nil {
			return nil, err
		}
	}
	if l.p.before(at, "go1.21") {
		return nil, refuse(OldGo, rhs.Pos(), "before Go 1.21 there is no sync.OnceValue")
	}
	l.imports = l.importsOf(at)
	typ, err := l.imports.typeText(l.v.Type(), rhs.Pos())
	if err != nil {
		return nil, err
	}
	var d ast.Decl = l.gen
	if l.assign != nil {
		d = declAround(at, l.assign.Pos())
	}
	if err := l.onceValue(at, d, rhs, typ); err != nil {
		return nil, err
	}
	if l.spec.Type != nil {
		t, err := l.treeOf(l.file, l.gen)
		if err != nil {
			return nil, err
		}
		spec := t.nodes[l.spec].(*dst.ValueSpec)
		spec.Type = &dst.FuncType{Func: true, Params: &dst.FieldList{Opening: true, Closing: true},
			Results: &dst.FieldList{List: []*dst.Field{{Type: dst.Clone(spec.Type).(dst.Expr)}}}}
	}
	for _, id := range l.uses {
		if err := l.callIt(id); err != nil {
			return nil, err
		}
	}
	return l.treeEdits()
}

// captures refuses an initialiser that mentions what its function changes later, or uses before it ends.
func (l *late) captures() error {
	s, err := l.p.locate(l.o.Calls[0])
	if err != nil {
		return err
	}
	o := *l.o
	o.Params = true
	sl, err := s.slice(&o, nil, true)
	if err != nil {
		return err
	}
	for _, q := range sl.params {
		if sl.count[q.obj] > 1 {
			return refuse(Reassigned, q.expr.Pos(), "%s has more than one definition", types.ExprString(q.expr))
		}
	}
	return l.background(sl)
}

// background refuses contexts that are not made to last.
func (l *late) background(sl *slice) error {
	for _, e := range sl.ctxs {
		id, ok := e.(*ast.Ident)
		if !ok || !l.isBackground(sl, sl.p.local(id)) {
			return refuse(Context, e.Pos(), "%s may end before the object is built", types.ExprString(e))
		}
	}
	return nil
}

// isBackground recognises ctx := context.Background().
func (l *late) isBackground(sl *slice, obj types.Object) bool {
	if obj == nil || sl.count[obj] != 1 {
		return false
	}
	yes := false
	ast.Inspect(sl.decl, func(n ast.Node) bool {
		if assign, ok := n.(*ast.AssignStmt); ok && len(assign.Lhs) == 1 && len(assign.Rhs) == 1 {
			if id, ok := assign.Lhs[0].(*ast.Ident); ok && l.p.Info.Defs[id] == obj {
				yes = strings.HasPrefix(types.ExprString(assign.Rhs[0]), "context.") && !strings.Contains(types.ExprString(assign.Rhs[0]), "With")
			}
		}
		return !yes
	})
	return yes
}

// onceValue wraps the initialiser.
func (l *late) onceValue(at *ast.File, d ast.Decl, rhs ast.Expr, typ string) error {
	t, err := l.treeOf(at, d)
	if err != nil {
		return err
	}
	wrap, err := parseExpr(l.imports.qualified("sync") + "OnceValue(func() " + typ + " {\n\treturn " + builtMark + "()\n})")
	if err != nil {
		return refuse(SelfCheck, rhs.Pos(), "the type %s cannot be spelled", typ)
	}
	built := t.copied(rhs)
	replace(t.root, t.nodes[rhs], wrap)
	dst.Inspect(wrap, func(n dst.Node) bool {
		if ret, ok := n.(*dst.ReturnStmt); ok && isMark(ret.Results[0], builtMark) {
			ret.Results[0] = built
			return false
		}
		return true
	})
	return nil
}

// callIt makes a call of a use.
func (l *late) callIt(id *ast.Ident) error {
	f := l.p.file(id)
	t, err := l.treeOf(f, declAround(f, id.Pos()))
	if err != nil {
		return err
	}
	old := t.nodes[id].(*dst.Ident)
	replace(t.root, old, &dst.CallExpr{Fun: dst.NewIdent(old.Name)})
	return nil
}

func declAround(f *ast.File, pos token.Pos) ast.Decl {
	for _, d := range f.Decls {
		if within(d, pos) {
			return d
		}
	}
	return nil
}

// treeOf decorates a declaration, once.
func (l *late) treeOf(f *ast.File, d ast.Decl) (*tree, error) { return l.tree(&site{file: f, decl: d}) }

func (l *late) importsOf(f *ast.File) *imports {
	if l.more[f] == nil {
		l.more[f] = &imports{p: l.p, file: f, added: map[string]string{}, pkgs: map[string]*types.Package{}}
	}
	return l.more[f]
}

// guarded puts a guard in the place of the variable:
//
//	func init() {                               func get(ctx context.Context) error {
//		var err error                               files, err := sharedFiles()
//		files, err = storage.NewClient(ctx)   →     if err != nil {
//		if err != nil { log.Fatal(err) }                return err
//	}                                               }
//	                                                files.Bucket("a") …
func (l *late) guarded() ([]analysis.TextEdit, error) {
	if l.assign == nil {
		return nil, refuse(Declaration, l.spec.Pos(), "%s and its error are declared together", l.v.Name())
	}
	s, err := l.p.locate(l.o.Calls[0])
	if err != nil {
		return nil, err
	}
	check, err := l.startCheck(s)
	if err != nil {
		return nil, err
	}
	sl, err := s.slice(l.o, nil, false)
	if err != nil {
		return nil, err
	}
	if len(sl.params) > 0 || sl.absorb != nil {
		return nil, refuse(SharedInput, s.call.Pos(), "others use what it is made from, too")
	}
	if err := l.background(sl); err != nil {
		return nil, err
	}
	l.o.KeepsCtx, l.slices = true, []*slice{sl}
	l.imports = l.importsOf(s.file)
	if err := l.results(sl.call); err != nil {
		return nil, err
	}
	if err := l.planGuard(sl); err != nil {
		return nil, err
	}
	l.guard.TakesCtx = l.guard.Form == Shared && l.o.Wait != ""
	moved, built, err := l.takeStart(sl, check)
	if err != nil {
		return nil, err
	}
	for _, g := range l.users() {
		if err := l.ask(g, check); err != nil {
			return nil, err
		}
	}
	return l.placed(moved, built)
}

// startCheck is the error check after the assignment, which must end the program: else it goes on without the object, and
// its uses may know.
func (l *late) startCheck(s *site) (*ast.IfStmt, error) {
	fn, ok := s.fn.(*ast.FuncDecl)
	if !ok || fn.Recv != nil || fn.Name.Name != "init" && fn.Name.Name != "main" {
		return nil, refuse(StartFunction, s.call.Pos(), "it is built neither in init nor in main, and what else the function does for its callers is not known")
	}
	a := l.assign
	if s.list[s.at] != ast.Stmt(a) || len(a.Lhs) != 2 || len(a.Rhs) != 1 || a.Rhs[0] != ast.Expr(s.call) || a.Tok != token.ASSIGN {
		return nil, refuse(Declaration, a.Pos(), "the statement does more than to set %s", l.v.Name())
	}
	failed, ok := a.Lhs[1].(*ast.Ident)
	if !ok || l.p.local(failed) == nil || s.at+1 >= len(s.list) {
		return nil, refuse(FailureLost, a.Pos(), "its error is not checked at once")
	}
	check := errorCheck(l.p, s.list[s.at+1], l.p.local(failed))
	if check == nil {
		return nil, refuse(FailureLost, a.Pos(), "its error is not checked at once")
	}
	if !l.ends(fn, check.Body) {
		return nil, refuse(FailureLost, check.Pos(), "the program goes on without it when it cannot be built")
	}
	return check, nil
}

// ends reports whether a block ends with log.Fatal, os.Exit, panic or, in main, a return.
func (l *late) ends(fn *ast.FuncDecl, b *ast.BlockStmt) bool {
	if len(b.List) == 0 {
		return false
	}
	switch stmt := b.List[len(b.List)-1].(type) {
	case *ast.ReturnStmt:
		return fn.Name.Name == "main"
	case *ast.ExprStmt:
		call, ok := stmt.X.(*ast.CallExpr)
		if !ok {
			return false
		}
		switch f := call.Fun.(type) {
		case *ast.Ident:
			return f.Name == "panic" && l.p.object(f).Pkg() == nil
		case *ast.SelectorExpr:
			obj := l.p.object(f.Sel)
			name := f.Sel.Name
			return obj != nil && obj.Pkg() != nil && (obj.Pkg().Path() == "log" && (strings.HasPrefix(name, "Fatal") || strings.HasPrefix(name, "Panic")) ||
				obj.Pkg().Path() == "os" && name == "Exit")
		}
	}
	return false
}

// takeStart takes the building out of start-up, with its error check and the variables that nothing else uses.
func (l *late) takeStart(sl *slice, check *ast.IfStmt) (moved []dst.Stmt, built dst.Expr, err error) {
	t, err := l.tree(sl.site)
	if err != nil {
		return nil, nil, err
	}
	if err := l.substitute(t, sl); err != nil {
		return nil, nil, err
	}
	built = t.copied(sl.call)
	for _, stmt := range sl.text() {
		moved = append(moved, t.remove(sl.owner, stmt, false))
	}
	gone := append(sl.text(), l.assign, check)
	if text := commented(t.nodes[check.Body]); text != "" {
		return nil, nil, refuse(Comments, check.Pos(), "the comment %q would be lost", text)
	}
	t.remove(sl.owner, l.assign, true)
	t.remove(sl.owner, check, true)
	for _, stmt := range sl.list[:sl.at] {
		if obj := definedBy(l.p, stmt); obj != nil && !sl.moved[stmt] && l.onlyIn(sl.decl, obj, append(gone, stmt)) {
			t.remove(sl.owner, stmt, true)
		}
	}
	return moved, built, nil
}

// commented returns a comment below n, "" if there is none.
func commented(n dst.Node) (text string) {
	dst.Inspect(n, func(n dst.Node) bool {
		if n == nil {
			return false
		}
		_, _, points := dstutil.Decorations(n)
		for _, point := range points {
			for _, dec := range point.Decs {
				if dec != "\n" && text == "" {
					text = dec
				}
			}
		}
		return text == ""
	})
	return text
}

// definedBy is the variable of "var err error" and "ctx := context.Background()".
func definedBy(p *Package, stmt ast.Stmt) types.Object {
	switch stmt := stmt.(type) {
	case *ast.DeclStmt:
		gen, ok := stmt.Decl.(*ast.GenDecl)
		if ok && gen.Tok == token.VAR && len(gen.Specs) == 1 {
			if spec := gen.Specs[0].(*ast.ValueSpec); len(spec.Names) == 1 && len(spec.Values) == 0 {
				return p.Info.Defs[spec.Names[0]]
			}
		}
	case *ast.AssignStmt:
		if id, ok := stmt.Lhs[0].(*ast.Ident); ok && len(stmt.Lhs) == 1 && isContext(typeOf(p, id)) && strings.HasPrefix(types.ExprString(stmt.Rhs[0]), "context.") {
			return p.Info.Defs[id]
		}
	}
	return nil
}

func typeOf(p *Package, id *ast.Ident) types.Type {
	if obj := p.object(id); obj != nil {
		return obj.Type()
	}
	return types.Typ[types.Invalid]
}

// onlyIn reports whether all mentions of the object lie in the statements.
func (l *late) onlyIn(d ast.Decl, obj types.Object, stmts []ast.Stmt) bool {
	only, any := true, false
	ast.Inspect(d, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && l.p.object(id) == obj {
			in := slices.ContainsFunc(stmts, func(s ast.Stmt) bool { return within(s, id.Pos()) })
			only, any = only && in, any || l.p.Info.Uses[id] == obj
		}
		return only
	})
	return only && any
}

// placed puts the guard in the place of the variables that give way to it.
func (l *late) placed(moved []dst.Stmt, built dst.Expr, also ...*late) ([]analysis.TextEdit, error) {
	text, err := l.assemble(moved, built, nil)
	if err != nil {
		return nil, err
	}
	for _, d := range append([]*late{l}, also...) {
		text = d.specComments() + text
	}
	var cut []analysis.TextEdit
	inserted := false
	for _, d := range append([]*late{l}, also...) {
		own, placed, err := l.dropSpec(d, text, inserted)
		if err != nil {
			return nil, err
		}
		inserted = inserted || placed
		cut = append(cut, own...)
	}
	edits, err := l.treeEdits()
	if err != nil {
		return nil, err
	}
	if !inserted {
		if l.sources[l.slices[0].file] == nil {
			return nil, refuse(Internal, l.v.Pos(), "the file of the call was not read")
		}
		insertion, err := l.insert(text)
		if err != nil {
			return nil, err
		}
		edits = append(edits, insertion)
	}
	return append(edits, cut...), nil
}

// specComments are the comments on a variable that shares its declaration with others, for the guard.
func (l *late) specComments() string {
	if !l.gen.Lparen.IsValid() {
		return ""
	}
	var b strings.Builder
	for _, group := range []*ast.CommentGroup{l.spec.Doc, l.spec.Comment} {
		if group == nil {
			continue
		}
		for _, c := range group.List {
			b.WriteString(c.Text + "\n")
		}
	}
	if b.Len() > 0 {
		b.WriteString("\n")
	}
	return b.String()
}

// dropSpec removes the declaration of a variable. If it is one of its own, in the file of the call, the guard takes its
// place and its comment.
func (l *late) dropSpec(d *late, text string, inserted bool) (edits []analysis.TextEdit, placed bool, err error) {
	if len(d.gen.Specs) > 1 || d.gen.Lparen.IsValid() {
		t, err := l.treeOf(d.file, d.gen)
		if err != nil {
			return nil, false, err
		}
		gen := t.nodes[d.gen].(*dst.GenDecl)
		gone := t.nodes[d.spec]
		gen.Specs = slices.DeleteFunc(gen.Specs, func(s dst.Spec) bool { return dst.Node(s) == gone })
		if len(gen.Specs) == 0 {
			return nil, false, refuse(Declaration, d.spec.Pos(), "its declaration would be empty")
		}
		gen.Specs[0].Decorations().Before = dst.NewLine
		return nil, false, nil
	}
	src, err := l.source(d.file)
	if err != nil {
		return nil, false, err
	}
	from, to := src.offset(d.gen.Pos()), lineEnd(src.text, src.offset(d.gen.End()))
	if !onlyComment(src.text[src.offset(d.gen.End()):to]) || strings.TrimSpace(src.text[src.offset(d.gen.End()):to]) != "" {
		return nil, false, refuse(Comments, d.spec.Pos(), "the comment on %s would be lost", d.v.Name())
	}
	if !inserted && d.file == l.slices[0].file {
		if d.gen.Doc != nil && strings.HasPrefix(text, "//") {
			text = "\n" + text
		}
		if to < len(src.text) && !strings.HasPrefix(src.text[to:], "\n\n") {
			text += "\n"
		}
		return []analysis.TextEdit{src.edit(from, to, text)}, true, nil
	}
	if d.gen.Doc != nil {
		return nil, false, refuse(Comments, d.gen.Doc.Pos(), "the comment on %s would be lost", d.v.Name())
	}
	to = min(to+1, len(src.text))
	// Right below the guard, which ends with a blank line of its own, the one that follows goes, too.
	below := d.file == l.file && inserted && from == lineEnd(src.text, src.offset(l.gen.End()))+1
	if below || from > 1 && src.text[from-2:from] == "\n\n" {
		to = withBlank(src.text, to)
	}
	return []analysis.TextEdit{src.edit(from, to, "")}, false, nil
}

func (l *late) source(f *ast.File) (*source, error) {
	if l.sources[f] == nil {
		src, err := l.p.source(f.Package)
		if err != nil {
			return nil, err
		}
		l.sources[f] = src
	}
	return l.sources[f], nil
}
