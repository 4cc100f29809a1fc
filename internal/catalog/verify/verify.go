// Package verify compares the catalogue with the libraries that it names. It is a module of its own, so that nobody
// who uses faaslint has those libraries in his build.
package verify

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/faaslint/faaslint/internal/catalog"
)

// Load type-checks packages and all that they import, without function bodies.
//
// It is tempting to read export data instead, but the go command makes it by compiling all of the 3000 packages that
// these libraries need, which takes far longer than this unless they are in the build cache. Without bodies an import may be unused and a result
// missing; such errors do not matter, since whatever fails to resolve is missing in the check of its line too.
func Load(paths ...string) (map[string]*types.Package, error) {
	cfg := &packages.Config{
		Mode: packages.NeedName | packages.NeedImports | packages.NeedDeps | packages.NeedTypes | packages.NeedFiles | packages.NeedCompiledGoFiles,
		Env:  append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off"),
		ParseFile: func(fset *token.FileSet, name string, src []byte) (*ast.File, error) {
			f, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
			if f != nil {
				for _, d := range f.Decls {
					if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
						fn.Body = &ast.BlockStmt{Lbrace: fn.Body.Lbrace, Rbrace: fn.Body.Rbrace}
					}
				}
			}
			return f, err
		},
	}
	roots, err := packages.Load(cfg, paths...)
	if err != nil {
		return nil, fmt.Errorf("loading libraries: %w", err)
	}
	all := map[string]*types.Package{}
	packages.Visit(roots, nil, func(p *packages.Package) {
		if p.Types != nil {
			all[p.Types.Path()] = p.Types
		}
		for _, e := range p.Errors {
			if e.Kind == packages.ListError {
				err = errors.Join(err, e)
			}
		}
	})
	return all, err
}

// Check says what is wrong with a line. When its packages are not among those given that is wrong, too.
func Check(pkgs map[string]*types.Package, line catalog.Line) error {
	if h, ok := line.Entry.(*catalog.Handler); ok {
		switch h.Form {
		case catalog.Name, catalog.Shape:
			return checkShapes(pkgs, h.Shapes)
		case catalog.Event:
			return checkType(pkgs, line.Symbol)
		case catalog.Field:
			return checkField(pkgs, line.Symbol)
		}
	}
	if _, ok := line.Entry.(*catalog.Safe); ok {
		return checkType(pkgs, line.Symbol)
	}
	if r, ok := line.Entry.(*catalog.Route); ok {
		switch r.Form {
		case catalog.RouteKey:
			return nil // of a platform's protocol, not of a library
		case catalog.RouteField:
			return checkText(pkgs, line.Symbol)
		}
	}
	switch line.Entry.(type) {
	case *catalog.Registration, *catalog.Tag:
		if path := catalog.PackagePath(line.Symbol); pkgs[path] == nil {
			return fmt.Errorf("package %s does not exist", path)
		}
		return nil
	}
	fns := find(pkgs, line.Symbol)
	if len(fns) == 0 {
		return fmt.Errorf("%s does not exist", line.Symbol)
	}
	var errs []error
	for _, fn := range fns {
		if err := checkFunc(fn, line.Entry); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", fn.FullName(), err))
		}
	}
	return errors.Join(errs...)
}

// checkType says whether a symbol stands for any exported type.
func checkType(pkgs map[string]*types.Package, symbol string) error {
	for path, pkg := range pkgs {
		if !catalog.Match(catalog.PackagePath(symbol), path) {
			continue
		}
		for _, name := range pkg.Scope().Names() {
			if obj, ok := pkg.Scope().Lookup(name).(*types.TypeName); ok && obj.Exported() && catalog.Match(symbol, path+"."+name) {
				return nil
			}
		}
	}
	return fmt.Errorf("type %s does not exist", symbol)
}

// checkField says whether (a/b.T).F is a field that can hold a handler.
func checkField(pkgs map[string]*types.Package, symbol string) error {
	if f := field(pkgs, symbol); f == nil || !canHandle(f.Type()) {
		return fmt.Errorf("%s is no field of function or interface type", symbol)
	}
	return nil
}

// checkText says whether (a/b.T).F is a field that holds a string.
func checkText(pkgs map[string]*types.Package, symbol string) error {
	if f := field(pkgs, symbol); f == nil || !isString(f.Type()) {
		return fmt.Errorf("%s is no field of type string", symbol)
	}
	return nil
}

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Kind() == types.String
}

// checkRoute says whether the arguments that a route's line counts are what it says.
func checkRoute(sig *types.Signature, r *catalog.Route) error {
	texts := func(t types.Type) bool {
		s, ok := t.Underlying().(*types.Slice)
		return isString(t) || ok && isString(s.Elem())
	}
	args := func(i int, fits func(types.Type) bool) error {
		if i < 0 {
			return nil
		}
		return checkArgs(sig, []int{i}, fits)
	}
	handler := canHandle
	if r.Strips { // a router of the library's own type may be mounted too
		handler = func(types.Type) bool { return true }
	}
	return errors.Join(args(r.Path, isString), args(r.Verb, texts), args(r.Handler, handler), args(r.Inner, func(t types.Type) bool {
		fn, ok := t.Underlying().(*types.Signature)
		return ok && fn.Params().Len() == 1
	}))
}

// field is the field (a/b.T).F, nil if there is none.
func field(pkgs map[string]*types.Package, symbol string) *types.Var {
	recv, name, _ := strings.Cut(strings.TrimPrefix(symbol, "("), ").")
	path := catalog.PackagePath(symbol)
	if pkg := pkgs[path]; pkg != nil {
		if t, ok := pkg.Scope().Lookup(strings.TrimPrefix(recv, path+".")).(*types.TypeName); ok {
			obj, _, _ := types.LookupFieldOrMethod(t.Type(), true, nil, name)
			v, _ := obj.(*types.Var)
			return v
		}
	}
	return nil
}

// find gives the functions and methods that a symbol stands for.
func find(pkgs map[string]*types.Package, symbol string) []*types.Func {
	var fns []*types.Func
	path := catalog.PackagePath(symbol)
	for p, pkg := range pkgs {
		if !catalog.Match(path, p) {
			continue
		}
		for fn := range functions(pkg) {
			if catalog.Match(symbol, fn.FullName()) {
				fns = append(fns, fn)
			}
		}
	}
	slices.SortFunc(fns, func(a, b *types.Func) int { return strings.Compare(a.FullName(), b.FullName()) })
	return slices.CompactFunc(fns, func(a, b *types.Func) bool { return a.FullName() == b.FullName() })
}

// functions are the exported functions and methods that a package declares, those of interfaces included.
func functions(pkg *types.Package) func(yield func(*types.Func) bool) {
	return func(yield func(*types.Func) bool) {
		for _, name := range pkg.Scope().Names() {
			switch obj := pkg.Scope().Lookup(name).(type) {
			case *types.Func:
				if obj.Exported() && !yield(obj) {
					return
				}
			case *types.TypeName:
				named, ok := obj.Type().(*types.Named)
				if !ok || obj.IsAlias() {
					continue
				}
				for m := range named.Methods() {
					if m.Exported() && !yield(m) {
						return
					}
				}
				if iface, ok := named.Underlying().(*types.Interface); ok {
					for m := range iface.ExplicitMethods() {
						if m.Exported() && !yield(m) {
							return
						}
					}
				}
			}
		}
	}
}

func checkFunc(fn *types.Func, entry any) error {
	sig := fn.Signature()
	switch e := entry.(type) {
	case *catalog.Handler:
		if e.Factory {
			return checkArgs(sig, e.Args, isFactory)
		}
		return checkArgs(sig, e.Args, canHandle)
	case *catalog.Costly:
		return checkCostly(sig, e)
	case *catalog.Ambient:
		if sig.Results().Len() == 0 && sig.Params().Len() == 0 {
			return errors.New("returns nothing")
		}
	case *catalog.Once:
		return checkArgs(sig, []int{e.Arg}, isFunc)
	case *catalog.Calls:
		return errors.Join(checkArgs(sig, e.Args, isFunc), checkFields(sig, e.Fields))
	case *catalog.Mutates:
		if sig.Recv() == nil {
			return errors.New("has no receiver to change")
		}
	case *catalog.Plain:
		return checkArgs(sig, e.Fills, isReference)
	case *catalog.Route:
		return checkRoute(sig, e)
	case *catalog.Serial:
		if n := sig.Results().Len(); n == 0 || sig.Results().At(n-1).Type().String() != "error" {
			return errors.New("has no error as its last result")
		}
	}
	return nil
}

func checkArgs(sig *types.Signature, args []int, fits func(types.Type) bool) error {
	for _, i := range args {
		if i == -1 {
			continue
		}
		if i >= sig.Params().Len() {
			return fmt.Errorf("has no argument %d", i)
		}
		t := sig.Params().At(i).Type()
		if sig.Variadic() && i == sig.Params().Len()-1 {
			t = t.(*types.Slice).Elem()
		}
		if !fits(t) {
			return fmt.Errorf("argument %d is of type %s", i, t)
		}
	}
	return nil
}

// isFunc accepts type parameters whose constraint has a function type, too.
func isFunc(t types.Type) bool {
	if tp, ok := t.(*types.TypeParam); ok {
		iface := tp.Constraint().Underlying().(*types.Interface)
		for i := range iface.NumEmbeddeds() {
			if u, ok := iface.EmbeddedType(i).Underlying().(*types.Union); ok && u.Len() > 0 {
				return isFunc(u.Term(0).Type())
			}
			if isFunc(iface.EmbeddedType(i)) {
				return true
			}
			if in, ok := iface.EmbeddedType(i).Underlying().(*types.Interface); ok {
				for j := range in.NumEmbeddeds() {
					if u, ok := in.EmbeddedType(j).(*types.Union); ok && u.Len() > 0 && isFunc(u.Term(0).Type()) {
						return true
					}
				}
			}
		}
		return false
	}
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

// isReference accepts what a function can change for its caller.
func isReference(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Slice, *types.Map, *types.Interface:
		return true
	}
	return false
}

func canHandle(t types.Type) bool { return isFunc(t) || types.IsInterface(t) && !isTypeParam(t) }

// isFactory accepts a middleware: func(next H) H.
func isFactory(t types.Type) bool {
	sig, ok := t.Underlying().(*types.Signature)
	return ok && sig.Params().Len() == 1 && sig.Results().Len() == 1 && canHandle(sig.Results().At(0).Type())
}

func isTypeParam(t types.Type) bool { _, ok := t.(*types.TypeParam); return ok }

func checkFields(sig *types.Signature, fields []string) error {
	for _, name := range fields {
		if sig.Recv() == nil {
			return errors.New("has no receiver with fields")
		}
		obj, _, _ := types.LookupFieldOrMethod(sig.Recv().Type(), true, nil, name)
		if v, ok := obj.(*types.Var); !ok || !isFunc(v.Type()) {
			return fmt.Errorf("the receiver has no field %s of function type", name)
		}
	}
	return nil
}

func checkCostly(sig *types.Signature, c *catalog.Costly) error {
	res := sig.Results()
	for _, i := range c.Inputs {
		if i >= sig.Params().Len() {
			return fmt.Errorf("has no argument %d", i)
		}
	}
	if c.Result >= res.Len() {
		return fmt.Errorf("has no result %d", c.Result)
	}
	if has := res.Len() > 0 && isError(res.At(res.Len()-1).Type()); has != c.Error {
		return fmt.Errorf("that its last result is an error is %t, not %t", has, c.Error)
	}
	if has := hasContext(sig); has != (c.Ctx != catalog.CtxNone) {
		return fmt.Errorf("that it takes a context is %t", has)
	}
	if c.Result < 0 {
		if len(c.Close)+len(c.Check) > 0 || c.Probe != "" {
			return errors.New("close=, check= and probe= need a result")
		}
		return nil
	}
	x := res.At(c.Result).Type()
	if isError(x) {
		return fmt.Errorf("result %d is the error", c.Result)
	}
	for _, name := range append(c.Close[:len(c.Close):len(c.Close)], c.Check...) {
		if obj, _, _ := types.LookupFieldOrMethod(x, true, nil, name); !isMethod(obj) {
			return fmt.Errorf("%s has no method %s", x, name)
		}
	}
	if c.Probe != "" {
		return checkProbe(x, c.Probe)
	}
	return nil
}

func isMethod(obj types.Object) bool { _, ok := obj.(*types.Func); return ok }

func isError(t types.Type) bool { return types.Identical(t, types.Universe.Lookup("error").Type()) }

func hasContext(sig *types.Signature) bool {
	for v := range sig.Params().Variables() {
		if named, ok := types.Unalias(v.Type()).(*types.Named); ok {
			if o := named.Obj(); o.Name() == "Context" && o.Pkg() != nil && (o.Pkg().Path() == "context" || o.Pkg().Path() == "golang.org/x/net/context") {
				return true
			}
		}
	}
	return false
}

// checkProbe type-checks an expression in the scope of a package that has only x and ctx: it can name no import, since
// the file that it is inserted into need not have that import.
func checkProbe(x types.Type, probe string) error {
	fset := token.NewFileSet()
	expr, err := parser.ParseExprFrom(fset, "probe", probe, 0)
	if err != nil {
		return err
	}
	pkg := types.NewPackage("probe", "probe")
	pkg.Scope().Insert(types.NewVar(token.NoPos, pkg, "x", x))
	if ctx := contextKnownTo(x); ctx != nil {
		pkg.Scope().Insert(types.NewVar(token.NoPos, pkg, "ctx", ctx))
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	if err := types.CheckExpr(fset, pkg, token.NoPos, expr, info); err != nil {
		return fmt.Errorf("probe: %w", err)
	}
	if t := info.TypeOf(expr); !isError(t) {
		return fmt.Errorf("probe is of type %s, not error", t)
	}
	return nil
}

// contextKnownTo returns context.Context, as the package that declares x imports it, nil if it does not.
func contextKnownTo(x types.Type) types.Type {
	if p, ok := x.(*types.Pointer); ok {
		x = p.Elem()
	}
	named, ok := x.(*types.Named)
	if !ok {
		return nil
	}
	for _, imp := range named.Obj().Pkg().Imports() {
		if obj := imp.Scope().Lookup("Context"); imp.Path() == "context" && obj != nil {
			return obj.Type()
		}
	}
	return nil
}

// unnamed drops the names of parameters and results, which are not part of a shape.
func unnamed(sig *types.Signature) *types.Signature {
	drop := func(t *types.Tuple) *types.Tuple {
		var vars []*types.Var
		for v := range t.Variables() {
			vars = append(vars, types.NewParam(token.NoPos, nil, "", types.Unalias(v.Type())))
		}
		return types.NewTuple(vars...)
	}
	return types.NewSignatureType(nil, nil, nil, drop(sig.Params()), drop(sig.Results()), sig.Variadic())
}

// checkShapes evaluates signatures in a scope that holds the packages they name, and compares spellings: a shape in
// another spelling would never match.
func checkShapes(pkgs map[string]*types.Package, shapes []string) error {
	for _, shape := range shapes {
		scope := types.NewPackage("shape", "shape")
		var missing error
		expr := catalog.ShapeExpr(shape, func(path string) string {
			imported := pkgs[path]
			if imported == nil {
				missing = fmt.Errorf("shape %s: package %s is not loaded", shape, path)
				return path
			}
			scope.Scope().Insert(types.NewPkgName(token.NoPos, scope, catalog.Identifier(path), imported))
			return path
		})
		if missing != nil {
			return missing
		}
		tv, err := types.Eval(token.NewFileSet(), scope, token.NoPos, expr)
		if err != nil {
			return fmt.Errorf("shape %s: %w", shape, err)
		}
		sig, ok := tv.Type.(*types.Signature)
		if !ok {
			return fmt.Errorf("shape %s is no function type", shape)
		}
		if got := types.TypeString(unnamed(sig), nil); got != shape {
			return fmt.Errorf("shape %s is spelled %s", shape, got)
		}
	}
	return nil
}
