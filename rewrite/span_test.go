package rewrite

import (
	"bytes"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
)

// Each source is given spans around all calls of f and g and in all functions, in both layouts: the result must parse,
// keep each line that it had in the layout that promises it, and be the source again when they are removed.
var spanSources = map[string]string{
	"plain": "package p\n\nimport (\n\t\"fmt\"\n)\n\nfunc f() int { return 1 }\n\nfunc h() {\n\tfmt.Println(f())\n}\n",

	"no imports":       "package p\n\nfunc f() int { return 1 }\n",
	"nothing between":  "package p\nfunc f() int { return 1 }\n",
	"one line":         "package p; func f() int { return 1 }",
	"no end of line":   "package p\n\nfunc f() int {\n\treturn 1 }",
	"comments":         "// Package p.\npackage p // why\n\n// f is f.\nfunc f() int { // one\n\t// two\n\treturn 1 // three\n}\n",
	"block comments":   "package p /* a\nb */\n\nfunc f() int { /* c\nd */ return 1 /* e */ }\n",
	"single import":    "package p\n\nimport \"fmt\"\n\nvar _ = fmt.Sprint(f())\n\nfunc f() int { return 1 }\n",
	"several imports":  "package p\n\nimport \"fmt\" // first\nimport (\n\t\"os\"\n) // last\n\nvar _, _ = fmt.Sprint(), os.Args\n\nfunc f() int { return 1 }\n",
	"import on a line": "package p; import \"fmt\"; var _ = fmt.Sprint(f())\nfunc f() int { return 1 }\n",
	"carriage returns": "package p\r\n\r\nimport \"fmt\"\r\n\r\nfunc f() int {\r\n\tfmt.Println(`a\r\nb`)\r\n\treturn 1\r\n}\r\n\r\nvar x = f()\r\n",
	"returns only":     "package p\r\n\r\nfunc f() int {\r\n\treturn 1\r\n}\r\n",
	"empty":            "package p\n\nfunc f() int { return h() }\n\nfunc h() int {\n\tk()\n\treturn 0\n}\n\nfunc k() {}\n\nfunc l() {\n}\n",
	"spaces":           "package p\n\nfunc f() int {   \n    return 1\n  }\nfunc h() {\n    for {\n        _ = f( /* no */ )\n    }\n}\n",
	"nested":           "package p\n\nfunc f(x ...int) int { return f(f(1), f())+f(f(f())) }\n",
	"pairs":            "package p\n\nimport \"os\"\n\nfunc g() (*os.File, error) { return os.Open(\"x\") }\n\nfunc h() error {\n\tif x, err := g(); err != nil {\n\t\treturn x.Close()\n\t}\n\treturn nil\n}\n\nvar a, b = g()\n",
	"literals":         "package p\n\nvar f = func() int { return 1 }\n\nfunc h() {\n\tfunc() {\n\t\t_ = f()\n\t}()\n\tgo func() { f() }()\n}\n",
	"generic":          "package p\n\nfunc g[T any](t T) (T, error) { return t, nil }\n\nfunc h[T any](t T) (T, error) { return g(t) }\n\nvar a, b = g(\"x\")\n",
	"multi-line":       "package p\n\nfunc f(x int) int {\n\treturn f(\n\t\t1, // one\n\t)\n}\n\nvar (\n\ta = f(2) // a\n\tbb = f(3) // bb\n)\n",
	"unicode":          "package p\n\n// é\nfunc f(ü string) int { return f(\"日本\") }\n",
	"method":           "package p\n\ntype t struct{}\n\nfunc (t) f() t { return t{} }\n\nvar x = t{}.f().f()\n",
}

func TestSpansComeAndGo(t *testing.T) {
	for name, src := range spanSources {
		for _, layout := range []Layout{SameLine, OwnLine} {
			p, file := parseSpans(t, src)
			out, n := addSpans(t, p, file, src, layout)
			if n == 0 {
				t.Errorf("%s: nothing was added", name)
			}
			if _, err := parser.ParseFile(token.NewFileSet(), name, out, 0); err != nil {
				t.Errorf("%s: %v:\n%s", name, err, out)
				continue
			}
			if layout == SameLine && strings.Count(out, "\n") != strings.Count(src, "\n") {
				t.Errorf("%s: lines have moved:\n%s", name, out)
			}
			back, changed, err := RemoveSpans(name, []byte(out), "tr")
			if err != nil || !changed || string(back) != src {
				t.Errorf("%s, layout %d: %v\n%s\ncame back as\n%q\nnot as\n%q", name, layout, err, out, back, src)
			}
		}
	}
}

func parseSpans(t *testing.T, src string) (*SpanPackage, *ast.File) {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatalf("%v:\n%s", err, src)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Scopes: map[ast.Node]*types.Scope{}, Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}}
	conf := types.Config{Importer: importer.ForCompiler(fset, "source", nil), Error: func(error) {}}
	pkg, _ := conf.Check("p", fset, []*ast.File{file}, info) // an unused import is no matter
	base := &Package{Fset: fset, Files: []*ast.File{file}, Types: pkg, Info: info, Read: func(string) ([]byte, error) { return []byte(src), nil }}
	return &SpanPackage{Package: base, Alias: "tr", Path: "example.com/tr"}, file
}

// addSpans inserts in the order of the places; of two at one place the outer call, which is found first, opens first and
// closes last.
func addSpans(t *testing.T, p *SpanPackage, file *ast.File, src string, layout Layout) (out string, n int) {
	t.Helper()
	if err := p.Editable(file); err != nil {
		t.Fatal(err)
	}
	first := must(t)(p.Import(file, "tr", "example.com/tr", layout))
	opens, closes := []analysis.TextEdit{first}, []analysis.TextEdit{}
	ast.Inspect(file, func(node ast.Node) bool {
		var body *ast.BlockStmt
		switch node := node.(type) {
		case *ast.FuncDecl:
			body = node.Body
		case *ast.FuncLit:
			body = node.Body
		case *ast.CallExpr:
			edits, imports, err := p.Around(node, `tr.Start(nil, tr.Create, "x")`)
			if _, refused := err.(*Refusal); refused {
				return true // h() has no result
			}
			if err != nil || len(imports) > 0 {
				t.Fatal(err, imports)
			}
			if tuple, ok := p.Info.TypeOf(node).(*types.Tuple); ok && tuple.Len() == 0 {
				t.Fatal("a call without a result was measured")
			}
			n++
			opens = append(opens, edits[0])
			closes = append([]analysis.TextEdit{edits[1]}, closes...)
		}
		if body != nil {
			n++
			opens = append(opens, must(t)(p.Enter(body, `defer tr.Start(nil, tr.Store, "x").End()`, layout)))
		}
		return true
	})
	text, err := apply(p.Fset.File(file.FileStart), []byte(src), append(closes, opens...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text), n
}

func must(t *testing.T) func(analysis.TextEdit, error) analysis.TextEdit {
	return func(e analysis.TextEdit, err error) analysis.TextEdit {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
}

// A type is spelled as the file sees it, with an import if need be, and not at all if it has no name there.
func TestSpelledTypes(t *testing.T) {
	for name, c := range map[string]struct{ src, want, imports, refusal string }{
		"import":  {src: "import \"os\"\nvar a, b = os.Open(\"\")", want: "Pair[*os.File, error]"},
		"renamed": {src: "import o \"os\"\nvar a, b = o.Open(\"\")", want: "Pair[*o.File, error]"},
		"shadowed": {src: "import \"os\"\nfunc f() { open := os.Open; os := 1; _ = os; a, b := open(\"\"); _, _ = a, b }",
			refusal: LocalType},
		"not imported":  {src: "import \"os\"\nfunc f(i os.FileInfo) { a, b := i.Sys().(interface{ F() (int, error) }).F(); _, _ = a, b }", want: "Pair[int, error]"},
		"other package": {src: "import \"os\"\nvar a, b = os.Stdin.SyscallConn()", want: "Pair[tr_syscall.RawConn, error]", imports: "syscall"},
		"local type":    {src: "import _ \"os\"\nfunc f() { type t int; g := func() (t, error) { return 0, nil }; a, b := g(); _, _ = a, b }", refusal: LocalType},
		"parameter":     {src: "func g[T any]() (T, error) { panic(0) }\nfunc f[T any]() { a, b := g[T](); _, _ = a, b }", want: "Pair[T, error]"},
		"no result":     {src: "func g() {}\nfunc f() { g() }", refusal: NotAnObject},
		"three results": {src: "func g() (a, b, c int) { return }\nfunc f() { g() }", refusal: NotAnObject},
	} {
		p, file := parseSpans(t, "package p\n"+c.src+"\n")
		var call *ast.CallExpr // the last
		ast.Inspect(file, func(n ast.Node) bool {
			if n, ok := n.(*ast.CallExpr); ok && (call == nil || n.End() > call.End()) && !strings.HasSuffix(types.ExprString(n), "Sys()") {
				call = n
			}
			return true
		})
		edits, imports, err := p.Around(call, "s")
		if c.refusal != "" {
			if r, ok := err.(*Refusal); !ok || r.Code != c.refusal {
				t.Errorf("%s: %v, want %s", name, err, c.refusal)
			}
			continue
		}
		if err != nil || !bytes.Contains(edits[0].NewText, []byte(c.want)) {
			t.Errorf("%s: %v: %v", name, edits, err)
		}
		if c.imports != "" && imports["tr_syscall"] != c.imports || c.imports == "" && len(imports) > 0 {
			t.Errorf("%s: imports %v", name, imports)
		}
	}
}

// What people wrote with the library stays, and what they wrote with our name is their business to remove.
func TestRemoveKeepsOthers(t *testing.T) {
	const own = "package p\n\nimport \"example.com/tr\"\n\nfunc f() {\n\tdefer tr.Start(nil, tr.Create, \"x\").End()\n}\n"
	if out, changed, err := RemoveSpans("p.go", []byte(own), "tr"); err != nil || changed || string(out) != own {
		t.Errorf("%v %v\n%s", changed, err, out)
	}
	for _, src := range []string{
		"package p\n\nimport tr \"example.com/tr\"\n\nvar x = tr.Start(nil, tr.Create, \"x\")\n",
		"package p\n\nimport tr \"example.com/tr\"\n\nvar x = tr.Value(nil, f())\n",
	} {
		if _, changed, err := RemoveSpans("p.go", []byte(src), "tr"); err == nil || changed || !strings.Contains(err.Error(), "p.go:5:9: tr is used otherwise") {
			t.Errorf("%v:\n%s", err, src)
		}
	}
	if _, _, err := RemoveSpans("p.go", []byte("package p; import tr"), "tr"); err == nil {
		t.Error("what does not parse gives no error")
	}
}

func TestEditableForSpans(t *testing.T) {
	for src, code := range map[string]string{
		"package p\n\nvar tr = 1\n":                           Shadowed,
		"// Code generated by x. DO NOT EDIT.\n\npackage p\n": Generated,
		"//line x.y:1\npackage p\n":                           LineDirective,
		"package p\n\nimport \"C\"\n":                         Cgo,
	} {
		p, file := parseSpans(t, src)
		if r, ok := p.Editable(file).(*Refusal); !ok || r.Code != code {
			t.Errorf("%v for\n%s", p.Editable(file), src)
		}
	}
}
