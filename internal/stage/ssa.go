package stage

import (
	"reflect"
	"slices"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/buildssa"
	"golang.org/x/tools/go/ssa"
)

// A deferredSSA builds the SSA of a package when it is first asked, and returns it to all who ask. It is the dearest part
// of a pass, and most packages do not matter.
type deferredSSA func() (*buildssa.SSA, error)

var buildSSA = buildssa.Analyzer.Run

// ssaAnalyzer is buildssa.Analyzer put off.
var ssaAnalyzer = &analysis.Analyzer{
	Name:       "deferredssa",
	Doc:        "deferredssa: build SSA-form IR for later passes that ask for it",
	URL:        "https://pkg.go.dev/github.com/faaslint/faaslint/internal/stage",
	Run:        func(pass *analysis.Pass) (any, error) { return deferSSA(pass), nil },
	Requires:   buildssa.Analyzer.Requires,
	ResultType: reflect.TypeFor[deferredSSA](),
}

func deferSSA(pass *analysis.Pass) deferredSSA {
	return sync.OnceValues(func() (*buildssa.SSA, error) {
		res, err := buildSSA(pass)
		built, _ := res.(*buildssa.SSA)
		return built, err
	})
}

// ssaOf returns the SSA of the package of a pass. Of its imports only the declarations are known.
func ssaOf(pass *analysis.Pass) *ssa.Package {
	built, err := pass.ResultOf[ssaAnalyzer].(deferredSSA)()
	if err != nil {
		panic(err) // Inv: building returns no error
	}
	return built.Pkg
}

// ShareSSA changes buildssa.Analyzer so that it and the checks build the SSA of a package only once between them. It is for
// programs that run both, such as gopls, whose nilness needs it, too. It must be called once, before any analysis.
func ShareSSA() {
	buildssa.Analyzer.Requires = append(slices.Clone(buildssa.Analyzer.Requires), ssaAnalyzer)
	buildssa.Analyzer.Run = func(pass *analysis.Pass) (any, error) { return pass.ResultOf[ssaAnalyzer].(deferredSSA)() }
}
