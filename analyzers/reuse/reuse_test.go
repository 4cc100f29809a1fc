package reuse_test

import (
	"flag"
	"go/format"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aymanbagabas/go-udiff"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/faaslint/faaslint/analyzers/reuse"
)

// The folders of testdata/src that hold cases; the others are stubs. In fixed, a file is fixed if and only if it has a
// golden file; in reported, any fix will do, as the same shape stands in fixed.
var (
	fixed    = []string{"dangers", "fixes"}
	reported = []string{"handlers", "calls", "caches", "inputs", "ignore"}
)

// All packages of a test go into one run, since each run type-checks the standard library anew.

func TestReports(t *testing.T) {
	dir := testdata(t)
	plain, tested := packages(t, dir, reported)
	_, more := packages(t, dir, fixed)
	analysistest.Run(t, dir, reuse.Analyzer, slices.Concat(plain, tested, more)...)
}

func TestFixes(t *testing.T) {
	dir := testdata(t)
	plain, _ := packages(t, dir, fixed)
	if *update {
		writeGoldens(t, dir, plain)
	}
	got := map[string]bool{}
	for _, res := range analysistest.RunWithSuggestedFixes(t, dir, reuse.Analyzer, plain...) {
		if res.Action == nil {
			continue
		}
		fset := res.Action.Package.Fset
		for _, d := range res.Diagnostics {
			for _, fix := range d.SuggestedFixes {
				for _, edit := range fix.TextEdits {
					got[fset.Position(edit.Pos).Filename] = true
				}
			}
		}
	}
	walk(t, dir, fixed, func(path string) {
		if file, ok := strings.CutSuffix(path, ".golden"); ok && !got[file] {
			t.Errorf("%s: not fixed, although there is a golden file", file)
		}
	})
}

var update = flag.Bool("update", false, "write the golden files anew: read each of them before you commit it")

// writeGoldens applies all fixes, which may not overlap, and writes what comes out beside the sources.
func writeGoldens(t *testing.T, dir string, pkgs []string) {
	for _, res := range analysistest.Run(t, dir, reuse.Analyzer, pkgs...) {
		if res.Action == nil {
			continue
		}
		fset := res.Action.Package.Fset
		edits := map[string]map[udiff.Edit]bool{}
		for _, d := range res.Diagnostics {
			for _, fix := range d.SuggestedFixes {
				for _, e := range fix.TextEdits {
					file := fset.File(e.Pos)
					if edits[file.Name()] == nil {
						edits[file.Name()] = map[udiff.Edit]bool{}
					}
					edits[file.Name()][udiff.Edit{Start: file.Offset(e.Pos), End: file.Offset(e.End), New: string(e.NewText)}] = true
				}
			}
		}
		for name, set := range edits {
			writeGolden(t, name, slices.Collect(maps.Keys(set)))
		}
	}
}

func writeGolden(t *testing.T, name string, edits []udiff.Edit) {
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

func testdata(t *testing.T) string {
	dir, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// packages lists the import paths below the given folders. A package with tests is analysed twice, with and without
// them, and the two may differ in what they fix: such packages are listed apart.
func packages(t *testing.T, dir string, folders []string) (plain, tested []string) {
	hasTests := map[string]bool{}
	walk(t, dir, folders, func(path string) {
		if pkg := filepath.Dir(path); strings.HasSuffix(path, ".go") {
			hasTests[pkg] = hasTests[pkg] || strings.HasSuffix(path, "_test.go")
		}
	})
	for _, pkg := range slices.Sorted(maps.Keys(hasTests)) {
		rel, err := filepath.Rel(filepath.Join(dir, "src"), pkg)
		if err != nil {
			t.Fatal(err)
		}
		if hasTests[pkg] {
			tested = append(tested, filepath.ToSlash(rel))
		} else {
			plain = append(plain, filepath.ToSlash(rel))
		}
	}
	return plain, tested
}

func walk(t *testing.T, dir string, folders []string, visit func(path string)) {
	for _, folder := range folders {
		err := filepath.WalkDir(filepath.Join(dir, "src", folder), func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				visit(path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
