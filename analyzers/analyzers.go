// Package analyzers lists the checks of faaslint.
package analyzers

import (
	"golang.org/x/tools/go/analysis"

	"github.com/faaslint/faaslint/analyzers/lazy"
	"github.com/faaslint/faaslint/analyzers/reuse"
	"github.com/faaslint/faaslint/analyzers/strip"
	"github.com/faaslint/faaslint/internal/stage"
)

// Suite returns the checks in the order in which their pages are listed.
func Suite() []*analysis.Analyzer {
	return []*analysis.Analyzer{reuse.Analyzer, lazy.Analyzer, strip.Analyzer}
}

// ShareSSA changes buildssa.Analyzer so that it and the checks build the SSA of a package only once between them. It is for
// programs that run both, such as gopls, whose nilness needs it, too. It must be called once, before any analysis.
func ShareSSA() { stage.ShareSSA() }
