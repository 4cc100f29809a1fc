package stage

import (
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/types/typeutil"
)

// CallsMore names a function that is called for the inputs of a site and that is not known to do nothing else than to
// return something; "" if there is none.
func (r *Result) CallsMore(site *Site) (name string) {
	info := r.e.pass.TypesInfo
	ast.Inspect(site.Call, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || call == site.Call || name != "" || info.Types[call.Fun].IsType() || info.Types[call.Fun].IsBuiltin() {
			return name == ""
		}
		if fn := typeutil.StaticCallee(info, call); fn == nil || !r.e.onlyReturns(fn) {
			name = types.ExprString(call.Fun)
		}
		return name == ""
	})
	return name
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
