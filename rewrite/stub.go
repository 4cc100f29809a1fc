package rewrite

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
)

// Under go vet a package that is imported only by others is incomplete: it has the names that their export data
// mentions. A stub has all that a guard uses. Where the incomplete package knows a type, the stub's is an alias of it,
// since a context.Context of the stub's own would not be that of net/http.
type stub struct {
	imports string
	types   map[string]string
	rest    string
}

var stubs = map[string]*stub{
	"sync": {
		types: map[string]string{"Mutex": "struct{ _ int }"},
		rest: `func OnceValue[T any](f func() T) func() T { return f }
func OnceValues[T, U any](f func() (T, U)) func() (T, U) { return f }
`,
	},
	"time": {
		types: map[string]string{"Time": "struct{ _ int }", "Duration": "int64", "Timer": "struct{ _ int }"},
		rest: `const ( Second Duration = 1e9; Minute Duration = 6e10 )
func Now() (t Time) { return }
func AfterFunc(d Duration, f func()) *Timer { return nil }
`,
	},
	"fmt": {
		rest: "func Sprintf(format string, a ...any) string { return format }\nfunc Errorf(format string, a ...any) error { return nil }\n",
	},
	"errors": {
		rest: "func New(text string) error { return nil }\n",
	},
	"log": {
		rest: "func Print(v ...any) {}\n",
	},
	"context": {
		imports: `import "time"`,
		types: map[string]string{
			"Context":    "interface { Deadline() (time.Time, bool); Done() <-chan struct{}; Err() error; Value(any) any }",
			"CancelFunc": "func()",
		},
		rest: `func Background() Context { return nil }
func WithoutCancel(Context) Context { return nil }
func WithTimeout(Context, time.Duration) (Context, CancelFunc) { return nil, nil }
var _ time.Duration
`,
	},
}

// The methods of types that are not aliases.
var stubMethods = map[string]string{
	"Mutex": "func (*Mutex) Lock() {}\nfunc (*Mutex) Unlock() {}\n",
	"Time": `func (t Time) Round(Duration) Time { return t }
func (t Time) Add(Duration) Time { return t }
func (t Time) After(Time) bool { return false }
func (t Time) IsZero() bool { return false }
`,
}

// stub returns a package that holds what guards use of the package at path.
func (p *Package) stub(path string) (*types.Package, error) {
	if pkg := p.stubbed[path]; pkg != nil {
		return pkg, nil
	}
	incomplete := indirect(p.Types, path, map[*types.Package]bool{})
	var b strings.Builder
	fmt.Fprintf(&b, "package %s\n%s\n", path, stubs[path].imports)
	body := stubs[path].rest
	aliases := false
	for name, def := range stubs[path].types { // order does not matter to the checker
		if incomplete != nil && incomplete.Scope().Lookup(name) != nil {
			body += fmt.Sprintf("type %s = known.%s\n", name, name)
			aliases = true
		} else {
			body += fmt.Sprintf("type %s %s\n%s", name, def, stubMethods[name])
		}
	}
	if aliases {
		b.WriteString("import known \"known\"\n")
	}
	b.WriteString(body)
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path+".go", b.String(), parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	conf := types.Config{Importer: importerFunc(func(imp string) (*types.Package, error) {
		if imp == "known" {
			return completed(incomplete), nil
		}
		return p.importer(nil).Import(imp)
	})}
	pkg, err := conf.Check(path, fset, []*ast.File{file}, nil)
	if err != nil {
		return nil, fmt.Errorf("checking the stub of %s: %w", path, err)
	}
	if p.stubbed == nil {
		p.stubbed = map[string]*types.Package{}
	}
	p.stubbed[path] = pkg
	return pkg, nil
}

// completed returns a package that the checker accepts for an incomplete one, with the names that are known.
func completed(pkg *types.Package) *types.Package {
	if pkg.Complete() {
		return pkg
	}
	full := types.NewPackage(pkg.Path(), pkg.Name())
	for _, name := range pkg.Scope().Names() {
		full.Scope().Insert(pkg.Scope().Lookup(name))
	}
	full.MarkComplete()
	return full
}

// indirect finds a package among the imports of imports.
func indirect(pkg *types.Package, path string, seen map[*types.Package]bool) *types.Package {
	if seen[pkg] {
		return nil
	}
	seen[pkg] = true
	for _, imp := range pkg.Imports() {
		if imp.Path() == path {
			return imp
		}
		if found := indirect(imp, path, seen); found != nil {
			return found
		}
	}
	return nil
}
