package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// A flow follows one object through a function: through variables, literals and calls, to its end.
type flow struct {
	p        *Package
	up       map[ast.Node]ast.Node
	decl     ast.Decl
	body     *ast.BlockStmt // of the innermost function around the call
	close    []string
	returned bool // may be returned
	own      map[ast.Expr]bool
	held     int // >0 while following a value that holds the object
	seen     map[types.Object]bool
	defers   []*ast.DeferStmt // to be removed
	ends     []*end           // to be removed, in methods of a struct that holds the object
	tail     *tail            // moves along
}

func (s *site) flow(close []string, returned bool, calls []*ast.CallExpr) *flow {
	f := &flow{p: s.p, up: s.up, decl: s.decl, body: s.body(), close: close, returned: returned,
		own: map[ast.Expr]bool{}, seen: map[types.Object]bool{}}
	for _, call := range calls {
		f.own[call] = true
	}
	return f
}

// result follows the result-th result of the call.
func (f *flow) result(call *ast.CallExpr, result int) error {
	switch up := f.up[call].(type) {
	case *ast.AssignStmt:
		if len(up.Rhs) == 1 && result < len(up.Lhs) {
			return f.assigned(up.Lhs[result])
		}
	case *ast.ValueSpec:
		if len(up.Values) == 1 && result < len(up.Names) {
			return f.assigned(up.Names[result])
		}
	}
	return f.value(call)
}

// value asks what is done with an expression that is, or holds, the object.
func (f *flow) value(e ast.Expr) error {
	switch up := f.up[e].(type) {
	case *ast.ParenExpr, *ast.TypeAssertExpr:
		return f.value(up.(ast.Expr))
	case *ast.SelectorExpr:
		return f.selected(up)
	case *ast.CallExpr:
		return f.passed(up, e)
	case *ast.AssignStmt:
		return f.rhs(up, e)
	case *ast.ValueSpec:
		for i, v := range up.Values {
			if v == e && i < len(up.Names) {
				return f.assigned(up.Names[i])
			}
		}
	case *ast.ReturnStmt:
		if f.returned {
			return nil
		}
		return refuse(Returned, e.Pos(), "the function returns it")
	case *ast.KeyValueExpr:
		if lit, ok := f.up[up].(*ast.CompositeLit); ok {
			return f.element(lit, up.Key)
		}
	case *ast.CompositeLit:
		return f.element(up, nil)
	case *ast.UnaryExpr:
		if _, lit := e.(*ast.CompositeLit); lit {
			return f.value(up)
		}
		if up.Op == token.AND {
			return refuse(AddressTaken, e.Pos(), "its address is taken")
		}
	case *ast.SendStmt:
		return refuse(Stored, e.Pos(), "it is sent to a channel")
	case *ast.IndexExpr:
		if up.Index == e {
			return refuse(Stored, e.Pos(), "it is a map key")
		}
	}
	return nil // compared, dropped, ranged over: it goes nowhere
}

// holder follows a literal, of a struct or of a function, that the object is put into.
func (f *flow) holder(e ast.Expr) error {
	f.held++
	defer func() { f.held-- }()
	return f.value(e)
}

// closers end most objects, whether the caller knows of them or not.
var closers = []string{"Close", "Shutdown", "Disconnect"}

func (f *flow) selected(sel *ast.SelectorExpr) error {
	name := sel.Sel.Name
	if slices.Contains(f.close, name) {
		if d := f.closing(sel); d != nil && f.held == 0 {
			f.defers = append(f.defers, d)
			return nil
		}
		return refuse(ClosedElsewhere, sel.Pos(), "%s is not called by a plain defer", name)
	}
	if slices.Contains(closers, name) {
		return refuse(ClosedElsewhere, sel.Pos(), "%s is called on it", name)
	}
	if assign, ok := f.up[sel].(*ast.AssignStmt); ok && slices.Contains(assign.Lhs, ast.Expr(sel)) {
		return refuse(Mutated, sel.Pos(), "its field %s is set", name)
	}
	return nil
}

// passed accepts a call that gets the object, unless it stores or closes it. What other packages do to it is for the
// analyzer to know.
func (f *flow) passed(call *ast.CallExpr, e ast.Expr) error {
	i := slices.Index(call.Args, e)
	if i < 0 {
		return nil // called
	}
	if tv := f.p.Info.Types[call.Fun]; tv.IsType() {
		return f.value(call) // conversion
	}
	if _, ok := f.up[call].(*ast.DeferStmt); ok {
		return refuse(ClosedElsewhere, e.Pos(), "a deferred call gets it")
	}
	id, ok := call.Fun.(*ast.Ident)
	if ok && id.Name == "append" && f.p.object(id) != nil && f.p.object(id).Pkg() == nil {
		return refuse(Stored, e.Pos(), "it is appended to a slice")
	}
	if pos := f.p.closes(call, i, f.close, 0); pos.IsValid() {
		return refuse(ClosedElsewhere, pos, "%s closes it", types.ExprString(call.Fun))
	}
	return nil
}

func (f *flow) rhs(assign *ast.AssignStmt, e ast.Expr) error {
	if i := slices.Index(assign.Rhs, e); i >= 0 && i < len(assign.Lhs) {
		return f.assigned(assign.Lhs[i])
	}
	return nil
}

// assigned follows the variable that is given the object.
func (f *flow) assigned(lhs ast.Expr) error {
	id, ok := lhs.(*ast.Ident)
	if !ok {
		return refuse(Stored, lhs.Pos(), "it is stored in %s", types.ExprString(lhs))
	}
	if id.Name == "_" {
		return nil
	}
	obj := f.p.local(id)
	if obj == nil {
		return refuse(Stored, lhs.Pos(), "it is stored in the package variable %s", id.Name)
	}
	if f.seen[obj] {
		return nil
	}
	f.seen[obj] = true
	if err := f.declared(id, obj); err != nil {
		return err
	}
	if pos := f.redefined(obj); pos.IsValid() {
		return refuse(Reassigned, pos, "%s has more than one definition", id.Name)
	}
	return f.uses(obj)
}

// declared refuses variables that belong to an outer function, and results unless the object may be returned.
func (f *flow) declared(id *ast.Ident, obj types.Object) error {
	if within(f.body, obj.Pos()) {
		return nil
	}
	if fn, ok := f.up[f.body].(*ast.FuncDecl); ok && fn.Type.Results != nil && within(fn.Type.Results, obj.Pos()) {
		if f.returned {
			return nil
		}
		return refuse(Returned, id.Pos(), "the function returns it as %s", id.Name)
	}
	return refuse(Stored, id.Pos(), "it is stored in %s, which outlives the statement list", id.Name)
}

// redefined finds a second value given to obj. The hoisted calls count as one: they give the same object.
func (f *flow) redefined(obj types.Object) (pos token.Pos) {
	values, own := 0, false
	value := func(e, from ast.Expr) {
		if id, ok := e.(*ast.Ident); !ok || f.p.object(id) != obj || own && f.own[from] {
			return
		}
		own = own || f.own[from]
		if values++; values > 1 {
			pos = e.Pos()
		}
	}
	ast.Inspect(f.decl, func(m ast.Node) bool {
		switch m := m.(type) {
		case *ast.AssignStmt:
			for i, e := range m.Lhs {
				value(e, m.Rhs[min(i, len(m.Rhs)-1)])
			}
		case *ast.ValueSpec:
			for i, id := range m.Names {
				if len(m.Values) > 0 {
					value(id, m.Values[min(i, len(m.Values)-1)])
				}
			}
		case *ast.RangeStmt:
			value(m.Key, nil)
			value(m.Value, nil)
		}
		return true
	})
	return pos
}

// uses follows every mention of the variable.
func (f *flow) uses(obj types.Object) (err error) {
	ast.Inspect(f.decl, func(m ast.Node) bool {
		id, ok := m.(*ast.Ident)
		if !ok || err != nil || f.p.Info.Uses[id] != obj || f.tail.holds(id.Pos()) {
			return err == nil
		}
		if assign, ok := f.up[id].(*ast.AssignStmt); ok && slices.Contains(assign.Lhs, ast.Expr(id)) {
			return true
		}
		if err = f.value(id); err == nil {
			err = f.captured(id)
		}
		return err == nil
	})
	return err
}

// captured follows the function literals around a mention: one that is called, deferred or passed on is fine, one
// that is returned or stored takes the object along.
func (f *flow) captured(id *ast.Ident) error {
	for n := f.up[ast.Node(id)]; n != nil && n != ast.Node(f.body); n = f.up[n] {
		lit, ok := n.(*ast.FuncLit)
		if !ok {
			continue
		}
		switch up := f.up[lit].(type) {
		case *ast.CallExpr:
			continue // called on the spot or passed on
		case *ast.AssignStmt:
			if i := slices.Index(up.Rhs, ast.Expr(lit)); i >= 0 && i < len(up.Lhs) {
				if lhs, ok := up.Lhs[i].(*ast.Ident); ok && f.p.local(lhs) != nil && within(f.body, f.p.local(lhs).Pos()) {
					continue // a local helper
				}
			}
		}
		if err := f.holder(lit); err != nil {
			return err
		}
	}
	return nil
}
