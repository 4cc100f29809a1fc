package strip

import (
	_ "embed"
	"fmt"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/faaslint/faaslint/analyzers/reuse"
	"github.com/faaslint/faaslint/analyzers/words"
	"github.com/faaslint/faaslint/internal/catalog"
	"github.com/faaslint/faaslint/internal/stage"
	"github.com/faaslint/faaslint/rewrite"
)

//go:embed doc.go
var pages string

// Analyzer reports what nothing that the program does needs.
var Analyzer = &analysis.Analyzer{
	Name:     "strip",
	Doc:      words.Page(pages, "strip"),
	URL:      "https://pkg.go.dev/github.com/faaslint/faaslint/analyzers/strip",
	Run:      run,
	Requires: []*analysis.Analyzer{stage.Analyzer, reuse.Analyzer},
}

// A fixer finds fixes for one package.
type fixer struct {
	pass *analysis.Pass
	res  *stage.Result
	pkg  *rewrite.Package
}

func run(pass *analysis.Pass) (_ any, err error) {
	defer words.Recovered(&err)
	res := pass.ResultOf[stage.Analyzer].(*stage.Result)
	f := &fixer{pass: pass, res: res, pkg: pass.ResultOf[reuse.Analyzer].(interface{ Rewriter() *rewrite.Package }).Rewriter()}
	var found []analysis.Diagnostic
	for use := range res.Uses() {
		if use.Dead {
			found = append(found, f.object(use))
		}
	}
	for u := range res.Unasked() {
		found = append(found, f.unasked(u))
	}
	words.Report(pass, res, found)
	return nil, nil
}

// object makes a diagnostic of what is built for nobody.
func (f *fixer) object(use *stage.Use) analysis.Diagnostic {
	d := analysis.Diagnostic{Pos: use.Pos, End: use.End, Category: "dead-init", Message: message(use)}
	d.Related = words.Way(f.pass.Pkg, use)
	edits, refusal := f.remove(use)
	words.Settle(&d, "Leave out the "+use.Op.What, edits, refusal)
	return d
}

// remove finds the fix: only what cannot fail, and is made of what does nothing else, goes without a trace.
func (f *fixer) remove(use *stage.Use) ([]analysis.TextEdit, *rewrite.Refusal) {
	refuse := func(code, reason string) ([]analysis.TextEdit, *rewrite.Refusal) {
		return nil, &rewrite.Refusal{Code: code, Reason: reason, Pos: use.Pos}
	}
	site := f.res.SiteOf(use)
	switch {
	case !use.Local || site == nil:
		return refuse("helper", "another package's function builds it, and what else that does is not known")
	case use.Abroad:
		return refuse("other-package", "a variable or field of another package holds it")
	case use.Keeper != nil && use.Keeper.IsField():
		return refuse("field", "a field of a struct holds it")
	case use.Keeper == nil:
		return refuse("local", "no package variable holds it: take out the statement")
	case use.Keeper.Exported() && f.pass.Pkg.Name() != "main":
		return refuse("exported", "other packages can use "+use.Keeper.Name())
	case site.Entry.Error || use.Op.Loses >= catalog.Connection:
		return refuse("checks", "it may fail, and start-up would then go on where it ended before")
	}
	if name := f.res.CallsMore(site); name != "" {
		return refuse("effects", name+" is called for its inputs, and may do more than to give them")
	}
	edits, err := f.pkg.Remove(site.Call, use.Keeper)
	if err != nil {
		return nil, words.RefusalOf(err, use.Pos)
	}
	return edits, nil
}

// unasked makes a diagnostic of an import that registers what nothing asks for.
func (f *fixer) unasked(u stage.Unasked) analysis.Diagnostic {
	what := "handlers in http.DefaultServeMux, which nothing in this program serves"
	if len(u.By.Drivers) > 0 {
		what = "the database driver " + strings.Join(u.By.Drivers, ", ") + ", which nothing in this program opens"
	}
	d := analysis.Diagnostic{Pos: u.Spec.Pos(), End: u.Spec.End(), Category: "dead-import",
		Message: fmt.Sprintf("the import of %s registers %s; each binary carries it, and each cold start initialises it, for nothing", u.Path, what)}
	edits, err := f.pkg.RemoveImport(u.Spec)
	if err != nil {
		words.Settle(&d, "", nil, words.RefusalOf(err, u.Spec.Pos()))
	} else {
		words.Settle(&d, "Leave out the import of "+u.Path, edits, nil)
	}
	return d
}

// message says what is built, when, and for whom in vain.
func message(use *stage.Use) string {
	if use.First {
		return fmt.Sprintf("%s is %s on every request of %s that gets here%s, and nothing uses it",
			use.Op.What, use.Op.Verb(), words.List(words.Names(use.Handlers), "and"), words.Elsewhere(use))
	}
	return fmt.Sprintf("%s is %s when an instance starts%s, and no request of %s needs it; a cold start %s for nothing",
		use.Op.What, use.Op.Verb(), words.Elsewhere(use), words.List(words.Names(use.Handlers), "or"), loss(use.Op))
}

// loss says what is paid for nothing.
func loss(op stage.Op) string {
	switch op.Waits() {
	case catalog.Connection:
		return "pays for a connection"
	case catalog.Remote:
		return "waits for a round trip"
	case catalog.Disk:
		return "reads files"
	}
	return "takes longer"
}
