package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// A tail is the check that follows a call and its error check, and that only asks whether the new object answers:
//
//	db, err := sql.Open("pgx", url)
//	if err != nil { … }
//	if err := db.Ping(); err != nil { // the tail
//		db.Close()
//		return nil, err
//	}
//
// A kept object need not be asked again by each caller, so the tail moves with the call.
type tail struct {
	stmts       []ast.Stmt
	ret         *ast.ReturnStmt
	object, err *ast.Ident // as the call's statement names them
	own         []types.Object
}

// holds reports whether pos lies in the tail.
func (t *tail) holds(pos token.Pos) bool {
	return t != nil && slices.ContainsFunc(t.stmts, func(s ast.Stmt) bool { return within(s, pos) })
}

// defines reports whether the object is one of the two that the call gives.
func (t *tail) defines(obj types.Object) bool { return t != nil && slices.Contains(t.own, obj) }

// tail finds the check after the call, if there is one that can move.
func (s *site) tail(o *Object) *tail {
	call, ok := s.list[s.at].(*ast.AssignStmt)
	if !ok || call.Tok != token.DEFINE || len(call.Lhs) != 2 || len(call.Rhs) != 1 || call.Rhs[0] != s.call || s.at+2 >= len(s.list) {
		return nil
	}
	t := &tail{}
	t.object, _ = call.Lhs[0].(*ast.Ident)
	t.err, _ = call.Lhs[1].(*ast.Ident)
	if t.object == nil || t.err == nil || t.object.Name == "_" || t.err.Name == "_" || s.p.Info.Defs[t.object] == nil {
		return nil
	}
	t.own = []types.Object{s.p.object(t.object), s.p.object(t.err)}
	failed := errorCheck(s.p, s.list[s.at+1], t.own[1])
	if failed == nil || onlyReturn(failed) == nil {
		return nil
	}
	rest := s.list[s.at+2:]
	check, ok := rest[0].(*ast.IfStmt)
	switch {
	case ok && check.Init != nil && s.asks(check.Init, t, o):
		t.stmts = rest[:1:1]
	case !ok && len(rest) > 1 && s.asks(rest[0], t, o):
		if check = errorCheck(s.p, rest[1], t.own[1]); check == nil {
			return nil
		}
		t.stmts = rest[:2:2]
	default:
		return nil
	}
	if !s.failsAlike(check, failed, t, o) {
		return nil
	}
	return t
}

// asks recognises "err := x.Ping(ctx)" and "err = x.Ping(ctx).Err()".
func (s *site) asks(stmt ast.Stmt, t *tail, o *Object) bool {
	assign, ok := stmt.(*ast.AssignStmt)
	if !ok || len(assign.Lhs) != 1 || len(assign.Rhs) != 1 || !isError(s.p.Info.TypeOf(assign.Rhs[0])) {
		return false
	}
	if id, ok := assign.Lhs[0].(*ast.Ident); !ok || id.Name != t.err.Name {
		return false
	}
	call, ok := assign.Rhs[0].(*ast.CallExpr)
	if !ok {
		return false
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if ok && sel.Sel.Name == "Err" && len(call.Args) == 0 {
		if call, ok = sel.X.(*ast.CallExpr); !ok {
			return false
		}
		sel, ok = call.Fun.(*ast.SelectorExpr)
	}
	if !ok || !slices.Contains(o.Check, sel.Sel.Name) {
		return false
	}
	x, ok := sel.X.(*ast.Ident)
	return ok && s.p.object(x) == t.own[0]
}

// failsAlike reports whether the check closes the object at most, and answers as the one after the call does, but for
// the error.
func (s *site) failsAlike(check, failed *ast.IfStmt, t *tail, o *Object) bool {
	n := len(check.Body.List) - 1
	if n < 0 || check.Else != nil {
		return false
	}
	cond, ok := check.Cond.(*ast.BinaryExpr)
	if !ok || cond.Op != token.NEQ || types.ExprString(cond.X) != t.err.Name || types.ExprString(cond.Y) != "nil" {
		return false
	}
	for _, stmt := range check.Body.List[:n] {
		expr, ok := stmt.(*ast.ExprStmt)
		if !ok {
			return false
		}
		call, ok := expr.X.(*ast.CallExpr)
		if !ok || len(call.Args) > 0 {
			return false
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || !slices.Contains(o.Close, sel.Sel.Name) {
			return false
		}
		if x, ok := sel.X.(*ast.Ident); !ok || s.p.object(x) != t.own[0] {
			return false
		}
	}
	ret, ok := check.Body.List[n].(*ast.ReturnStmt)
	answer := onlyReturn(failed)
	if !ok || len(ret.Results) == 0 || len(ret.Results) != len(answer.Results) {
		return false
	}
	last := len(ret.Results) - 1
	for i, e := range ret.Results[:last] {
		if types.ExprString(e) != types.ExprString(answer.Results[i]) {
			return false
		}
	}
	own := isError(s.p.Info.TypeOf(ret.Results[last]))
	s.p.mentions(ret.Results[last], func(_ *ast.Ident, obj types.Object) {
		own = own && (t.defines(obj) || within(check, obj.Pos()))
	})
	t.ret = ret
	return own
}
