package routes

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/faaslint/faaslint/internal/catalog"
)

// A prefix is where the routes of a router begin.
type prefix struct {
	path    string
	methods []string
	open    bool
	below   bool
	around  []Around
}

// within notes that a router is the group of a call, or is mounted by it.
func (f *finder) within(p *prefix, c *regCall) {
	cut, _ := f.cutOf(c)
	p.around = append(slices.Clone(p.around), Around{c.node, cut})
}

// prefixes are the places below which the routes of a router lie.
func (f *finder) prefixes(router value) (list []prefix) {
	e := router.expr
	if e == nil {
		return []prefix{{}}
	}
	e = ast.Unparen(e)
	if f.busy[e] {
		return nil
	}
	f.busy[e] = true
	defer delete(f.busy, e)
	switch e := e.(type) {
	case *ast.UnaryExpr:
		return f.prefixes(value{expr: e.X, info: router.info})
	case *ast.StarExpr:
		return f.prefixes(value{expr: e.X, info: router.info})
	case *ast.CompositeLit:
		return f.mountedAt(e)
	case *ast.Ident, *ast.SelectorExpr:
		return f.prefixesOfVar(router)
	case *ast.CallExpr:
		return f.prefixesOfCall(value{expr: e, info: router.info})
	}
	return []prefix{{path: "?", open: true}}
}

func (f *finder) prefixesOfVar(router value) (list []prefix) {
	obj := objectOf(router.info, router.expr)
	if _, isPackage := obj.(*types.PkgName); isPackage {
		return []prefix{{}} // http.HandleFunc
	}
	add := func(more []prefix) {
		for _, p := range more {
			if !slices.ContainsFunc(list, func(o prefix) bool { return o.path == p.path && slices.Equal(o.methods, p.methods) }) {
				list = append(list, p)
			}
		}
	}
	for _, group := range f.inner[obj] {
		list := f.grouped(group.info, group.call, group.line)
		for i := range list {
			f.within(&list[i], group)
		}
		add(list)
	}
	for _, v := range f.values[obj] {
		add(f.prefixes(v))
	}
	if len(list) > 0 {
		return list
	}
	if _, isVar := obj.(*types.Var); isVar && len(f.inner[obj])+len(f.values[obj]) > 0 {
		return nil // made of itself
	}
	if v, isVar := obj.(*types.Var); isVar && !v.IsField() && v.Pkg() != nil && v.Parent() == v.Pkg().Scope() {
		return []prefix{{}} // var mux http.ServeMux
	}
	if f.zeroRouter(obj) {
		return []prefix{{}}
	}
	return []prefix{{path: "?", open: true}}
}

// zeroRouter reports whether a variable or field holds a router that needs no constructor: var mux http.ServeMux.
func (f *finder) zeroRouter(obj types.Object) bool {
	if obj == nil {
		return false
	}
	named, ok := types.Unalias(obj.Type()).(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "net/http"
}

func (f *finder) grouped(info *types.Info, call *ast.CallExpr, line *catalog.Route) (list []prefix) {
	for _, p := range f.prefixes(value{expr: receiverOf(call), info: info}) {
		if line.Path >= 0 {
			s, known := f.text(info, call, line.Path)
			p.path, p.open = join(p.path, s), p.open || !known
		}
		list = append(list, p)
	}
	return list
}

func (f *finder) prefixesOfCall(v value) (list []prefix) {
	call := v.expr.(*ast.CallExpr)
	if v.info.Types[call.Fun].IsType() && len(call.Args) == 1 {
		return f.prefixes(value{expr: call.Args[0], info: v.info})
	}
	fn := calleeOf(v.info, call)
	if fn == nil {
		return f.mountedAt(call)
	}
	if line := f.cat.Route(fn); line != nil {
		switch line.Form {
		case catalog.RouteGroup:
			list = f.grouped(v.info, call, line)
			for i := range list {
				list[i].path, list[i].below = strings.TrimSuffix(list[i].path, "/*"), false // a sub-router of PathPrefix
			}
			return list
		case catalog.RouteNarrow:
			for _, p := range f.prefixes(value{expr: receiverOf(call), info: v.info}) {
				f.narrow(v.info, call, line, &p.path, &p.methods, &p.open, &p.below)
				list = append(list, p)
			}
			return list
		case catalog.RouteAdd:
			if fn.Signature().Recv() != nil {
				return f.prefixes(value{expr: receiverOf(call), info: v.info}) // app.Get("/a", a).Post("/b", b)
			}
		}
	}
	if f.prog.NodeOf(fn) == nil {
		return f.mountedAt(call) // chi.NewRouter()
	}
	for _, r := range f.returns[fn] {
		for _, p := range f.prefixes(r) {
			if !slices.ContainsFunc(list, func(o prefix) bool { return o.path == p.path }) {
				list = append(list, p)
			}
		}
	}
	return list
}

// mountedAt is where the router made by an expression is mounted.
func (f *finder) mountedAt(made ast.Expr) (list []prefix) {
	if len(f.mounts[made]) == 0 {
		return []prefix{{}}
	}
	for _, m := range f.mounts[made] {
		for _, p := range f.prefixes(value{expr: receiverOf(m.add.call), info: m.add.info}) {
			if m.add.line.Strips {
				s, known := f.text(m.add.info, m.add.call, m.add.line.Path)
				p.path, p.open = join(p.path, s), p.open || !known
			}
			p.path = strings.TrimSuffix(p.path, "/*")
			p.path, p.below = join(p.path, m.path), false
			f.within(&p, m.add)
			list = append(list, p)
		}
	}
	return list
}
