package routes

import (
	"go/ast"
	"go/types"

	"github.com/faaslint/faaslint/internal/catalog"
)

// A mount is a place where a router becomes the handler of another.
type mount struct {
	add  *regCall
	path string // taken away by a wrapper
}

// findMounts notes which routers a registration is given.
func (f *finder) findMounts(add *regCall) {
	if len(add.call.Args) <= add.line.Handler {
		return
	}
	for _, h := range add.call.Args[add.line.Handler:] {
		for made, path := range f.routersIn(value{expr: h, info: add.info}) {
			if f.registersAny(made) {
				f.mounts[made] = append(f.mounts[made], mount{add, path})
			}
		}
	}
}

// registersAny reports whether anything is registered with the router that an expression makes.
func (f *finder) registersAny(made ast.Expr) bool {
	for _, add := range f.adds {
		if recv := receiverOf(add.call); recv != nil {
			for o := range f.routersIn(value{expr: recv, info: add.info}) {
				if o == made {
					return true
				}
			}
		}
	}
	return false
}

// routersIn lists the expressions that may have made a router or handler, with the path that wrappers take away.
func (f *finder) routersIn(v value) map[ast.Expr]string {
	found := map[ast.Expr]string{}
	f.origins(v, "", found, map[ast.Expr]bool{})
	return found
}

func (f *finder) origins(v value, path string, found map[ast.Expr]string, seen map[ast.Expr]bool) {
	if v.expr == nil {
		return
	}
	e := ast.Unparen(v.expr)
	if seen[e] {
		return
	}
	seen[e] = true
	switch e := e.(type) {
	case *ast.UnaryExpr:
		f.origins(value{expr: e.X, info: v.info}, path, found, seen)
	case *ast.CompositeLit:
		found[e] = path
	case *ast.Ident, *ast.SelectorExpr:
		obj := objectOf(v.info, e)
		for _, group := range f.inner[obj] {
			f.origins(value{expr: receiverOf(group.call), info: group.info}, path, found, seen)
		}
		for _, val := range f.values[obj] {
			f.origins(val, path, found, seen)
		}
	case *ast.CallExpr:
		f.originsOfCall(e, v.info, path, found, seen)
	}
}

func (f *finder) originsOfCall(call *ast.CallExpr, info *types.Info, path string, found map[ast.Expr]string, seen map[ast.Expr]bool) {
	if info.Types[call.Fun].IsType() && len(call.Args) == 1 {
		f.origins(value{expr: call.Args[0], info: info}, path, found, seen)
		return
	}
	fn := calleeOf(info, call)
	if fn == nil {
		return
	}
	line := f.cat.Route(fn)
	switch {
	case line != nil && line.Form == catalog.RouteStrip && len(call.Args) > line.Handler:
		s, _ := f.text(info, call, line.Path)
		f.origins(value{expr: call.Args[line.Handler], info: info}, join(path, s), found, seen)
		return
	case line != nil && line.Form != catalog.RouteAdd:
		f.origins(value{expr: receiverOf(call), info: info}, path, found, seen) // a group is the router that it is of
		return
	}
	if f.prog.NodeOf(fn) != nil {
		for _, r := range f.returns[fn] {
			f.origins(r, path, found, seen)
		}
		return
	}
	found[call] = path
	for _, arg := range call.Args { // otelhttp.NewHandler(router, "api")
		if isHandlerType(info.TypeOf(arg)) {
			f.origins(value{expr: arg, info: info}, path, found, seen)
		}
	}
}

func isHandlerType(t types.Type) bool {
	if t == nil {
		return false
	}
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "ServeHTTP")
	return obj != nil
}
