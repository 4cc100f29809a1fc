package stage

import (
	"go/parser"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/buildssa"
)

func TestShareSSA(t *testing.T) {
	requires, run := buildssa.Analyzer.Requires, buildssa.Analyzer.Run
	defer func() { buildssa.Analyzer.Requires, buildssa.Analyzer.Run = requires, run }()

	m := newMemory(t)
	f, err := parser.ParseFile(m.fset, "/src/p/p.go", "package p\n\nfunc F() {}\n", 0)
	if err != nil {
		t.Fatal(err)
	}
	pass := m.pass("p", f)
	m.runInto(pass, buildssa.Analyzer)
	if pass.ResultOf[buildssa.Analyzer].(*buildssa.SSA).Pkg == ssaOf(pass) {
		t.Error("one SSA, although nobody asked to share it")
	}
	ShareSSA()
	if err := analysis.Validate([]*analysis.Analyzer{Analyzer, buildssa.Analyzer}); err != nil {
		t.Fatal(err)
	}
	m.runInto(pass, buildssa.Analyzer)
	built := pass.ResultOf[buildssa.Analyzer].(*buildssa.SSA)
	if built.Pkg != ssaOf(pass) {
		t.Error("two SSAs")
	}
	if len(built.SrcFuncs) != 1 {
		t.Errorf("source functions: %v", built.SrcFuncs)
	}
}
