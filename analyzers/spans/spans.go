// Package spans says where the spans of package trace belong: at calls that create or connect something, at the entries
// of handlers, at calls of stores, and at calls that encode or decode. It is no check: it runs for faaslint trace alone,
// and its diagnostics are records in JSON whose suggested fixes are the insertions.
package spans

import (
	"encoding/json"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/faaslint/faaslint/internal/stage"
	"github.com/faaslint/faaslint/rewrite"
	"github.com/faaslint/faaslint/trace"
)

// Path is the import path of the library, and Alias the name under which instrumented files import it. The name is what
// tells our spans from those that people wrote.
const (
	Path  = "github.com/faaslint/faaslint/trace"
	Alias = "faaslinttrace"
)

// A Record is one place for a span, or why there is none.
type Record struct {
	Kind trace.Kind `json:"kind"`
	Name string     `json:"name"`

	Import  bool   `json:"import,omitempty"`  // not a span: an import that the spans of the file need
	Handler string `json:"handler,omitempty"` // place it only if a package Serves the function with this full name
	Serves  string `json:"serves,omitempty"`  // not a span: full name of a function of another package that is a handler
	Left    string `json:"left,omitempty"`    // why there is no span
}

// The messages of the suggested fixes: the same span in both layouts.
const (
	SameLine = "same line" // rewrite.SameLine
	OwnLine  = "own line"  // rewrite.OwnLine
)

// Analyzer prints the records.
var Analyzer = &analysis.Analyzer{
	Name:     "spans",
	Doc:      "spans: where faaslint trace puts spans",
	URL:      "https://pkg.go.dev/github.com/faaslint/faaslint/analyzers/spans",
	Run:      run,
	Requires: []*analysis.Analyzer{stage.Analyzer},
}

func run(pass *analysis.Pass) (any, error) {
	if pass.Pkg.Path() == Path || strings.HasSuffix(pass.Pkg.Path(), "_test") {
		return nil, nil
	}
	base := &rewrite.Package{Fset: pass.Fset, Files: pass.Files, Types: pass.Pkg, Info: pass.TypesInfo, Read: pass.ReadFile}
	p := &placer{
		pass: pass, res: pass.ResultOf[stage.Analyzer].(*stage.Result),
		pkg:     &rewrite.SpanPackage{Package: base, Alias: Alias, Path: Path},
		entries: map[ast.Node]string{}, checks: map[string]string{}, stores: map[ast.Node]string{}, done: map[*ast.CallExpr]bool{},
		assigned: map[*types.Var]bool{},
	}
	for e := range p.res.Entries() {
		if e.Node != nil {
			p.entries[e.Node] = e.Name
		} else {
			p.report(pass.Files[0].Package, Record{Serves: e.Func.FullName()})
		}
	}
	for _, file := range pass.Files {
		p.noteChecks(file)
		p.noteAssigned(file)
	}
	for _, file := range pass.Files {
		if err := p.file(file); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// A placer finds the places of one package.
type placer struct {
	pass    *analysis.Pass
	res     *stage.Result
	pkg     *rewrite.SpanPackage
	entries map[ast.Node]string    // the functions of handlers, with the names of these
	checks  map[string]string      // methods that ask whether a connection works, by full name, to what it is
	stores  map[ast.Node]string    // functions that read lazily from a store
	done    map[*ast.CallExpr]bool // calls with a span
	extra   map[string]string      // imports of the file, by name

	assigned map[*types.Var]bool // that get a value after their definition
}

// file places the spans of one file: calls first, since they say which functions read lazily, then functions.
func (p *placer) file(file *ast.File) error {
	if err := p.pkg.Editable(file); err != nil {
		return nil // a test, generated, with cgo, or with spans already
	}
	p.extra = map[string]string{}
	root := inspector.New([]*ast.File{file}).Root()
	for cur := range root.Preorder((*ast.CallExpr)(nil)) {
		if err := p.call(cur); err != nil {
			return err
		}
	}
	for cur := range root.Preorder((*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)) {
		if err := p.function(cur.Node()); err != nil {
			return err
		}
	}
	p.extra[Alias] = Path
	for _, name := range slices.Sorted(maps.Keys(p.extra)) {
		if err := p.imports(file, name, p.extra[name]); err != nil {
			return err
		}
	}
	return nil
}

// imports records an import, which is wanted if any span of the file is.
func (p *placer) imports(file *ast.File, name, path string) error {
	same, err := p.pkg.Import(file, name, path, rewrite.SameLine)
	if err != nil {
		return err
	}
	own, err := p.pkg.Import(file, name, path, rewrite.OwnLine)
	if err != nil {
		return err
	}
	p.report(file.Package, Record{Import: true, Name: name}, fixes([]analysis.TextEdit{same}, []analysis.TextEdit{own})...)
	return nil
}

func fixes(same, own []analysis.TextEdit) []analysis.SuggestedFix {
	return []analysis.SuggestedFix{{Message: SameLine, TextEdits: same}, {Message: OwnLine, TextEdits: own}}
}

func (p *placer) report(pos token.Pos, rec Record, fixes ...analysis.SuggestedFix) {
	text, err := json.Marshal(rec)
	if err != nil {
		panic("a record cannot be encoded: " + err.Error())
	}
	p.pass.Report(analysis.Diagnostic{Pos: pos, End: pos, Category: "spans", Message: string(text), SuggestedFixes: fixes})
}
