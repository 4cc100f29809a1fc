package routes

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/faaslint/faaslint/internal/catalog"
)

// shareCuts keeps pieces that are of several routes.
func shareCuts(list []*Route) {
	count := map[ast.Node]int{}
	for _, r := range list {
		count[r.Cut]++
	}
	for _, r := range list {
		if r.Cut != nil && count[r.Cut] > 1 {
			r.Cut, r.Fixed = nil, sharesStatement
		}
	}
}

// cutOf is the statement that a registration is alone in, together with the calls that only narrow it.
func (f *finder) cutOf(add *regCall) (ast.Node, string) {
	if why := f.chained(add.call, add.info); why != "" {
		return nil, why
	}
	var child ast.Node = add.call
	for _, n := range slices.Backward(add.stack) {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			child = n
		case *ast.CallExpr:
			fn := calleeOf(add.info, n)
			switch {
			case n.Fun != child || fn == nil:
				return nil, "it is an argument of another call"
			case fn.Name() == "Name":
				return nil, named
			}
			if line := f.cat.Route(fn); line == nil || line.Form != catalog.RouteNarrow {
				return nil, sharesStatement
			}
			child = n
		case *ast.ExprStmt:
			if slices.ContainsFunc(add.stack, isLoop) {
				return nil, inLoop
			}
			return n, ""
		default:
			return nil, "it is no statement of its own"
		}
	}
	return nil, "it is no statement of its own"
}

func isLoop(n ast.Node) bool {
	switch n.(type) {
	case *ast.ForStmt, *ast.RangeStmt:
		return true
	}
	return false
}

const (
	inLoop          = "it stands in a loop"
	named           = "it has a name, by which others may ask for its path"
	sharesStatement = "it shares its statement with another"
)

// chained says whether the router of a registration is what another one returned, as in gin:
//
//	r.GET("/a", a).GET("/b", b)
func (f *finder) chained(call *ast.CallExpr, info *types.Info) string {
	for {
		recv, ok := ast.Unparen(receiverOf(call)).(*ast.CallExpr)
		if !ok {
			return ""
		}
		if fn := calleeOf(info, recv); fn != nil {
			if line := f.cat.Route(fn); line != nil {
				switch {
				case line.Form == catalog.RouteAdd:
					return sharesStatement
				case fn.Name() == "Name":
					return named
				}
			}
		}
		call = recv
	}
}
