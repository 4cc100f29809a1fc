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

// A fieldLate is a fix in the making that has the object in a field of a struct built on first use. What keeps the object
// is a pointer: a copy of the struct has the same, as it had the same object.
type fieldLate struct {
	*late
	spec   *ast.TypeSpec // of the struct
	field  *ast.Field
	gen    *ast.GenDecl // around it
	file   *ast.File
	sets   []*fieldSet
	put    *fieldSet // the one that is given the object
	closes []*fieldClose
}

// A fieldSet gives the field a value: "f: value" in a literal, or "x.f = value".
type fieldSet struct {
	id     *ast.Ident
	file   *ast.File
	path   []ast.Node // from id up
	value  ast.Expr
	assign *ast.AssignStmt // nil in a literal
}

// A fieldClose is a statement that closes what the field holds.
type fieldClose struct {
	sel   *ast.SelectorExpr // x.f
	call  *ast.CallExpr     // x.f.Close()
	file  *ast.File
	decl  ast.Decl
	path  []ast.Node  // from call up
	check *ast.IfStmt // "if x.f != nil {…}" around it, nil for none
}

// DeferField returns the edits that build the object of a struct's field on first use. o has one call, of which a function
// of the package puts the result into the field. What cannot fail becomes a sync.OnceValue; else the field gets a pointer
// to what knows how to build it, and each function that uses the field asks that and answers with its error.
//
//	type server struct { store *store.Store }              type server struct { store *lateStore }
//
//	s.store, err = store.Open(ctx, cfg)                    s.store = &lateStore{open: func(ctx context.Context) (*store.Store, error) {
//	if err != nil { return nil, err }                  →       return store.Open(ctx, cfg)
//	return s, nil                                          }}
//	                                                       return s, nil
func (p *Package) DeferField(o Object, v *types.Var) (edits []analysis.TextEdit, err error) {
	if len(o.Calls) != 1 {
		return nil, refuse(NotAnObject, token.NoPos, "there must be one call")
	}
	defer recovered(o.Calls[0], &edits, &err)
	o.Params = true // they are captured
	l := &fieldLate{late: p.late(&o, v)}
	if err := l.declared(); err != nil {
		return nil, err
	}
	if err := l.mentions(); err != nil {
		return nil, err
	}
	s, err := p.locate(o.Calls[0])
	if err != nil {
		return nil, err
	}
	if err := l.findPut(s); err != nil {
		return nil, err
	}
	sl, err := l.captured(s)
	if err != nil {
		return nil, err
	}
	l.slices, l.imports = []*slice{sl}, l.importsOf(s.file)
	if o.Fallible {
		edits, err = l.guarded(sl)
	} else {
		edits, err = l.inPlace(sl)
	}
	return l.finished(edits, err)
}

// declared finds the field's declaration, which must be one of its own in a struct type of the package.
func (l *fieldLate) declared() error {
	for _, f := range l.p.Files {
		for _, d := range f.Decls {
			gen, ok := d.(*ast.GenDecl)
			if !ok || gen.Tok != token.TYPE {
				continue
			}
			for _, s := range gen.Specs {
				spec := s.(*ast.TypeSpec)
				st, ok := spec.Type.(*ast.StructType)
				if !ok {
					continue
				}
				for _, field := range st.Fields.List {
					if slices.ContainsFunc(field.Names, func(id *ast.Ident) bool { return l.p.Info.Defs[id] == types.Object(l.v) }) {
						l.file, l.gen, l.spec, l.field = f, gen, spec, field
					}
				}
			}
		}
	}
	switch {
	case l.field == nil:
		return refuse(Declaration, l.v.Pos(), "%s is not a field of a struct type of the package", l.v.Name())
	case len(l.field.Names) != 1:
		return refuse(Declaration, l.field.Pos(), "%s is declared together with other fields", l.v.Name())
	case l.spec.TypeParams != nil:
		return refuse(TypeParameter, l.spec.Pos(), "%s has type parameters", l.spec.Name.Name)
	}
	if err := l.p.editable(l.file, l.field.Pos()); err != nil {
		return err
	}
	return l.reflected()
}

// reflected refuses fields that others find by reflection: one with a tag, and one that is exported beside such.
func (l *fieldLate) reflected() error {
	if l.field.Tag != nil {
		return refuse(Tagged, l.field.Tag.Pos(), "%s has a tag, by which others find it", l.v.Name())
	}
	for _, other := range l.spec.Type.(*ast.StructType).Fields.List {
		if l.v.Exported() && (other.Tag != nil || len(other.Names) == 0) {
			return refuse(Tagged, other.Pos(), "by a tag or an embedded type others may find %s", l.v.Name())
		}
	}
	return nil
}

// mentions finds all uses of the field.
func (l *fieldLate) mentions() error {
	for _, f := range l.p.Files {
		var err error
		ast.PreorderStack(f, nil, func(n ast.Node, stack []ast.Node) bool {
			if err != nil {
				return false
			}
			switch n := n.(type) {
			case *ast.Ident:
				if l.p.Info.Uses[n] == types.Object(l.v) {
					path := append([]ast.Node{n}, reversed(stack)...)
					err = l.mention(f, n, path)
				}
			case *ast.CompositeLit:
				err = l.literal(n)
			}
			return err == nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func reversed(stack []ast.Node) []ast.Node {
	out := slices.Clone(stack)
	slices.Reverse(out)
	return out
}

// literal refuses literals that set the fields by their order.
func (l *fieldLate) literal(lit *ast.CompositeLit) error {
	if len(lit.Elts) == 0 {
		return nil
	}
	named, ok := types.Unalias(l.p.Info.TypeOf(lit)).(*types.Named)
	if !ok || named.Obj() != l.p.Info.Defs[l.spec.Name] {
		return nil
	}
	if _, keyed := lit.Elts[0].(*ast.KeyValueExpr); !keyed {
		return refuse(Declaration, lit.Pos(), "a literal of %s names no fields", l.spec.Name.Name)
	}
	return nil
}

func (l *fieldLate) mention(f *ast.File, id *ast.Ident, path []ast.Node) error {
	if err := l.p.editable(f, id.Pos()); err != nil {
		if r := err.(*Refusal); r.Code == TestFile {
			r.Reason = "a test uses " + id.Name
		}
		return err
	}
	if kv, ok := path[1].(*ast.KeyValueExpr); ok && kv.Key == ast.Expr(id) {
		l.sets = append(l.sets, &fieldSet{id: id, file: f, path: path, value: kv.Value})
		return nil
	}
	sel, ok := path[1].(*ast.SelectorExpr)
	if !ok || sel.Sel != id {
		return refuse(OtherUse, id.Pos(), "%s is used in a way that cannot be followed", id.Name)
	}
	switch up := path[2].(type) {
	case *ast.AssignStmt:
		if i := slices.Index(up.Lhs, ast.Expr(sel)); i >= 0 {
			if i > 0 || up.Tok != token.ASSIGN || len(up.Rhs) != 1 || len(up.Lhs) > 2 {
				return refuse(Declaration, up.Pos(), "%s is set together with others", id.Name)
			}
			l.sets = append(l.sets, &fieldSet{id: id, file: f, path: path, value: up.Rhs[0], assign: up})
			return nil
		}
	case *ast.UnaryExpr:
		if up.Op == token.AND {
			return refuse(AddressTaken, id.Pos(), "the address of %s is taken", id.Name)
		}
	case *ast.BinaryExpr:
		if check := closeCheck(up, sel, path); check != nil {
			return nil
		}
		return refuse(Compared, id.Pos(), "%s is compared", id.Name)
	case *ast.SelectorExpr:
		if call, ok := path[3].(*ast.CallExpr); ok && call.Fun == ast.Expr(up) && (slices.Contains(closers, up.Sel.Name) || slices.Contains(l.o.Close, up.Sel.Name)) {
			c := &fieldClose{sel: sel, call: call, file: f, decl: declAround(f, id.Pos()), path: path[3:]}
			if block, ok := path[5].(*ast.BlockStmt); ok && len(block.List) == 1 {
				if check, ok := path[6].(*ast.IfStmt); ok && check.Body == block {
					if cond, ok := check.Cond.(*ast.BinaryExpr); ok && closes(check, cond) == sel {
						c.check = check
					}
				}
			}
			l.closes = append(l.closes, c)
			return nil
		}
	}
	l.uses = append(l.uses, id)
	return nil
}

// closeCheck recognises "if x.f != nil { x.f.Close() }" around a comparison of x.f.
func closeCheck(cond *ast.BinaryExpr, sel *ast.SelectorExpr, path []ast.Node) *ast.IfStmt {
	check, ok := path[3].(*ast.IfStmt)
	if !ok || cond.X != ast.Expr(sel) || closes(check, cond) == nil {
		return nil
	}
	return check
}

// closes is the x.f of a close that is all that a check of x.f guards.
func closes(check *ast.IfStmt, cond *ast.BinaryExpr) *ast.SelectorExpr {
	if check.Cond != ast.Expr(cond) || !ifNotNil(check, cond.X) {
		return nil
	}
	stmt, ok := check.Body.List[0].(*ast.ExprStmt)
	if !ok {
		return nil
	}
	call, ok := stmt.X.(*ast.CallExpr)
	if !ok {
		return nil
	}
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !slices.Contains(closers, method.Sel.Name) {
		return nil
	}
	sel, ok := method.X.(*ast.SelectorExpr)
	if !ok || types.ExprString(sel) != types.ExprString(cond.X) {
		return nil
	}
	return sel
}

// findPut finds what gives the field the object: the call itself, or a variable that has no other use.
func (l *fieldLate) findPut(s *site) error {
	for _, set := range l.sets {
		if ast.Unparen(set.value) == ast.Expr(s.call) {
			l.put = set
			return nil
		}
	}
	assign, ok := s.list[s.at].(*ast.AssignStmt)
	if !ok || len(assign.Rhs) != 1 || assign.Rhs[0] != ast.Expr(s.call) || assign.Tok != token.DEFINE {
		return refuse(NotAnObject, s.call.Pos(), "the call does not give %s its value", l.v.Name())
	}
	id, ok := assign.Lhs[0].(*ast.Ident)
	if !ok || l.p.local(id) == nil || l.p.Info.Defs[id] == nil {
		return refuse(NotAnObject, s.call.Pos(), "the call does not give %s its value", l.v.Name())
	}
	obj := l.p.object(id)
	for _, set := range l.sets {
		if v, ok := ast.Unparen(set.value).(*ast.Ident); ok && l.p.object(v) == obj {
			l.put = set
		}
	}
	if l.put == nil {
		return refuse(NotAnObject, s.call.Pos(), "the call does not give %s its value", l.v.Name())
	}
	var err error
	ast.Inspect(s.decl, func(n ast.Node) bool {
		if other, ok := n.(*ast.Ident); ok && l.p.object(other) == obj && other != id && !within(l.put.value, other.Pos()) && err == nil {
			err = refuse(OtherUse, other.Pos(), "%s is used here, too", id.Name)
		}
		return err == nil
	})
	return err
}

// captured looks at what a literal around the call would capture: the call may come at any time, and must find it as it is
// now.
func (l *fieldLate) captured(s *site) (*slice, error) {
	sl, err := s.slice(l.o, nil, true)
	if err != nil {
		return nil, err
	}
	for _, q := range sl.params {
		if sl.count[q.obj] > 1 {
			return nil, refuse(Reassigned, q.expr.Pos(), "%s has more than one definition", q.obj.Name())
		}
		if !l.settled(q.obj.Type(), map[types.Type]bool{}) && !l.ownAlone(s, q.obj) {
			return nil, refuse(SharedInput, q.expr.Pos(), "others may change %s before it is built", q.obj.Name())
		}
		if pos := l.addressOf(s, q.obj); pos.IsValid() {
			return nil, refuse(AddressTaken, pos, "the address of %s is taken", q.obj.Name())
		}
	}
	if l.o.KeepsCtx {
		return sl, l.background(sl)
	}
	return sl, nil
}

// settled reports whether nobody changes a value of the type once a variable holds it. A struct is a copy; those of other
// packages, such as aws.Config, are passed around as settings, and what they point to is not changed after that.
func (l *fieldLate) settled(t types.Type, seen map[types.Type]bool) bool {
	if seen[t] || l.o.Safe != nil && l.o.Safe(t) {
		return true
	}
	seen[t] = true
	named, _ := types.Unalias(t).(*types.Named)
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() != types.UnsafePointer
	case *types.Signature:
		return true
	case *types.Array:
		return l.settled(u.Elem(), seen)
	case *types.Slice: // of a struct: see above
		_, basic := u.Elem().Underlying().(*types.Basic)
		return basic && len(seen) > 1
	case *types.Struct:
		if named != nil && named.Obj().Pkg() != nil && named.Obj().Pkg() != l.p.Types {
			return !strings.HasPrefix(named.Obj().Pkg().Path(), "sync")
		}
		for f := range u.Fields() {
			if !l.settled(f.Type(), seen) {
				return false
			}
		}
		return true
	}
	return false
}

// ownAlone reports whether a local variable is made for the call: nothing mentions it any more after that.
func (l *fieldLate) ownAlone(s *site, obj types.Object) bool {
	if !within(s.body(), obj.Pos()) {
		return false
	}
	alone := true
	ast.Inspect(s.decl, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && l.p.object(id) == obj && id.Pos() > s.call.End() {
			alone = false
		}
		return alone
	})
	return alone
}

func (l *fieldLate) addressOf(s *site, obj types.Object) (pos token.Pos) {
	ast.Inspect(s.decl, func(n ast.Node) bool {
		if u, ok := n.(*ast.UnaryExpr); ok && u.Op == token.AND && !pos.IsValid() {
			if id, ok := ast.Unparen(u.X).(*ast.Ident); ok && l.p.object(id) == obj {
				pos = u.Pos()
			}
		}
		return !pos.IsValid()
	})
	return pos
}

// inPlace makes a function of the field:
//
//	s := &server{queue: sqs.NewFromConfig(cfg)}    →    s := &server{queue: sync.OnceValue(func() *sqs.Client { return sqs.NewFromConfig(cfg) })}
//	s.queue.SendMessage(…)                              s.queue().SendMessage(…)
func (l *fieldLate) inPlace(sl *slice) ([]analysis.TextEdit, error) {
	if sl.old {
		return nil, refuse(OldGo, sl.call.Pos(), "before Go 1.21 there is no sync.OnceValue")
	}
	for _, set := range l.sets {
		if set != l.put {
			return nil, refuse(Reassigned, set.id.Pos(), "%s is set at more than one place", set.id.Name)
		}
	}
	if len(l.closes) > 0 {
		return nil, refuse(ClosedElsewhere, l.closes[0].call.Pos(), "to close it would build it")
	}
	if err := l.unset(sl.decl); err != nil {
		return nil, err
	}
	if err := l.background(sl); err != nil {
		return nil, err
	}
	typ, err := l.imports.typeText(l.v.Type(), sl.call.Pos())
	if err != nil {
		return nil, err
	}
	if err := l.onceValue(sl.file, sl.decl, sl.call, typ); err != nil {
		return nil, err
	}
	err = l.retype(func(old dst.Expr) dst.Expr {
		return &dst.FuncType{Func: true, Params: &dst.FieldList{Opening: true, Closing: true},
			Results: &dst.FieldList{List: []*dst.Field{{Type: dst.Clone(old).(dst.Expr)}}}}
	})
	if err != nil {
		return nil, err
	}
	for _, id := range l.uses {
		f := l.p.file(id)
		t, err := l.treeOf(f, declAround(f, id.Pos()))
		if err != nil {
			return nil, err
		}
		sel := pathTo(f, id)[1].(*ast.SelectorExpr)
		old := t.nodes[sel].(dst.Expr)
		replace(t.root, old, &dst.CallExpr{Fun: dst.Clone(old).(dst.Expr)})
	}
	return l.treeEdits()
}

// unset refuses literals in other functions that leave the field as it is: nil, which a function must not be.
func (l *fieldLate) unset(constructor ast.Decl) (err error) {
	for _, f := range l.p.Files {
		ast.Inspect(f, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok || err != nil || within(constructor, lit.Pos()) {
				return err == nil
			}
			if named, ok := types.Unalias(l.p.Info.TypeOf(lit)).(*types.Named); ok && named.Obj() == l.p.Info.Defs[l.spec.Name] {
				err = refuse(OtherUse, lit.Pos(), "another function makes a %s without it", l.spec.Name.Name)
			}
			return err == nil
		})
	}
	return err
}

// retype gives the field another type.
func (l *fieldLate) retype(now func(old dst.Expr) dst.Expr) error {
	t, err := l.treeOf(l.file, l.gen)
	if err != nil {
		return err
	}
	field := t.nodes[l.field].(*dst.Field)
	old := field.Type
	field.Type = now(old)
	*field.Type.Decorations() = *old.Decorations()
	return nil
}
