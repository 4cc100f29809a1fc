package reuse

import (
	_ "embed"
	"fmt"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/faaslint/faaslint/analyzers/words"
	"github.com/faaslint/faaslint/internal/catalog"
	"github.com/faaslint/faaslint/internal/stage"
	"github.com/faaslint/faaslint/rewrite"
)

//go:embed doc.go
var pages string

// Analyzer reports per-request initialisation.
var Analyzer = &analysis.Analyzer{
	Name:       "reuse",
	Doc:        words.Page(pages, "reuse"),
	URL:        "https://pkg.go.dev/github.com/faaslint/faaslint/analyzers/reuse",
	Run:        run,
	Requires:   []*analysis.Analyzer{stage.Analyzer},
	ResultType: reflect.TypeFor[*rows](),
}

// The sections of the page that findings lead to. Without them an editor would make an anchor of the category, and
// pkg.go.dev, which makes the anchors, has none of that name.
const (
	aboutFindings   = "#hdr-Analyzer_reuse"
	aboutDirectives = "#hdr-Directives"
)

// rows are the reported rows and what becomes of each.
type rows struct {
	uses     []*stage.Use
	verdicts map[*stage.Use]verdict
	pkg      *rewrite.Package
}

// Rewriter is what wrote the fixes: a check that writes more of them for the package goes on with it, so that both do not
// give out the same names and places.
func (r *rows) Rewriter() *rewrite.Package { return r.pkg }

func run(pass *analysis.Pass) (_ any, err error) {
	defer words.Recovered(&err)
	res := pass.ResultOf[stage.Analyzer].(*stage.Result)
	out := &rows{}
	needed := map[token.Pos]bool{}
	for use := range res.Uses() {
		if use.Runs != stage.Request || use.Could == stage.Request {
			continue
		}
		if ignore := res.Silenced(pass.Fset, "reuse", use.Pos); ignore != nil {
			needed[ignore.Pos] = true
			continue
		}
		out.uses = append(out.uses, use)
	}
	reportDirectives(pass, res, needed)
	fixer := newFixer(pass, res)
	out.uses, out.verdicts = fixer.settle(out.uses)
	out.pkg = fixer.pkg
	for _, use := range out.uses {
		pass.Report(diagnose(use, out.verdicts[use], res))
	}
	return out, nil
}

// reportDirectives reports the directives that cannot be read, and those that silence nothing.
func reportDirectives(pass *analysis.Pass, res *stage.Result, needed map[token.Pos]bool) {
	for _, p := range res.Problems {
		pass.Report(analysis.Diagnostic{Pos: p.Pos, Category: "directive", URL: aboutDirectives, Message: p.Err.Error()})
	}
	for _, g := range res.Ignores {
		if g.Check == "reuse" && !needed[g.Pos] {
			pass.Report(analysis.Diagnostic{Pos: g.Pos, Category: "directive", URL: aboutDirectives, Message: "this faaslint:ignore is unused: it silences nothing"})
		}
	}
}

func message(use *stage.Use) string {
	reached := ""
	if use.Op.Partly {
		reached = " that gets here"
	}
	if use.Built != nil {
		return fmt.Sprintf("%s %s on every request of %s%s; what it needs is known at start-up",
			types.ExprString(use.Call.Fun), does(use.Parts), words.List(words.Names(use.Handlers), "and"), reached)
	}
	return fmt.Sprintf("%s is %s on every request of %s%s%s; %s",
		use.Op.What, use.Op.Verb(), words.List(words.Names(use.Handlers), "and"), reached, words.Elsewhere(use), loss(use.Op))
}

// diagnose makes a diagnostic of a row of the table.
func diagnose(use *stage.Use, v verdict, res *stage.Result) analysis.Diagnostic {
	d := analysis.Diagnostic{
		Pos: use.Pos, End: use.End, Category: "reuse", URL: aboutFindings, Message: message(use),
	}
	for _, step := range use.Path {
		if step.Pos.IsValid() && step.Pos != use.Pos {
			d.Related = append(d.Related, analysis.RelatedInformation{Pos: step.Pos, End: step.Pos, Message: "by way of " + step.Frame.Func})
		}
	}
	note := func(pos token.Pos, format string, args ...any) {
		d.Related = append(d.Related, analysis.RelatedInformation{Pos: pos, End: pos, Message: fmt.Sprintf(format, args...)})
	}
	switch {
	case v.refusal != nil:
		note(v.refusal.Pos, "not fixed automatically: %s (%s)", v.refusal.Reason, v.refusal.Code)
		if use.Op.Loses == catalog.CPU { // else it is kept where it is opened or read
			if why, pos := res.Unbuilt(use); why != "" {
				note(pos, "%s", why)
			}
		}
	case v.covered.IsValid():
		note(v.covered, "the fix of this one repairs or precedes it")
	default:
		d.SuggestedFixes = []analysis.SuggestedFix{{Message: fixMessage(use, v), TextEdits: v.edits}}
	}
	return d
}

// does says what a constructor does in which these are the costly parts: builds a router and decodes a JSON document.
func does(parts []*stage.Use) string {
	things := map[string][]string{}
	var verbs, clauses []string
	for _, part := range parts {
		verb := present(part.Op) + "s"
		if things[verb] == nil {
			verbs = append(verbs, verb)
		}
		if thing := rewrite.Article(part.Op.What) + " " + part.Op.What; !slices.Contains(things[verb], thing) {
			things[verb] = append(things[verb], thing)
		}
	}
	for _, verb := range verbs {
		clauses = append(clauses, verb+" "+enumerate(things[verb]))
	}
	return strings.Join(clauses, " and ")
}

// loss says what each request pays.
func loss(op stage.Op) string {
	switch op.Loses {
	case catalog.Connection:
		return "each one pays for a new connection, and what it needs is known at start-up"
	case catalog.Transport:
		return "no connection is kept from one request to the next, and what it needs is known at start-up"
	case catalog.Remote:
		return "each one waits for a round trip, and what it needs is known at start-up"
	case catalog.Disk:
		return "each one reads files, and what it needs is known at start-up"
	}
	return "what it needs is known at start-up"
}

func enumerate(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return names[0]
}
