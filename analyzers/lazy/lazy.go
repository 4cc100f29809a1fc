package lazy

import (
	_ "embed"
	"fmt"

	"golang.org/x/tools/go/analysis"

	"github.com/faaslint/faaslint/analyzers/reuse"
	"github.com/faaslint/faaslint/analyzers/words"
	"github.com/faaslint/faaslint/internal/catalog"
	"github.com/faaslint/faaslint/internal/stage"
	"github.com/faaslint/faaslint/rewrite"
)

//go:embed doc.go
var pages string

// Analyzer reports what instances build before it is known whether anybody needs it.
var Analyzer = &analysis.Analyzer{
	Name:     "lazy",
	Doc:      words.Page(pages, "lazy"),
	URL:      "https://pkg.go.dev/github.com/faaslint/faaslint/analyzers/lazy",
	Run:      run,
	Requires: []*analysis.Analyzer{stage.Analyzer, reuse.Analyzer},
}

func run(pass *analysis.Pass) (_ any, err error) {
	defer words.Recovered(&err)
	res := pass.ResultOf[stage.Analyzer].(*stage.Result)
	f := &fixer{pass: pass, res: res, pkg: pass.ResultOf[reuse.Analyzer].(interface{ Rewriter() *rewrite.Package }).Rewriter()}
	var found []analysis.Diagnostic
	for use := range res.Uses() {
		if use.Runs == stage.Init && !use.Dead {
			found = append(found, f.early(use))
		}
	}
	for o := range res.Onces() {
		found = append(found, f.once(o))
	}
	words.Report(pass, res, found)
	return nil, nil
}

// early makes a diagnostic of what is built before it is needed.
func (f *fixer) early(use *stage.Use) analysis.Diagnostic {
	d := analysis.Diagnostic{Pos: use.Pos, End: use.End, Category: "lazy", Message: message(use)}
	d.Related = words.Way(f.pass.Pkg, use)
	for _, need := range use.Needs {
		if need.At.IsValid() {
			d.Related = append(d.Related, words.Related(need.At, "needed here by %s", need.Handler.Name))
		}
	}
	edits, refusal := f.start(use)
	words.Settle(&d, fixMessage(use), edits, refusal)
	return d
}

// once makes a diagnostic of what runs once on first use and should not, or not like that.
func (f *fixer) once(o *stage.Once) analysis.Diagnostic {
	d := analysis.Diagnostic{Pos: o.Pos, End: o.End}
	if !o.Poison {
		d.Category = "eager-hot"
		d.Message = fmt.Sprintf("%s is %s on first use, though each request of %s needs it; it cannot fail, so let start-up build it, outside of any request's time",
			o.Op.What, o.Op.Verb(), words.List(words.Names(o.Handlers), "and"))
		return d
	}
	d.Category = "once-poison"
	end := "each later request gets the same error"
	if o.Lost {
		end = "each later request goes on without it"
	}
	d.Message = fmt.Sprintf("a failure to %s the %s is final: %s does not run again, and %s until the instance ends (%s)",
		present(o.Op), o.Op.What, o.By, end, words.List(words.Names(o.Handlers), "and"))
	edits, refusal := f.retry(o)
	words.Settle(&d, fmt.Sprintf("Try again to %s the %s after a failure", present(o.Op), o.Op.What), edits, refusal)
	return d
}

func present(op stage.Op) string {
	return map[string]string{"opened": "open", "loaded": "load", "built": "build", "read": "read"}[op.Verb()]
}

// message says what is built, when, and who needs it.
func message(use *stage.Use) string {
	when := "when an instance starts"
	switch {
	case use.First:
		when = "by the first request, whatever it asks for"
	case use.Maker != "":
		when = "when " + use.Maker + " is called"
	}
	return fmt.Sprintf("%s %s%s, %s; %s", built(use), when, words.Elsewhere(use), needers(use), loss(use))
}

// built says what is done, and all that it is done to. On some ways of the function that opens it that may be nothing.
func built(use *stage.Use) string {
	what, verb := use.Op.What, "is "
	if len(use.Whole) > 1 {
		what, verb = words.List(use.Whole, "and"), "are "
	}
	if use.Whole != nil && use.Op.Partly {
		verb = "may be "
	}
	return what + " " + verb + use.Op.Verb()
}

// needers says who needs the object, and who does not.
func needers(use *stage.Use) string {
	var with, without, partly []string
	for _, need := range use.Needs {
		switch need.Extent {
		case stage.Never:
			without = append(without, need.Handler.Name)
		case stage.Sometimes:
			partly = append(partly, need.Handler.Name)
			with = append(with, need.Handler.Name)
		default:
			with = append(with, need.Handler.Name)
		}
	}
	if len(without) == 0 {
		return "but " + words.List(partly, "and") + " can do without on some of " + their(partly) + " paths"
	}
	verb := "need"
	if len(with) == 1 {
		verb = "needs"
	}
	return fmt.Sprintf("but of its handlers only %s %s it, not %s", words.List(with, "and"), verb, words.List(without, "or"))
}

func their(names []string) string {
	if len(names) == 1 {
		return "its"
	}
	return "their"
}

// loss says what is paid for nothing.
func loss(use *stage.Use) string {
	who := "a cold start"
	switch {
	case use.First:
		who = "the first request"
	case use.Maker != "":
		who = "its caller"
	}
	switch use.Op.Waits() {
	case catalog.Connection:
		return who + " pays for a connection that nobody may use"
	case catalog.Remote:
		return who + " waits for a round trip that nobody may need"
	case catalog.Disk:
		return who + " reads files that nobody may need"
	}
	return who + " takes longer for what nobody may need"
}
