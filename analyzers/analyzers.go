// Package analyzers lists the checks of faaslint.
package analyzers

import (
	"golang.org/x/tools/go/analysis"

	"github.com/faaslint/faaslint/analyzers/lazy"
	"github.com/faaslint/faaslint/analyzers/reuse"
	"github.com/faaslint/faaslint/analyzers/strip"
)

// Suite returns the checks in the order in which their pages are listed.
func Suite() []*analysis.Analyzer {
	return []*analysis.Analyzer{reuse.Analyzer, lazy.Analyzer, strip.Analyzer}
}
