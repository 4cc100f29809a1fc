// Package reuse finds what a handler builds anew on every request although one would do for the whole instance.
package reuse

import "golang.org/x/tools/go/analysis"

// Analyzer reports per-request initialisation.
var Analyzer = &analysis.Analyzer{
	Name: "reuse",
	Doc:  "reuse: build once per instance what every request builds anew",
	URL:  "https://pkg.go.dev/github.com/faaslint/faaslint/analyzers/reuse",
	Run:  func(pass *analysis.Pass) (any, error) { return nil, nil },
}

// Records prints what faaslint -fix needs to know to repair a helper together with its callers.
var Records = &analysis.Analyzer{
	Name: "records",
	Doc:  "records: what faaslint -fix needs to repair a helper together with its callers",
	Run:  func(pass *analysis.Pass) (any, error) { return nil, nil },
}
