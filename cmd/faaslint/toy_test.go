package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/faaslint/faaslint/analyzers/reuse"
)

// The stories about fixes use a toy check whose findings and fixes stand in the source as comments, so that every
// conflict and every broken fix can be had at will:
//
//	//toy:replace OLD => NEW     the fix removes this line and replaces OLD by NEW in the next that is code
//	//toy:refuse CODE why        a finding without a fix
//	//toy:fail message           the check itself fails
//	//toy:sleep now              the check takes its time
//
// and a toy of reuse: functions called Handle… pay for calls of functions marked //toy:helper.
func toySuite() suite {
	toy := &analysis.Analyzer{
		Name:       "toy",
		Doc:        "toy: report what comments ask for\n\nBefore:\n\n\tone\n\nAfter:\n\n\ttwo",
		URL:        "https://example.com/toy",
		FactTypes:  []analysis.Fact{new(costly)},
		ResultType: reflect.TypeFor[[]analysis.Diagnostic](),
		Run:        runToy,
	}
	records := &analysis.Analyzer{
		Name:     "records",
		Doc:      "records: for the command line",
		Requires: []*analysis.Analyzer{toy},
		Run: func(pass *analysis.Pass) (any, error) {
			for _, d := range pass.ResultOf[toy].([]analysis.Diagnostic) {
				pass.Report(d)
			}
			return nil, nil
		},
	}
	return suite{checks: []*analysis.Analyzer{toy}, records: records}
}

// costly marks a helper that builds something anew on each call.
type costly struct{ Offer string }

func (*costly) AFact()           {}
func (c *costly) String() string { return "costly(" + c.Offer + ")" }

func runToy(pass *analysis.Pass) (any, error) {
	t := &toyPass{Pass: pass}
	for _, file := range pass.Files {
		content, err := pass.ReadFile(pass.Fset.PositionFor(file.Pos(), false).Filename)
		if err != nil {
			return nil, err
		}
		for _, group := range file.Comments {
			for _, comment := range group.List {
				if err := t.comment(comment, content); err != nil {
					return nil, err
				}
			}
		}
		t.mark(file)
	}
	for _, file := range pass.Files {
		t.calls(file)
	}
	return t.records, nil
}

type toyPass struct {
	*analysis.Pass
	records []analysis.Diagnostic
}

func (t *toyPass) comment(c *ast.Comment, content []byte) error {
	verb, args, _ := strings.Cut(c.Text, " ")
	d := analysis.Diagnostic{Pos: c.Pos(), End: c.End(), Message: args}
	switch verb {
	case "//toy:fail":
		return fmt.Errorf("%s", args)
	case "//toy:sleep":
		time.Sleep(3 * time.Second)
		return nil
	case "//toy:refuse":
		code, why, _ := strings.Cut(args, " ")
		d.Message = why
		d.Related = []analysis.RelatedInformation{
			{Pos: c.Pos(), Message: "on the way"},
			{Pos: c.Pos(), Message: refusalPrefix + why + " (" + code + ")"},
		}
	case "//toy:replace":
		old, text, _ := strings.Cut(args, " => ")
		file := t.Fset.File(c.Pos())
		if edits := replaceBelow(file, file.Offset(c.End()), content, old, text); edits != nil {
			line := analysis.TextEdit{Pos: c.Pos(), End: c.End() + 1}
			d.SuggestedFixes = []analysis.SuggestedFix{
				{Message: "Replace it", TextEdits: append(edits, line)},
				{Message: "Second choice", TextEdits: []analysis.TextEdit{line}},
			}
		}
	default:
		return nil
	}
	t.Report(d)
	return nil
}

// replaceBelow replaces old in the first line below offset that is no directive.
func replaceBelow(file *token.File, offset int, content []byte, old, text string) []analysis.TextEdit {
	for line := range strings.Lines(string(content[offset:])) {
		if i := strings.Index(line, old); i >= 0 && !strings.Contains(line, "//toy:") {
			pos := file.Pos(offset + i)
			return []analysis.TextEdit{{Pos: pos, End: pos + token.Pos(len(old)), NewText: []byte(text)}}
		}
		if s := strings.TrimSpace(line); s != "" && !strings.HasPrefix(s, "//toy:") {
			return nil
		}
		offset += len(line)
	}
	return nil
}

// mark exports the facts of helpers, and of functions that hand on what helpers build.
func (t *toyPass) mark(file *ast.File) {
	for _, decl := range file.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok || fn.Doc == nil {
			continue
		}
		for _, c := range fn.Doc.List {
			if c.Text != "//toy:helper" && c.Text != "//toy:forwards" {
				continue
			}
			obj := t.TypesInfo.Defs[fn.Name].(*types.Func)
			offer := offerOf(t.Fset, obj)
			t.ExportObjectFact(obj, &costly{offer})
			if c.Text == "//toy:helper" {
				t.record(c, reuse.Record{Kind: reuse.Offers, Offer: offer},
					keep(c, "mutex"), keep(c, "shared"))
			}
		}
	}
}

func offerOf(fset *token.FileSet, fn *types.Func) string {
	p := fset.Position(fn.Pos())
	return fmt.Sprintf("%s#%s:%d", fn.FullName(), filepath.Base(p.Filename), p.Line)
}

func keep(c *ast.Comment, form string) analysis.SuggestedFix {
	return analysis.SuggestedFix{Message: form, TextEdits: []analysis.TextEdit{
		{Pos: c.Pos(), End: c.End(), NewText: []byte("// kept: " + form)},
	}}
}

func (t *toyPass) record(at ast.Node, r reuse.Record, fixes ...analysis.SuggestedFix) {
	text, err := json.Marshal(r)
	if err != nil {
		panic(err)
	}
	t.records = append(t.records, analysis.Diagnostic{Pos: at.Pos(), End: at.End(), Message: string(text), SuggestedFixes: fixes})
}

func (t *toyPass) calls(file *ast.File) {
	for _, decl := range file.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		ast.Inspect(fn, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			fact := new(costly)
			if callee := typeutil.StaticCallee(t.TypesInfo, call); callee != nil && t.ImportObjectFact(callee, fact) {
				t.call(fn, call, fact.Offer)
			}
			return true
		})
	}
}

func (t *toyPass) call(fn *ast.FuncDecl, call *ast.CallExpr, offer string) {
	doc := ""
	if fn.Doc != nil {
		for _, c := range fn.Doc.List {
			doc += c.Text + "\n"
		}
	}
	in := t.TypesInfo.Defs[fn.Name].(*types.Func)
	closing := deferIn(fn)
	inTest := strings.HasSuffix(t.Fset.Position(fn.Pos()).Filename, "_test.go")
	switch {
	case strings.Contains(doc, "//toy:forwards"):
		t.record(call, reuse.Record{Kind: reuse.Forwards, Offer: offer, In: in.FullName(), To: offerOf(t.Fset, in)})
		return
	case inTest && closing != nil:
		t.record(call, reuse.Record{Kind: reuse.Refuses, Offer: offer, Code: "test-closes", Why: "a test closes it"})
		return
	}
	if strings.HasPrefix(fn.Name.Name, "Handle") {
		t.Report(analysis.Diagnostic{Pos: call.Pos(), End: call.End(), Message: "built on every request",
			Related: []analysis.RelatedInformation{{Pos: call.Pos(), Message: refusalPrefix + "a helper builds it (helper)"}}})
		form := "mutex"
		if strings.Contains(doc, "//toy:shared") {
			form = "shared"
		}
		t.record(call, reuse.Record{Kind: reuse.Pays, Offer: offer, In: in.FullName(), Text: "built on every request", Form: form})
	}
	var fixes []analysis.SuggestedFix
	if closing != nil {
		fixes = append(fixes, analysis.SuggestedFix{Message: "drop the Close", TextEdits: []analysis.TextEdit{
			{Pos: closing.Pos(), End: closing.End(), NewText: []byte("_ = 0")},
		}})
	}
	t.record(call, reuse.Record{Kind: reuse.Consents, Offer: offer, In: in.FullName()}, fixes...)
}

func deferIn(fn *ast.FuncDecl) (found ast.Node) {
	ast.Inspect(fn, func(n ast.Node) bool {
		if d, ok := n.(*ast.DeferStmt); ok {
			found = d
		}
		return true
	})
	return found
}
