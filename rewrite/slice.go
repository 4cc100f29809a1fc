package rewrite

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// A slice is the text that one call needs: the statements that assemble its inputs and move with it, and the inputs
// that are used elsewhere as well and are passed to the accessor instead.
//
//	cluster := gocql.NewCluster("10.0.0.1") // moves
//	cluster.Keyspace = "sensors"            // moves
//	s, err := cluster.CreateSession()
type slice struct {
	*site
	o        *Object
	asParams bool // every local input becomes a parameter

	inputs  map[types.Object]*input
	setters map[types.Object][]ast.Stmt
	count   map[types.Object]int // values given to the variable in the whole declaration
	demoted map[types.Object]bool

	excl   map[types.Object]*input // inputs that move
	moved  map[ast.Stmt]bool
	params []*param
	ctx    ast.Expr              // the context of the call site, nil for none
	repl   map[ast.Expr]*param   // parts of the moved text that become parameters
	ctxs   []ast.Expr            // parts of the moved text that become the guard's context
	checks map[*ast.IfStmt]error // moved error checks
	absorb *input                // the fallible input whose place the accessor takes
	tail   *tail                 // the check after the call, nil for none
}

// An input is a local variable that one statement of the list defines.
type input struct {
	obj   types.Object
	def   int // index in the list
	stmt  ast.Stmt
	err   types.Object // error defined or set along with it, nil for none
	check *ast.IfStmt  // "if err != nil {…}" right after it
}

// A param is an input that is handed to the accessor.
type param struct {
	name string
	expr ast.Expr // as written at the call site
	obj  types.Object
	typ  types.Type
}

func (s *site) slice(o *Object, tail *tail, asParams bool) (*slice, error) {
	sl := &slice{site: s, o: o, tail: tail, asParams: asParams, demoted: map[types.Object]bool{}}
	sl.collect()
	for {
		again, err := sl.try()
		if err != nil {
			return nil, err
		}
		if !again {
			return sl, sl.soundParams()
		}
	}
}

// collect finds the definitions and setters in the list before the call.
func (sl *slice) collect() {
	sl.inputs, sl.setters = map[types.Object]*input{}, map[types.Object][]ast.Stmt{}
	sl.count = sl.p.definitions(sl.decl)
	for i, stmt := range sl.list[:sl.at] {
		if in := sl.input(i, stmt); in != nil {
			sl.inputs[in.obj] = in
		} else if obj := sl.setter(stmt); obj != nil {
			sl.setters[obj] = append(sl.setters[obj], stmt)
		}
	}
}

// definitions counts how many values each variable is given below n.
func (p *Package) definitions(n ast.Node) map[types.Object]int {
	count := map[types.Object]int{}
	add := func(e ast.Expr) {
		if id, ok := e.(*ast.Ident); ok {
			count[p.object(id)]++
		}
	}
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, e := range n.Lhs {
				add(e)
			}
		case *ast.ValueSpec:
			for _, id := range n.Names {
				if len(n.Values) > 0 {
					add(id)
				}
			}
		case *ast.IncDecStmt:
			add(n.X)
		case *ast.RangeStmt:
			add(n.Key)
			add(n.Value)
		}
		return true
	})
	return count
}

// input recognises "v := e", "v, err := e", "v, _ := e" and "var v = e".
func (sl *slice) input(i int, stmt ast.Stmt) *input {
	in := &input{def: i, stmt: stmt}
	switch stmt := stmt.(type) {
	case *ast.DeclStmt:
		gen, ok := stmt.Decl.(*ast.GenDecl)
		if !ok || gen.Tok != token.VAR || len(gen.Specs) != 1 {
			return nil
		}
		spec := gen.Specs[0].(*ast.ValueSpec)
		if len(spec.Names) != 1 {
			return nil // which of them moves?
		}
		in.obj = sl.p.Info.Defs[spec.Names[0]]
	case *ast.AssignStmt:
		if stmt.Tok != token.DEFINE || len(stmt.Rhs) != 1 {
			return nil
		}
		for k, e := range stmt.Lhs {
			id, ok := e.(*ast.Ident)
			if !ok || id.Name == "_" {
				continue
			}
			obj := sl.p.object(id)
			switch {
			case obj == nil:
				return nil
			case k > 0 && k == len(stmt.Lhs)-1 && isError(obj.Type()):
				in.err = obj
			case in.obj != nil || sl.p.Info.Defs[id] == nil:
				return nil // two values, or a variable that exists already
			default:
				in.obj = obj
			}
		}
	}
	if in.obj == nil {
		return nil
	}
	if in.err != nil && i+1 < sl.at {
		in.check = errorCheck(sl.p, sl.list[i+1], in.err)
	}
	return in
}

// errorCheck recognises "if err != nil {…}".
func errorCheck(p *Package, stmt ast.Stmt, err types.Object) *ast.IfStmt {
	check, ok := stmt.(*ast.IfStmt)
	if !ok || check.Init != nil || check.Else != nil {
		return nil
	}
	cond, ok := check.Cond.(*ast.BinaryExpr)
	if !ok || cond.Op != token.NEQ {
		return nil
	}
	x, ok := cond.X.(*ast.Ident)
	if !ok || p.object(x) != err {
		return nil
	}
	if y, ok := cond.Y.(*ast.Ident); !ok || y.Name != "nil" {
		return nil
	}
	return check
}

// setter returns v for "v.f = e", "v[i] += e", "*v = e" and "v.Set(e)", also if they depend on a condition.
func (sl *slice) setter(stmt ast.Stmt) types.Object {
	switch stmt := stmt.(type) {
	case *ast.AssignStmt:
		if len(stmt.Lhs) != 1 || stmt.Tok == token.DEFINE {
			return nil
		}
		if _, plain := stmt.Lhs[0].(*ast.Ident); plain {
			return nil // a second definition
		}
		return sl.root(stmt.Lhs[0])
	case *ast.IfStmt:
		if stmt.Init != nil || stmt.Else != nil {
			return nil
		}
		var obj types.Object
		for i, s := range stmt.Body.List {
			o := sl.setter(s)
			if o == nil || i > 0 && o != obj {
				return nil
			}
			obj = o
		}
		return obj
	case *ast.ExprStmt:
		call, ok := stmt.X.(*ast.CallExpr)
		if !ok {
			return nil
		}
		if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
			return sl.root(sel.X)
		}
	}
	return nil
}

// root returns the local variable that e starts with.
func (sl *slice) root(e ast.Expr) types.Object {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return sl.p.local(x)
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		case *ast.CallExpr:
			e = x.Fun
		default:
			return nil
		}
	}
}

// try computes what moves when no demoted input does. It reports true if that demoted another one.
func (sl *slice) try() (again bool, err error) {
	sl.excl, sl.moved, sl.params = map[types.Object]*input{}, map[ast.Stmt]bool{}, nil
	sl.repl, sl.ctxs, sl.ctx, sl.absorb = map[ast.Expr]*param{}, nil, nil, nil
	sl.checks = map[*ast.IfStmt]error{}
	if sl.o.Ctx >= 0 && sl.o.Ctx < len(sl.call.Args) && sl.variable(sl.call.Args[sl.o.Ctx]) {
		sl.ctx = sl.call.Args[sl.o.Ctx]
	}
	if err := sl.need(sl.call); err != nil {
		return false, err
	}
	if sl.tail != nil {
		for _, stmt := range sl.tail.stmts {
			if err := sl.need(stmt); err != nil {
				return false, err
			}
		}
	}
	for _, stmt := range sl.list[:sl.at] { // in the order of the text, for stable results
		for _, in := range sl.excl {
			if in.stmt == stmt && !sl.exclusive(in) {
				sl.demoted[in.obj] = true
				return true, nil
			}
		}
	}
	return sl.errors(), nil
}

// variable reports whether e mentions anything of the function.
func (sl *slice) variable(e ast.Expr) (yes bool) {
	sl.p.mentions(e, func(*ast.Ident, types.Object) { yes = true })
	return yes
}

// need resolves every local name in a piece of text that moves.
func (sl *slice) need(n ast.Node) (err error) {
	ast.Inspect(n, func(m ast.Node) bool {
		if err != nil {
			return false
		}
		if e, ok := m.(ast.Expr); ok && sl.isCtx(n, e) {
			err = sl.needCtx(e)
			return false
		}
		id, ok := m.(*ast.Ident)
		if !ok {
			return true
		}
		if obj := sl.p.local(id); obj != nil && !within(n, obj.Pos()) {
			err = sl.needObject(id, obj)
		}
		return true
	})
	return err
}

// isCtx reports whether e is a context that comes from outside of the moved text n.
func (sl *slice) isCtx(n ast.Node, e ast.Expr) (yes bool) {
	tv, ok := sl.p.Info.Types[e]
	if !ok || !tv.IsValue() || !isContext(tv.Type) {
		return false
	}
	sl.p.mentions(e, func(_ *ast.Ident, obj types.Object) { yes = yes || !within(n, obj.Pos()) })
	return yes
}

func (sl *slice) needCtx(e ast.Expr) error {
	if up, ok := sl.up[e].(*ast.SelectorExpr); ok && up.X == e {
		return refuse(Context, e.Pos(), "the context is asked for %s", up.Sel.Name)
	}
	// Inv: one context at the site stands for all. dctx and ctx are both the request's, but a context that is made on
	// the spot, as by WithValue, may carry data, which would be dropped here.
	if sl.ctx == nil {
		sl.ctx = e
	} else if types.ExprString(sl.ctx) != types.ExprString(e) && !isPlainCtx(e) {
		return refuse(Context, e.Pos(), "two contexts meet in the moved text")
	}
	sl.ctxs = append(sl.ctxs, e)
	return nil
}

// isPlainCtx recognises ctx and r.Context().
func isPlainCtx(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return true
	case *ast.CallExpr:
		sel, ok := e.Fun.(*ast.SelectorExpr)
		return ok && sel.Sel.Name == "Context" && len(e.Args) == 0
	}
	return false
}

func (sl *slice) needObject(id *ast.Ident, obj types.Object) error {
	switch obj := obj.(type) {
	case *types.Const:
		return refuse(LocalConst, id.Pos(), "%s is a constant of the function", id.Name)
	case *types.Label:
		return refuse(Label, id.Pos(), "the text mentions the label %s", id.Name)
	case *types.TypeName:
		if _, ok := obj.Type().(*types.TypeParam); ok {
			return refuse(TypeParameter, id.Pos(), "the text depends on the type parameter %s", id.Name)
		}
		return refuse(LocalType, id.Pos(), "%s is a type of the function", id.Name)
	}
	if !within(sl.body(), obj.Pos()) {
		return sl.needOuter(id, obj)
	}
	if sl.tail.defines(obj) {
		return nil
	}
	if sl.isErr(obj) {
		return nil // the error of an input, inside its own check
	}
	if sl.count[obj] > 1 && sl.o.Keyed && within(sl.call, id.Pos()) {
		return sl.pass(id, obj) // what it is when the call is made
	}
	if sl.count[obj] > 1 {
		return refuse(Reassigned, id.Pos(), "%s has more than one definition", id.Name)
	}
	in := sl.inputs[obj]
	if in == nil && sl.isLoopVar(obj) {
		return refuse(LoopVariable, id.Pos(), "%s changes with the loop", id.Name)
	}
	if in == nil || sl.demoted[obj] || sl.asParams {
		return sl.pass(id, obj)
	}
	if sl.excl[obj] != nil {
		return nil
	}
	sl.excl[obj] = in
	for _, stmt := range append([]ast.Stmt{in.stmt}, sl.setters[obj]...) {
		sl.moved[stmt] = true
		if err := sl.need(stmt); err != nil {
			return err
		}
	}
	return nil
}

func (sl *slice) isErr(obj types.Object) bool {
	for _, in := range sl.excl {
		if in.err == obj {
			return true
		}
	}
	return false
}

func (sl *slice) isLoopVar(obj types.Object) (yes bool) {
	ast.Inspect(sl.body(), func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.RangeStmt:
			yes = yes || n.Key != nil && within(n.Key, obj.Pos()) || n.Value != nil && within(n.Value, obj.Pos())
		case *ast.ForStmt:
			yes = yes || n.Init != nil && within(n.Init, obj.Pos())
		}
		return !yes
	})
	return yes
}

// needOuter takes what comes from outside of the innermost function: parameters, the receiver, outer variables.
func (sl *slice) needOuter(id *ast.Ident, obj types.Object) error {
	if !sl.o.Params && !sl.o.Keyed {
		return refuse(OuterVariable, id.Pos(), "%s comes from outside of the function's body", id.Name)
	}
	if sl.count[obj] > 1 && !(sl.o.Keyed && within(sl.call, id.Pos())) {
		return refuse(Reassigned, id.Pos(), "%s has more than one definition", id.Name)
	}
	return sl.pass(sl.chain(id), obj)
}

// chain widens id to the fields that are selected from it: h.cfg.Region.
func (sl *slice) chain(id *ast.Ident) ast.Expr {
	var e ast.Expr = id
	for {
		up, ok := sl.up[e].(*ast.SelectorExpr)
		if !ok || up.X != e {
			return e
		}
		if sel := sl.p.Info.Selections[up]; sel == nil || sel.Kind() != types.FieldVal {
			return e
		}
		e = up
	}
}

// pass makes e a parameter of the accessor.
func (sl *slice) pass(e ast.Expr, obj types.Object) error {
	if up, ok := sl.up[e].(*ast.UnaryExpr); ok && up.Op == token.AND {
		return refuse(AddressTaken, e.Pos(), "the address of %s is taken", types.ExprString(e))
	}
	for _, q := range sl.params {
		if q.obj == obj && types.ExprString(q.expr) == types.ExprString(e) {
			sl.repl[e] = q
			return nil
		}
	}
	name := obj.Name()
	if sel, ok := e.(*ast.SelectorExpr); ok {
		name = lowered(sel.Sel.Name)
	}
	for base, i := name, 2; sl.hasParam(name); i++ {
		name = base + strconv.Itoa(i)
	}
	q := &param{name: name, expr: e, obj: obj, typ: sl.p.Info.TypeOf(e)}
	sl.params = append(sl.params, q)
	sl.repl[e] = q
	return nil
}

func (sl *slice) hasParam(name string) bool {
	for _, q := range sl.params {
		if q.name == name {
			return true
		}
	}
	return false
}

// exclusive reports whether nothing that stays mentions the input, and nothing that stays changes what it is made of.
func (sl *slice) exclusive(in *input) bool {
	alone := true
	ast.Inspect(sl.decl, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && sl.p.object(id) == in.obj && !sl.moves(id.Pos()) {
			alone = false
		}
		return alone
	})
	return alone && !sl.overtakes(in)
}

// moves reports whether the text at pos is the call or in a statement that moves.
func (sl *slice) moves(pos token.Pos) bool {
	if within(sl.call, pos) || sl.tail.holds(pos) {
		return true
	}
	for stmt := range sl.moved {
		if within(stmt, pos) {
			return true
		}
	}
	return false
}

// overtakes reports whether a statement of the input would move past one that stays and mentions a parameter of it:
//
//	opts := cfg.Options() // must not move past the next line
//	cfg.Retries = 3
func (sl *slice) overtakes(in *input) bool {
	for _, stmt := range append([]ast.Stmt{in.stmt}, sl.setters[in.obj]...) {
		uses := map[types.Object]bool{}
		for e, q := range sl.repl {
			if within(stmt, e.Pos()) {
				uses[q.obj] = true
			}
		}
		for _, between := range sl.list[:sl.at] {
			if between.Pos() <= stmt.Pos() || sl.moved[between] {
				continue
			}
			found := false
			sl.p.mentions(between, func(_ *ast.Ident, obj types.Object) { found = found || uses[obj] })
			if found {
				return true
			}
		}
	}
	return false
}

// errors decides what becomes of the errors of inputs, and reports true if one of them cannot move.
func (sl *slice) errors() (again bool) {
	var last *input
	for _, stmt := range sl.list[:sl.at] {
		for _, in := range sl.excl {
			if in.stmt == stmt && in.err != nil {
				if in.check == nil {
					sl.demoted[in.obj] = true
					return true
				}
				if last = in; sl.o.Fallible {
					last = nil
				}
			}
		}
	}
	for _, in := range sl.excl {
		switch {
		case in.err == nil:
		case in == last:
			if !sl.canAbsorb(in) {
				sl.demoted[in.obj] = true
				return true
			}
			sl.absorb = in
		default:
			if !sl.canMoveCheck(in) {
				sl.demoted[in.obj] = true
				return true
			}
			sl.moved[in.check], sl.checks[in.check] = true, nil
		}
	}
	return false
}

// canMoveCheck accepts "if err != nil { return X, E }" when E mentions nothing of the function but err, and when what
// the function answers next to an error is the same for the input as for the call itself.
func (sl *slice) canMoveCheck(in *input) bool {
	ret := onlyReturn(in.check)
	if ret == nil || len(ret.Results) == 0 {
		return false
	}
	e := ret.Results[len(ret.Results)-1]
	if !isError(sl.p.Info.TypeOf(e)) {
		return false
	}
	own := true
	sl.p.mentions(e, func(_ *ast.Ident, obj types.Object) { own = own && obj == in.err })
	return own && sl.sameAnswer(ret)
}

// sameAnswer reports whether the results before the error are those of the check after the call (or of the last
// absorbed input): that is the one which answers from now on.
func (sl *slice) sameAnswer(ret *ast.ReturnStmt) bool {
	zero := true
	for _, e := range ret.Results[:len(ret.Results)-1] {
		zero = zero && isZero(sl.p.Info, e)
	}
	if stmt, ok := sl.list[sl.at].(*ast.ReturnStmt); ok {
		return zero && stmt.Results[0] == sl.call // "return sql.Open(…)"
	}
	if sl.at+1 >= len(sl.list) {
		return false
	}
	next, ok := sl.list[sl.at+1].(*ast.IfStmt)
	if own, isIf := sl.list[sl.at].(*ast.IfStmt); isIf {
		next, ok = own, true // "if s, err := open(); err != nil {"
	}
	if !ok {
		return false
	}
	answer := onlyReturn(next)
	if answer == nil || len(answer.Results) != len(ret.Results) {
		return false
	}
	for i, e := range ret.Results[:len(ret.Results)-1] {
		if types.ExprString(e) != types.ExprString(answer.Results[i]) {
			return false
		}
	}
	return true
}

func onlyReturn(check *ast.IfStmt) *ast.ReturnStmt {
	if len(check.Body.List) != 1 {
		return nil
	}
	ret, _ := check.Body.List[0].(*ast.ReturnStmt)
	return ret
}

func isZero(info *types.Info, e ast.Expr) bool {
	if lit, ok := e.(*ast.CompositeLit); ok {
		return len(lit.Elts) == 0
	}
	tv := info.Types[e]
	if tv.IsNil() {
		return true
	}
	if tv.Value == nil {
		return false
	}
	switch tv.Value.Kind() {
	case constant.String:
		return constant.StringVal(tv.Value) == ""
	case constant.Bool:
		return !constant.BoolVal(tv.Value)
	}
	return constant.Sign(tv.Value) == 0
}

// canAbsorb reports whether the accessor may take the place of a fallible input of an infallible call:
//
//	cfg, err := config.LoadDefaultConfig(ctx)   →   client, err := sharedClient(ctx)
//	if err != nil { … }                             if err != nil { … }
//	client := s3.NewFromConfig(cfg)
//
// The object then exists earlier, so what lies between must not mean another variable by its name.
func (sl *slice) canAbsorb(in *input) bool {
	assign, ok := in.stmt.(*ast.AssignStmt)
	if !ok || len(assign.Lhs) != 2 || in.check == nil {
		return false
	}
	if !sl.inScope(in) {
		return false
	}
	id := sl.defined()
	if id == nil {
		return true // a fresh name is made
	}
	free := true
	for _, stmt := range sl.list[in.def+1 : sl.at] {
		if sl.moved[stmt] {
			continue
		}
		ast.Inspect(stmt, func(n ast.Node) bool {
			if other, ok := n.(*ast.Ident); ok && other.Name == id.Name {
				free = false
			}
			return free
		})
	}
	return free
}

// inScope reports whether all that the accessor is handed exists before the input's statement, and stays as it is from
// there to the call.
func (sl *slice) inScope(in *input) bool {
	ok := true
	uses := map[types.Object]bool{}
	for _, q := range sl.params {
		uses[q.obj] = true
		ok = ok && (q.obj.Pos() < in.stmt.Pos() || !within(sl.body(), q.obj.Pos()))
	}
	if sl.ctx != nil {
		sl.p.mentions(sl.ctx, func(_ *ast.Ident, obj types.Object) { ok = ok && obj.Pos() < in.stmt.Pos() })
	}
	for _, stmt := range sl.list[in.def+1 : sl.at] {
		if !sl.moved[stmt] && stmt != ast.Stmt(in.check) {
			sl.p.mentions(stmt, func(_ *ast.Ident, obj types.Object) { ok = ok && !uses[obj] })
		}
	}
	return ok
}

// defined returns x if the call's statement is "x := call".
func (sl *slice) defined() *ast.Ident {
	assign, ok := sl.list[sl.at].(*ast.AssignStmt)
	if !ok || assign.Tok != token.DEFINE || len(assign.Lhs) != 1 || len(assign.Rhs) != 1 || assign.Rhs[0] != sl.call {
		return nil
	}
	id, ok := assign.Lhs[0].(*ast.Ident)
	if !ok || id.Name == "_" {
		return nil
	}
	return id
}

// soundParams refuses parameters that are changed after the call, since the object of the first request may hold on to
// them, and those that a deferred call mentions, which may close them:
//
//	conn, err := dial()
//	defer conn.Close()
//	client := pb.NewClient(conn) // must not outlive conn
func (sl *slice) soundParams() (err error) {
	ast.Inspect(sl.body(), func(n ast.Node) bool {
		if err != nil {
			return false
		}
		switch n := n.(type) {
		case *ast.DeferStmt:
			err = sl.soundStmt(n, n, "is mentioned by a deferred call")
			return false
		case *ast.AssignStmt:
			if n.Pos() > sl.call.End() && sl.setter(n) != nil {
				err = sl.soundStmt(n.Lhs[0], n, "is changed after the call")
			}
		case *ast.ExprStmt:
			if n.Pos() > sl.call.End() && sl.setter(n) != nil {
				err = sl.soundStmt(n.X.(*ast.CallExpr).Fun, n, "is changed after the call")
			}
		}
		return true
	})
	return err
}

// soundStmt refuses a statement that mentions a parameter, a part of one or a whole that has it as a part.
func (sl *slice) soundStmt(part ast.Node, stmt ast.Stmt, why string) (err error) {
	sl.p.mentions(part, func(id *ast.Ident, obj types.Object) {
		text := types.ExprString(sl.chain(id)) + "."
		for _, q := range sl.params {
			own := types.ExprString(q.expr) + "."
			if q.obj == obj && (strings.HasPrefix(own, text) || strings.HasPrefix(text, own)) {
				err = refuse(UsedAfter, stmt.Pos(), "%s %s", types.ExprString(q.expr), why)
			}
		}
	})
	return err
}

// text returns the statements that move, in their order.
func (sl *slice) text() (stmts []ast.Stmt) {
	for _, stmt := range sl.list[:sl.at] {
		if sl.moved[stmt] {
			stmts = append(stmts, stmt)
		}
	}
	return stmts
}
