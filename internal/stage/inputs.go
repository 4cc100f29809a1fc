package stage

import (
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/types/typeutil"
)

// CallsMore names a function that is called for the inputs of a site, or for what becomes of its object in the same
// expression, and that is not known to do nothing else than to return something; "" if there is none.
func (r *Result) CallsMore(site *Site) (name string) {
	return r.e.callsMore(site, r.e.wholeOf(site))
}

func (e *engine) callsMore(site *Site, x ast.Node) (name string) {
	info := e.pass.TypesInfo
	ast.Inspect(x, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || call == site.Call || name != "" || info.Types[call.Fun].IsType() || info.Types[call.Fun].IsBuiltin() {
			return name == ""
		}
		if fn := typeutil.StaticCallee(info, call); fn == nil || !e.onlyReturns(fn) && !isMust(fn, call) {
			name = types.ExprString(call.Fun)
		}
		return name == ""
	})
	return name
}

// isMust recognises template.Must(t, err).
func isMust(fn *types.Func, call *ast.CallExpr) bool {
	return fn.Name() == "Must" && len(call.Args) == 1
}

// onlyReturns reports whether a function only returns something: one that the catalogue describes, one of the standard
// library's that work on their arguments, or an option of a library.
func (e *engine) onlyReturns(fn *types.Func) bool {
	if e.cat.Ambient(fn) != nil || e.cat.Costly(fn) != nil || fn.Pkg() == nil {
		return true
	}
	switch fn.Pkg().Path() {
	case "strings", "strconv", "fmt", "path", "path/filepath", "net/url", "time", "context":
		return !strings.Contains(fn.Name(), "rint") || strings.HasPrefix(fn.Name(), "Sprint")
	}
	return strings.HasPrefix(fn.Name(), "With") && fn.Signature().Results().Len() == 1 && !strings.HasPrefix(fn.Pkg().Path(), e.modulePath())
}

func (e *engine) modulePath() string {
	if e.pass.Module == nil || e.pass.Module.Path == "" {
		return e.pass.Pkg.Path()
	}
	return e.pass.Module.Path
}
