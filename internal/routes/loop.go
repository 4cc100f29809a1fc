package routes

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/faaslint/faaslint/internal/reach"
)

// An entry is one of a table of routes, as a loop over it sees it:
//
//	for _, r := range []route{{"GET", "/things", things}, …} {
//		router.Method(r.method, r.path, r.handler)
//
// or for path, h := range map[string]http.HandlerFunc{"/things": things, …}.
type entry struct {
	info       *types.Info
	node       *reach.Node // where the table stands
	piece      ast.Expr    // of the table
	key, value types.Object
	keyIs, is  ast.Expr
	fixed      string // why it cannot be left out of the table
}

const counted = "its table is an array, or counts its entries"

// entriesOf lists the entries of the table that the innermost loop around a registration goes through.
func (f *finder) entriesOf(add *regCall) (list []*entry) {
	for _, n := range slices.Backward(add.stack) {
		loop, ok := n.(*ast.RangeStmt)
		if !ok {
			continue
		}
		var key, val types.Object
		if loop.Key != nil {
			key = objectOf(add.info, loop.Key)
		}
		if loop.Value != nil {
			val = objectOf(add.info, loop.Value)
		}
		for _, table := range f.tables(value{loop.X, add.info, add.node}, 0) {
			list = append(list, entriesIn(table, key, val)...)
		}
		if v, ok := objectOf(add.info, loop.X).(*types.Var); ok && f.mentions[v] > 1 {
			for _, en := range list {
				en.fixed = "its table is used elsewhere too"
			}
		}
		return list
	}
	return nil
}

// tables lists the literals that an expression may be; none if it may be something else.
func (f *finder) tables(v value, depth int) (list []value) {
	if depth > 5 || v.expr == nil || v.node == nil {
		return nil
	}
	switch e := ast.Unparen(v.expr).(type) {
	case *ast.CompositeLit:
		return []value{{e, v.info, v.node}}
	case *ast.Ident, *ast.SelectorExpr:
		vals := f.values[objectOf(v.info, e)]
		for _, val := range vals {
			more := f.tables(val, depth+1)
			if len(more) == 0 {
				return nil
			}
			list = append(list, more...)
		}
	case *ast.CallExpr:
		if v.info.Types[e.Fun].IsType() && len(e.Args) == 1 {
			return f.tables(value{e.Args[0], v.info, v.node}, depth+1)
		}
		fn := calleeOf(v.info, e)
		if fn == nil || f.prog.NodeOf(fn) == nil {
			return nil
		}
		for _, r := range f.returns[fn] {
			list = append(list, f.tables(r, depth+1)...)
		}
	}
	return list
}

func entriesIn(table value, key, val types.Object) (list []*entry) {
	lit := table.expr.(*ast.CompositeLit)
	t := table.info.TypeOf(lit)
	if t == nil {
		return nil
	}
	_, isMap := t.Underlying().(*types.Map)
	_, isSlice := t.Underlying().(*types.Slice)
	for _, e := range lit.Elts {
		en := &entry{info: table.info, node: table.node, piece: e, value: val, is: e}
		if !isSlice && !isMap {
			en.fixed = counted
		}
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			en.is = kv.Value
			if isMap {
				en.key, en.keyIs = key, kv.Key
			} else {
				en.fixed = counted // the others would move
			}
		}
		list = append(list, en)
	}
	return list
}

// lookup is what an expression of the loop's body stands for in the entry: its key, its value or a field of this.
func (en *entry) lookup(info *types.Info, e ast.Expr) (ast.Expr, bool) {
	if en == nil {
		return nil, false
	}
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		obj := objectOf(info, e)
		switch {
		case obj != nil && obj == en.key && en.keyIs != nil:
			return en.keyIs, true
		case obj != nil && obj == en.value:
			return en.is, true
		}
	case *ast.SelectorExpr:
		if x, ok := ast.Unparen(e.X).(*ast.Ident); ok && en.value != nil && objectOf(info, x) == en.value {
			return en.field(objectOf(info, e.Sel))
		}
	}
	return nil, false
}

func (en *entry) field(obj types.Object) (ast.Expr, bool) {
	is := ast.Unparen(en.is)
	if u, ok := is.(*ast.UnaryExpr); ok {
		is = u.X
	}
	lit, ok := is.(*ast.CompositeLit)
	if !ok || obj == nil {
		return nil, false
	}
	t := en.info.TypeOf(lit)
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return nil, false
	}
	for i, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if objectOf(en.info, kv.Key) == obj {
				return kv.Value, true
			}
		} else if i < st.NumFields() && st.Field(i).Origin() == obj {
			return e, true
		}
	}
	return nil, false
}

// claim makes a route that of the entry: what stands in it is there for the route alone.
func (en *entry) claim(r *Route) {
	r.Node, r.Pos, r.spans = en.node, en.piece.Pos(), []span{{en.piece.Pos(), en.piece.End()}}
	switch {
	case r.Fixed != inLoop: // there is more in the way than the loop
	case en.fixed != "":
		r.Fixed = en.fixed
	default:
		r.Cut, r.Fixed = en.piece, ""
	}
}
