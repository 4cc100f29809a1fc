package reach

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/packages"
)

// A shape is as much of a method as is compared: its name and how many parameters and results it has. Types would say
// more, but would have to be resolved in packages of which we have only types, and those without interfaces in bodies.
// For methods that serve requests, of which there are many with the same types, base has the names of these types.
type shape struct {
	name            string
	params, results int
	base            string
}

func methodShape(name string, t *ast.FuncType) shape {
	s := shape{name: name, params: t.Params.NumFields()}
	if t.Results != nil {
		s.results = t.Results.NumFields()
	}
	for _, f := range t.Params.List {
		for range max(1, len(f.Names)) {
			s.base += "," + baseName(f.Type)
		}
	}
	return s
}

// rough is the shape without the names of types.
func (s shape) rough() shape {
	s.base = ""
	return s
}

func baseName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return baseName(e.X)
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.Ident:
		return e.Name
	}
	return "?"
}

// interfaceShapes are the methods that an interface lists itself; what it embeds is a node or a package of its own.
func interfaceShapes(t *ast.InterfaceType) (list []shape) {
	for _, m := range t.Methods.List {
		if fn, ok := m.Type.(*ast.FuncType); ok {
			for _, name := range m.Names {
				list = append(list, methodShape(name.Name, fn))
			}
		}
	}
	return list
}

// A foreignFile is what matters in a file of another module.
type foreignFile struct {
	path   string
	shapes []shape
	byName bool
	err    error
}

// readForeign reads the sources of all packages that are not ours, for the interfaces in them. It is tempting to ask the
// types, but errors.Is and many others name the method that they look for in an interface within a function.
func (p *Program) readForeign() error {
	var files []foreignFile
	for _, path := range p.Packages() {
		if !p.IsOwn(path) {
			for _, name := range p.listed[path].GoFiles {
				files = append(files, foreignFile{path: name})
			}
		}
	}
	var wg sync.WaitGroup
	next := make(chan *foreignFile)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for f := range next {
				f.read()
			}
		})
	}
	for i := range files {
		next <- &files[i]
	}
	close(next)
	wg.Wait()
	p.shapes, p.byName = map[shape]bool{}, map[string]bool{"text/template": true, "net/rpc": true}
	byName := map[string]bool{}
	for _, f := range files {
		if f.err != nil {
			return fmt.Errorf("looking for interfaces: %w", f.err)
		}
		for _, s := range f.shapes {
			p.shapes[s], p.shapes[s.rough()] = true, true
		}
		byName[f.path] = f.byName
	}
	for path, pkg := range p.listed {
		if !p.IsOwn(path) && !p.Std(path) && slices.ContainsFunc(pkg.GoFiles, func(name string) bool { return byName[name] }) {
			p.byName[path] = true
		}
	}
	return nil
}

func (f *foreignFile) read() {
	src, err := os.ReadFile(f.path)
	if err != nil {
		f.err = err
		return
	}
	f.byName = bytes.Contains(src, []byte(".MethodByName(")) || bytes.Contains(src, []byte(".NumMethod()"))
	if !bytes.Contains(src, []byte("interface")) {
		return
	}
	file, err := parser.ParseFile(token.NewFileSet(), f.path, src, parser.SkipObjectResolution)
	if err != nil {
		f.err = err
		return
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if t, ok := n.(*ast.InterfaceType); ok {
			for _, s := range interfaceShapes(t) {
				if ast.IsExported(s.name) {
					f.shapes = append(f.shapes, s)
				}
			}
		}
		return true
	})
}

// callsByName reports whether a package, or one that is linked with it, may call methods that no interface names.
func (p *Program) callsByName(path string) bool {
	for linked := range p.Linked(path) {
		if p.byName[linked] {
			return true
		}
	}
	return false
}

// registries are functions by which a package makes itself known to others when it is imported.
var registries = []string{
	"sql.Register", "gob.Register", "gob.RegisterName", "image.RegisterFormat", "crypto.RegisterHash", "http.Handle", "http.HandleFunc",
	"expvar.Publish", "expvar.NewInt", "expvar.NewMap", "expvar.NewString", "prometheus.MustRegister", "prometheus.Register",
	"encoding.RegisterCodec", "encoding.RegisterCompressor", "resolver.Register", "balancer.Register", "mime.AddExtensionType", "zip.RegisterCompressor",
}

// Registers says where the packages that would be left out together with one make themselves known to others: what
// looks for them there would no longer find them. It gives "" when they do not.
func (p *Program) Registers(path string, kept func(path string) bool) string {
	for _, linked := range slices.Sorted(maps.Keys(p.Linked(path))) {
		pkg := p.listed[linked]
		if pkg == nil || kept(linked) {
			continue
		}
		if at := registersIn(pkg); at != "" {
			return at
		}
	}
	return ""
}

func registersIn(pkg *packages.Package) string {
	for _, name := range pkg.GoFiles {
		src, err := os.ReadFile(name)
		if err != nil {
			return name
		}
		mentions := slices.ContainsFunc(registries, func(fn string) bool { return bytes.Contains(src, []byte(fn+"(")) })
		if !mentions {
			continue
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
		if err != nil {
			return name
		}
		if at := registersAtStart(file); at.IsValid() {
			return fset.Position(at).String()
		}
	}
	return ""
}

// registersAtStart finds such a call in an init function or a package variable, not within a function that it only
// makes.
func registersAtStart(file *ast.File) (at token.Pos) {
	look := func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok {
			return false
		}
		if call, ok := n.(*ast.CallExpr); ok {
			if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
				if x, ok := sel.X.(*ast.Ident); ok && slices.Contains(registries, x.Name+"."+sel.Sel.Name) {
					at = call.Pos()
				}
			}
		}
		return true
	}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil && d.Name.Name == "init" && d.Body != nil {
				ast.Inspect(d.Body, look)
			}
		case *ast.GenDecl:
			if d.Tok == token.VAR {
				ast.Inspect(d, look)
			}
		}
	}
	return at
}

// Short is a package path as it is said in a line of limited width: without the host, and the version at its end.
func Short(path string) string {
	parts := strings.Split(path, "/")
	if len(parts) > 1 && len(parts[len(parts)-1]) > 1 && parts[len(parts)-1][0] == 'v' && strings.Trim(parts[len(parts)-1][1:], "0123456789") == "" {
		parts = parts[:len(parts)-1]
	}
	name := parts[len(parts)-1]
	if base, version, ok := strings.Cut(name, ".v"); ok && strings.Trim(version, "0123456789") == "" {
		name = base
	}
	return name
}
