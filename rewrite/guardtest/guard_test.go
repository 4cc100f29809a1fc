// Package guardtest runs what rewrite writes: both guards, with and without a probe, for one object and for one of each kind, under the race detector.
package guardtest

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/faaslint/faaslint/rewrite"
	"golang.org/x/tools/go/analysis"
)

// A variant is one way to write the guard, and what its tests need to know of it.
type variant struct {
	name   string
	form   rewrite.Form
	probe  string
	reset  string
	shared bool
	keyed  bool
}

var variants = []variant{
	{name: "mutex", form: rewrite.Mutex, reset: "dbKept = nil"},
	{name: "mutexprobe", form: rewrite.Mutex, probe: "x.Ping()", reset: "dbKept, dbUntil = nil, time.Time{}"},
	{name: "shared", form: rewrite.Shared, reset: "dbNow = nil", shared: true},
	{name: "sharedprobe", form: rewrite.Shared, probe: "x.Ping()", reset: "dbNow, dbUntil = nil, time.Time{}", shared: true},
	{name: "mutexkeyed", form: rewrite.Mutex, probe: "x.Ping()", reset: "clear(dbKept); clear(dbUntil)", keyed: true},
	{name: "sharedkeyed", form: rewrite.Shared, probe: "x.Ping()", reset: "clear(dbNow); clear(dbUntil)", shared: true, keyed: true},
	{name: "sharedkeyedplain", form: rewrite.Shared, reset: "clear(dbNow)", shared: true, keyed: true},
}

func TestGuards(t *testing.T) {
	if testing.Short() {
		t.Skip("builds seven packages with the race detector")
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), "module guarded\n\ngo 1.26.0\n")
	for _, v := range variants {
		emit(t, filepath.Join(dir, v.name), v)
	}
	out, err := goTest(dir, "-race")
	if strings.Contains(out, "-race requires cgo") {
		t.Log("no race detector here")
		out, err = goTest(dir)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Log(out)
}

func goTest(dir string, flags ...string) (string, error) {
	cmd := exec.Command("go", append(append([]string{"test", "-count=1", "-timeout=120s"}, flags...), "./...")...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// emit writes one package: the fake server and the tests as they are, the caller as rewritten.
func emit(t *testing.T, dir string, v variant) {
	files := []string{"db.go", "use_test.go"}
	if v.keyed {
		files = append(files, "keyed_test.go")
	}
	for _, name := range files {
		write(t, filepath.Join(dir, name), string(read(t, name)))
	}
	write(t, filepath.Join(dir, "use.go"), hoisted(t, v))
	imports := ""
	if v.probe != "" {
		imports = "import \"time\"\n\nvar _ time.Time\n\n"
	}
	write(t, filepath.Join(dir, "reset_test.go"), fmt.Sprintf("package guarded\n\n%sconst shared, probes = %v, %v\n\nfunc reset() { %s }\n",
		imports, v.shared, v.probe != "", v.reset))
}

// hoisted returns the caller with its dial hoisted.
func hoisted(t *testing.T, v variant) string {
	fset := token.NewFileSet()
	p := &rewrite.Package{Fset: fset, Read: func(name string) ([]byte, error) { return read(t, name), nil }}
	source := "use.go"
	if v.keyed {
		source = "keyed.go"
	}
	for _, name := range []string{"db.go", source} {
		f, err := parser.ParseFile(fset, name, read(t, name), parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		p.Files = append(p.Files, f)
	}
	p.Info = &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}, Types: map[ast.Expr]types.TypeAndValue{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, Scopes: map[ast.Node]*types.Scope{}, Implicits: map[ast.Node]types.Object{}}
	conf := types.Config{Importer: importer.ForCompiler(fset, "source", nil)}
	var err error
	if p.Types, err = conf.Check("guarded", fset, p.Files, p.Info); err != nil {
		t.Fatal(err)
	}
	edits, err := p.Hoist(rewrite.Object{Calls: dials(p.Files[1]), What: "db", Form: v.form, Fallible: true, Close: []string{"Close"},
		Probe: v.probe, Returned: true, Keyed: v.keyed})
	if err != nil {
		t.Fatal(err)
	}
	return apply(fset.File(p.Files[1].FileStart), read(t, source), edits)
}

func dials(f *ast.File) (calls []*ast.CallExpr) {
	ast.Inspect(f, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if id, ok := call.Fun.(*ast.Ident); ok && id.Name == "dial" {
				calls = append(calls, call)
			}
		}
		return true
	})
	return calls
}

func apply(tok *token.File, text []byte, edits []analysis.TextEdit) string {
	for _, e := range slices.Backward(edits) {
		text = slices.Concat(text[:tok.Offset(e.Pos)], e.NewText, text[tok.Offset(e.End):])
	}
	return string(text)
}

func read(t *testing.T, name string) []byte {
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func write(t *testing.T, name, text string) {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
