package stage

import (
	"go/ast"
	"go/constant"
	"go/types"
	"iter"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/faaslint/faaslint/internal/catalog"
)

// A Program is the fact of a package: what it, and all that it imports, asks for of what other packages register, and
// which modules they belong to. It is made from the facts of direct imports, which is all that go vet shows.
type Program struct {
	Drivers []string // database drivers, by name, sorted; "*" stands for any
	Mux     bool     // it serves net/http.DefaultServeMux, or may
	Modules []string // the modules of the code that is analysed: a workspace, or replace directives, can make them several
}

// AFact marks Program as a fact.
func (*Program) AFact() {}

func (p *Program) String() string {
	mux := ""
	if p.Mux {
		mux = " mux"
	}
	return "asks(" + strings.Join(p.Drivers, ",") + mux + ")"
}

const anyDriver = "*"

// programOf joins what the files of a package ask for with what its imports do.
func programOf(pass *analysis.Pass) *Program {
	p := &Program{}
	if m := pass.Module; m != nil && m.Path != "" && isOurs(pass) {
		p.Modules = []string{m.Path}
	}
	for _, imp := range pass.Pkg.Imports() {
		var q Program
		if pass.ImportPackageFact(imp, &q) {
			p.Drivers, p.Mux = append(p.Drivers, q.Drivers...), p.Mux || q.Mux
			p.Modules = append(p.Modules, q.Modules...)
		}
		switch imp.Path() {
		case "database/sql", "net/http":
			p.scan(pass, imp)
		}
	}
	slices.Sort(p.Drivers)
	slices.Sort(p.Modules)
	p.Drivers, p.Modules = slices.Compact(p.Drivers), slices.Compact(p.Modules)
	return p
}

// scan looks for sql.Open, and for servers without a handler of their own.
func (p *Program) scan(pass *analysis.Pass, imp *types.Package) {
	for _, f := range pass.Files {
		if strings.HasSuffix(pass.Fset.Position(f.FileStart).Filename, "_test.go") {
			continue
		}
		var stack []ast.Node
		ast.Inspect(f, func(n ast.Node) bool {
			if n == nil {
				stack = stack[:len(stack)-1]
				return true
			}
			stack = append(stack, n)
			id, ok := n.(*ast.Ident)
			if !ok {
				return true
			}
			if obj := pass.TypesInfo.Uses[id]; obj != nil && obj.Pkg() == imp && obj.Parent() == imp.Scope() {
				p.mention(pass.TypesInfo, obj.Name(), stack)
			}
			return true
		})
	}
}

// mention looks at one mention of a name of database/sql or net/http; the stack ends with it.
func (p *Program) mention(info *types.Info, name string, stack []ast.Node) {
	up := slices.Clone(stack[:len(stack)-1])
	at := ast.Node(stack[len(stack)-1])
	if sel, ok := parentOf(up).(*ast.SelectorExpr); ok && sel.Sel == at {
		at, up = sel, up[:len(up)-1]
	}
	call, _ := parentOf(up).(*ast.CallExpr)
	if call != nil && call.Fun != at {
		call = nil
	}
	switch name {
	case "Open":
		driver := anyDriver
		if call != nil && len(call.Args) > 0 {
			if v := info.Types[call.Args[0]].Value; v != nil && v.Kind() == constant.String {
				driver = constant.StringVal(v)
			}
		}
		p.Drivers = append(p.Drivers, driver)
	case "Drivers":
		p.Drivers = append(p.Drivers, anyDriver)
	case "DefaultServeMux":
		p.Mux = true
	case "ListenAndServe", "ListenAndServeTLS", "Serve", "ServeTLS":
		i := map[string]int{"ListenAndServe": 1, "ListenAndServeTLS": 3, "Serve": 1, "ServeTLS": 1}[name]
		p.Mux = p.Mux || call == nil || i >= len(call.Args) || info.Types[call.Args[i]].IsNil()
	case "Server":
		p.Mux = p.Mux || !isPointerOrServes(at, parentOf(up))
	}
}

func parentOf(nodes []ast.Node) ast.Node {
	if len(nodes) == 0 {
		return nil
	}
	return nodes[len(nodes)-1]
}

// isPointerOrServes recognises *http.Server and http.Server{Handler: h}.
func isPointerOrServes(at, up ast.Node) bool {
	switch up := up.(type) {
	case *ast.StarExpr:
		return true
	case *ast.CompositeLit:
		return up.Type == at && slices.ContainsFunc(up.Elts, func(e ast.Expr) bool {
			kv, ok := e.(*ast.KeyValueExpr)
			if !ok {
				return false
			}
			key, ok := kv.Key.(*ast.Ident)
			return ok && key.Name == "Handler"
		})
	}
	return false
}

// exportProgram exports the fact, unless there is nothing to say, and returns it.
func exportProgram(pass *analysis.Pass) *Program {
	p := programOf(pass)
	if len(p.Drivers)+len(p.Modules) > 0 || p.Mux {
		pass.ExportPackageFact(p)
	}
	return p
}

// An Unasked is an import, for its init alone, of a package that registers what nothing in the program asks for.
type Unasked struct {
	Spec *ast.ImportSpec
	Path string
	By   *catalog.Registration
}

// Unasked yields such imports of a main package, in source order: no other package knows the program.
func (r *Result) Unasked() iter.Seq[Unasked] {
	return func(yield func(Unasked) bool) {
		if r.pass == nil || r.pass.Pkg.Name() != "main" {
			return
		}
		p := programOf(r.pass)
		for _, f := range r.pass.Files {
			if strings.HasSuffix(r.pass.Fset.Position(f.FileStart).Filename, "_test.go") {
				continue
			}
			for _, spec := range f.Imports {
				path := strings.Trim(spec.Path.Value, "\"`")
				by := catalog.Default().Registers(path)
				if by == nil || spec.Name == nil || spec.Name.Name != "_" || p.asks(by) {
					continue
				}
				if !yield(Unasked{spec, path, by}) {
					return
				}
			}
		}
	}
}

func (p *Program) asks(by *catalog.Registration) bool {
	if by.Mux {
		return p.Mux
	}
	return slices.ContainsFunc(p.Drivers, func(name string) bool { return name == anyDriver || slices.Contains(by.Drivers, name) })
}
