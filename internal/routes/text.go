package routes

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"github.com/faaslint/faaslint/internal/catalog"
)

// verbs are the methods that a registration names.
func (f *finder) verbs(add *regCall) (methods []string, open bool) {
	if add.line.Method != "" {
		return []string{add.line.Method}, false
	}
	return f.texts(add.info, add.call, add.line.Verb)
}

// narrowed adds what calls after the registration say: r.HandleFunc("/things", h).Methods("GET").
func (f *finder) narrowed(add *regCall, r *Route) {
	var inner ast.Node = add.call
	for _, n := range slices.Backward(add.stack) {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			inner = n
		case *ast.CallExpr:
			fn := calleeOf(add.info, n)
			if n.Fun != inner || fn == nil {
				return
			}
			line := f.cat.Route(fn)
			if line == nil || line.Form != catalog.RouteNarrow {
				return
			}
			f.narrow(add.info, n, line, &r.Path, &r.Methods, &r.Open, &r.below)
			inner = n
		default:
			return
		}
	}
}

func (f *finder) narrow(info *types.Info, call *ast.CallExpr, line *catalog.Route, path *string, methods *[]string, open, below *bool) {
	if line.Path >= 0 {
		s, known := f.text(info, call, line.Path)
		*path = join(*path, s)
		*open = *open || !known
	}
	if line.Below {
		*below = true
		*path = join(*path, "*")
	}
	if line.Verb >= 0 {
		list, unknown := f.texts(info, call, line.Verb)
		*methods = append(*methods, list...)
		*open = *open || unknown
	}
}

// text is a constant argument; "?" and false if it is not constant.
func (f *finder) text(info *types.Info, call *ast.CallExpr, arg int) (string, bool) {
	if arg < 0 {
		return "", true
	}
	if arg >= len(call.Args) {
		return "?", false
	}
	return f.constantText(info, call.Args[arg])
}

// constantText is the text of an expression, with ? for parts that are not constant.
func (f *finder) constantText(info *types.Info, e ast.Expr) (string, bool) {
	if v, ok := f.entry.lookup(info, e); ok {
		info, e = f.entry.info, v
	}
	if tv := info.Types[e]; tv.Value != nil && tv.Value.Kind() == constant.String {
		return constant.StringVal(tv.Value), true
	}
	if b, ok := ast.Unparen(e).(*ast.BinaryExpr); ok && b.Op == token.ADD {
		x, knownX := f.constantText(info, b.X)
		y, knownY := f.constantText(info, b.Y)
		return x + y, knownX && knownY
	}
	return "?", false
}

// texts are the constants from an argument on, or in a slice.
func (f *finder) texts(info *types.Info, call *ast.CallExpr, arg int) (list []string, open bool) {
	if arg < 0 {
		return nil, false
	}
	args := call.Args[min(arg, len(call.Args)):]
	if fn := calleeOf(info, call); fn == nil || !fn.Signature().Variadic() || fn.Signature().Params().Len()-1 > arg {
		args = args[:min(1, len(args))]
	}
	for _, e := range args {
		if lit, ok := ast.Unparen(e).(*ast.CompositeLit); ok {
			for _, e := range lit.Elts {
				s, known := f.constantText(info, e)
				list, open = append(list, s), open || !known
			}
			continue
		}
		s, known := f.constantText(info, e)
		list, open = append(list, s), open || !known
	}
	return list, open
}

// shapeOf spells the type of a function as the catalogue does.
func shapeOf(obj types.Object) string {
	sig, ok := obj.Type().(*types.Signature)
	if !ok {
		return ""
	}
	strip := func(t *types.Tuple) *types.Tuple {
		var vars []*types.Var
		for v := range t.Variables() {
			vars = append(vars, types.NewParam(0, nil, "", types.Unalias(v.Type())))
		}
		return types.NewTuple(vars...)
	}
	return types.TypeString(types.NewSignatureType(nil, nil, nil, strip(sig.Params()), strip(sig.Results()), sig.Variadic()), nil)
}
