// Package golden tests what checks repair in the packages of testdata/src.
package golden

import (
	"flag"
	"go/format"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aymanbagabas/go-udiff"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"
)

var update = flag.Bool("update", false, "write the golden files anew: read each of them before you commit it")

// Testdata is the folder of all checks' cases, seen from the folder of a check.
func Testdata(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// Run compares the reports of a check with the comments // want of some packages, and their files after all its fixes with
// the golden files. A file is fixed if and only if it has one. All packages of a test go into one run, since each run
// type-checks the standard library anew.
func Run(t *testing.T, dir string, check *analysis.Analyzer, pkgs ...string) {
	t.Helper()
	if *update {
		for _, res := range analysistest.Run(t, dir, check, pkgs...) {
			for name, edits := range edits(res) {
				write(t, name, slices.Collect(maps.Keys(edits)))
			}
		}
	}
	fixed := map[string]bool{}
	for _, res := range analysistest.RunWithSuggestedFixes(t, dir, check, pkgs...) {
		for name := range edits(res) {
			fixed[name] = true
		}
	}
	if len(fixed) == 0 {
		t.Error("nothing is fixed")
	}
	for _, pkg := range pkgs {
		goldens, err := filepath.Glob(filepath.Join(dir, "src", filepath.FromSlash(pkg), "*.golden"))
		if err != nil {
			t.Fatal(err)
		}
		for _, golden := range goldens {
			if file := strings.TrimSuffix(golden, ".golden"); !fixed[file] {
				t.Errorf("%s: not fixed, although there is a golden file", file)
			}
		}
	}
}

// edits are those of all fixes by file; identical ones, such as those that add an import, count once.
func edits(res *analysistest.Result) map[string]map[udiff.Edit]bool {
	out := map[string]map[udiff.Edit]bool{}
	if res.Action == nil {
		return out
	}
	for _, d := range res.Diagnostics {
		for _, fix := range d.SuggestedFixes {
			for _, e := range fix.TextEdits {
				file := res.Action.Package.Fset.File(e.Pos)
				if out[file.Name()] == nil {
					out[file.Name()] = map[udiff.Edit]bool{}
				}
				out[file.Name()][udiff.Edit{Start: file.Offset(e.Pos), End: file.Offset(e.End), New: string(e.NewText)}] = true
			}
		}
	}
	return out
}

func write(t *testing.T, name string, edits []udiff.Edit) {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	out, err := udiff.Apply(string(src), edits)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	text, err := format.Source([]byte(out))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if err := os.WriteFile(name+".golden", text, 0o644); err != nil {
		t.Fatal(err)
	}
}
