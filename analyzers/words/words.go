// Package words holds the words that the checks share: their pages, and how findings name handlers and places.
package words

import (
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/faaslint/faaslint/internal/stage"
	"github.com/faaslint/faaslint/rewrite"
)

// Page cuts the section "# Analyzer NAME" out of the text of a doc.go, without that heading; headings below it belong to
// the section. It runs at every start of the tool, so it looks for the words and does not parse.
func Page(doc, name string) string {
	text := strings.ReplaceAll(doc, "\r\n", "\n")
	_, text, ok := strings.Cut(text, "\n# Analyzer "+name+"\n")
	text, _, _ = strings.Cut(text, "\n*/")
	text, _, _ = strings.Cut(text, "\n# Analyzer ")
	text = strings.TrimSpace(text)
	if !ok || !strings.HasPrefix(text, name+": ") {
		panic("doc.go does not begin a section with the heading and the summary of " + name)
	}
	return text
}

// Names are the names of handlers.
func Names(hs []stage.Handler) (out []string) {
	for _, h := range hs {
		out = append(out, h.Name)
	}
	return out
}

// List joins names, of which there is at least one: the first three by name.
func List(names []string, last string) string {
	const most = 3
	switch n := len(names); {
	case n > most:
		return fmt.Sprintf("%s %s %d more", strings.Join(names[:most], ", "), last, n-most)
	case n > 1:
		return strings.Join(names[:n-1], ", ") + " " + last + " " + names[n-1]
	}
	return names[0]
}

// Elsewhere names the place of an operation that a finding cannot stand on.
func Elsewhere(use *stage.Use) string {
	if use.Local {
		return ""
	}
	f := use.Op.Via[len(use.Op.Via)-1]
	return fmt.Sprintf(" (in %s, %s:%d)", f.Func, f.File, f.Line)
}

// Report reports the findings of a check in source order, but for those that a directive silences, and the directives for
// the check that silence nothing.
func Report(pass *analysis.Pass, res *stage.Result, found []analysis.Diagnostic) {
	slices.SortStableFunc(found, func(a, b analysis.Diagnostic) int { return int(a.Pos - b.Pos) })
	needed := map[token.Pos]bool{}
	for _, d := range found {
		if ignore := res.Silenced(pass.Fset, pass.Analyzer.Name, d.Pos); ignore != nil {
			needed[ignore.Pos] = true
			continue
		}
		pass.Report(d)
	}
	for _, g := range res.Ignores {
		if g.Check == pass.Analyzer.Name && !needed[g.Pos] {
			pass.Report(analysis.Diagnostic{Pos: g.Pos, Category: "directive", Message: "this faaslint:ignore is unused: it silences nothing"})
		}
	}
}

// Recovered turns a panic into an error of one analysis: under go vet a crash would take the facts of the package, and with
// them the findings of all that import it.
func Recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("internal error: %v", p)
	}
}

// Related is a note on another place.
func Related(pos token.Pos, format string, args ...any) analysis.RelatedInformation {
	return analysis.RelatedInformation{Pos: pos, End: pos, Message: fmt.Sprintf(format, args...)}
}

// Way notes the calls in other packages by which a use gets to its operation.
func Way(from *types.Package, use *stage.Use) (out []analysis.RelatedInformation) {
	for _, step := range use.Path {
		if step.Pos.IsValid() && step.Frame.Pkg != from.Path() {
			out = append(out, Related(step.Pos, "by way of %s", step.Frame.Func))
		}
	}
	return out
}

// Settle adds the fix to a finding, or the reason against one.
func Settle(d *analysis.Diagnostic, message string, edits []analysis.TextEdit, refusal *rewrite.Refusal) {
	if refusal != nil {
		d.Related = append(d.Related, Related(refusal.Pos, "not fixed automatically: %s (%s)", refusal.Reason, refusal.Code))
		return
	}
	d.SuggestedFixes = []analysis.SuggestedFix{{Message: message, TextEdits: edits}}
}

// RefusalOf is why the rewriter made no edits; pos stands for a place that it does not name.
func RefusalOf(err error, pos token.Pos) *rewrite.Refusal {
	if r, ok := errors.AsType[*rewrite.Refusal](err); ok {
		if !r.Pos.IsValid() {
			r.Pos = pos
		}
		return r
	}
	return &rewrite.Refusal{Code: rewrite.Internal, Reason: err.Error(), Pos: pos}
}
