package stage

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/ctrlflow"
	"golang.org/x/tools/go/ssa"
)

// A memory holds packages that are analysed one after another, each from text, without a driver. Facts go from one
// to the next as bytes, as they do under go vet.
type memory struct {
	t     testing.TB
	fset  *token.FileSet
	pkgs  map[string]*types.Package
	facts map[types.Object]map[reflect.Type][]byte
}

// exports reads what the tests import, the standard library and dependencies of ours, from the build cache. Nothing that
// it reads is ever changed, so that all memories share it.
var exports = sync.OnceValue(func() types.Importer {
	out, err := exec.Command("go", "list", "-e", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}", "../../...").Output()
	if err != nil {
		panic("go list: " + err.Error())
	}
	files := map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), " ")
		files[path] = file
	}
	return importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		if files[path] == "" {
			return nil, fmt.Errorf("no export data of %s", path)
		}
		return os.Open(files[path])
	})
})

func newMemory(t testing.TB) *memory {
	return &memory{t: t, fset: token.NewFileSet(), pkgs: map[string]*types.Package{}, facts: map[types.Object]map[reflect.Type][]byte{}}
}

// Import implements types.Importer.
func (m *memory) Import(path string) (*types.Package, error) {
	if pkg := m.pkgs[path]; pkg != nil {
		return pkg, nil
	}
	return exports().Import(path)
}

// add analyses a package of one file, with debug set: a panic of the analysis fails the test.
func (m *memory) add(path, src string) *Result {
	m.t.Helper()
	f, err := parser.ParseFile(m.fset, "/src/"+path+"/"+path+".go", src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		m.t.Fatal(err)
	}
	return m.analyze(m.pass(path, f))
}

// addFolder analyses a package of files on disk, without its tests.
func (m *memory) addFolder(path, dir string) *Result {
	m.t.Helper()
	return m.analyze(m.pass(path, m.parse(dir)...))
}

func (m *memory) parse(dir string) (files []*ast.File) {
	m.t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(names) == 0 {
		m.t.Fatal("no files in", dir, err)
	}
	for _, name := range names {
		if matched, _ := filepath.Match("*_test.go", filepath.Base(name)); matched {
			continue
		}
		f, err := parser.ParseFile(m.fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			m.t.Fatal(err)
		}
		files = append(files, f)
	}
	return files
}

func (m *memory) analyze(pass *analysis.Pass) *Result {
	m.t.Helper()
	debug = true
	defer func() { debug = false }()
	res, err := run(pass)
	if err != nil {
		m.t.Fatal(err)
	}
	return res.(*Result)
}

// pass type-checks a package and does what a driver does before it runs our analyzer.
func (m *memory) pass(path string, files ...*ast.File) *analysis.Pass {
	m.t.Helper()
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Instances: map[*ast.Ident]types.Instance{},
		Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}, Implicits: map[ast.Node]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, Scopes: map[ast.Node]*types.Scope{}, FileVersions: map[*ast.File]string{},
	}
	conf := &types.Config{Importer: m, GoVersion: "go1.26"}
	pkg, err := conf.Check(path, m.fset, files, info)
	if err != nil {
		m.t.Fatal(err)
	}
	m.pkgs[path] = pkg
	pass := &analysis.Pass{
		Fset: m.fset, Files: files, Pkg: pkg, TypesInfo: info, TypesSizes: types.SizesFor("gc", "amd64"),
		ResultOf: map[*analysis.Analyzer]any{}, ExportObjectFact: m.export, ImportObjectFact: m.read,
		ExportPackageFact: func(analysis.Fact) {}, ImportPackageFact: func(*types.Package, analysis.Fact) bool { return false },
		Report: func(d analysis.Diagnostic) { m.t.Errorf("the stage pass reports: %s", d.Message) },
	}
	for _, a := range ctrlflow.Analyzer.Requires {
		m.runInto(pass, a)
	}
	m.runInto(pass, ctrlflow.Analyzer)
	m.runInto(pass, ssaAnalyzer)
	pass.Analyzer = Analyzer
	return pass
}

func (m *memory) runInto(pass *analysis.Pass, a *analysis.Analyzer) {
	m.t.Helper()
	pass.Analyzer = a
	res, err := a.Run(pass)
	if err != nil {
		m.t.Fatal(err)
	}
	pass.ResultOf[a] = res
}

func (m *memory) export(obj types.Object, f analysis.Fact) {
	var buf bytes.Buffer
	if err := gob.NewEncoder(&buf).Encode(f); err != nil {
		m.t.Fatalf("%s: fact %v: %v", obj, f, err)
	}
	if m.facts[obj] == nil {
		m.facts[obj] = map[reflect.Type][]byte{}
	}
	m.facts[obj][reflect.TypeOf(f)] = buf.Bytes()
}

func (m *memory) read(obj types.Object, f analysis.Fact) bool {
	data, ok := m.facts[obj][reflect.TypeOf(f)]
	if ok {
		if err := gob.NewDecoder(bytes.NewReader(data)).Decode(f); err != nil {
			m.t.Fatalf("%s: %v", obj, err)
		}
	}
	return ok
}

// exported is the fact of a function or method, by FullName; nil for none.
func (m *memory) exported(fullName string) *Summary {
	for obj := range m.facts {
		if fn, ok := obj.(*types.Func); ok && fn.FullName() == fullName {
			r := new(Record)
			if m.read(obj, r) {
				return r.summary()
			}
		}
	}
	return nil
}

// encoded is the bytes of each fact, by the object and its place.
func (m *memory) encoded() map[string]string {
	byName := map[string]string{}
	for obj, facts := range m.facts {
		for typ, data := range facts {
			byName[fmt.Sprint(obj, " ", m.fset.Position(obj.Pos()), " ", typ)] = string(data)
		}
	}
	return byName
}

// shown decodes the bytes of a summary for people.
func shown(data string) string {
	r := new(Record)
	if err := gob.NewDecoder(strings.NewReader(data)).Decode(r); err != nil {
		return fmt.Sprintf("%q", data)
	}
	text, err := unpack(r.text)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// function finds a declared function or method of an analysed package by its name.
func function(t testing.TB, e *engine, name string) *ssa.Function {
	t.Helper()
	for _, fn := range e.funcs {
		if fn.Name() == name && fn.Parent() == nil {
			return fn
		}
	}
	t.Fatal("no function", name)
	return nil
}
