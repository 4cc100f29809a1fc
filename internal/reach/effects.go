package reach

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/faaslint/faaslint/internal/catalog"
)

// quiet are functions that only compute a value, besides those that the catalogue calls pure. What they keep for later
// is in their arguments, and does not run.
var quiet = []string{
	"errors.New", "fmt.Errorf", "fmt.Sprint", "fmt.Sprintf", "strings.NewReplacer", "sync.OnceFunc", "sync.OnceValue", "sync.OnceValues",
	"time.Date", "reflect.TypeFor", "reflect.TypeOf", "math/big.NewInt", "net/netip.MustParseAddr", "net/netip.MustParsePrefix",
}

// mayAct reports whether the evaluation of a package variable's initialiser may do more than compute its value. When in
// doubt it may.
func mayAct(info *types.Info, e ast.Expr) (acts bool) {
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false // it does not run now; when it is called, that is a call
		case *ast.UnaryExpr:
			acts = acts || n.Op == token.ARROW
		case *ast.CallExpr:
			acts = acts || callActs(info, n)
		}
		return !acts
	})
	return acts
}

func callActs(info *types.Info, call *ast.CallExpr) bool {
	if info.Types[call.Fun].IsType() {
		return false // a conversion
	}
	if tv := info.Types[call.Fun]; tv.IsBuiltin() {
		return info.Types[call].Value == nil && isBuiltin(call, "panic", "close", "print", "println", "delete", "clear", "copy", "recover")
	}
	fn := typeutil.StaticCallee(info, call)
	if fn == nil {
		return true
	}
	if slices.Contains(quiet, fn.Origin().FullName()) {
		return false
	}
	c := catalog.Default().Costly(fn)
	return c == nil || !c.Pure
}

func isBuiltin(call *ast.CallExpr, names ...string) bool {
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	return ok && slices.Contains(names, id.Name)
}
