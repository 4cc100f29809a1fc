package reuse_test

import (
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/faaslint/faaslint/analyzers/reuse"
	"github.com/faaslint/faaslint/internal/golden"
)

// The folders of testdata/src that hold cases; the others are stubs. In fixed, a file is fixed if and only if it has a
// golden file; in reported, any fix will do, as the same shape stands in fixed.
var (
	fixed    = []string{"dangers", "fixes"}
	reported = []string{"handlers", "calls", "caches", "inputs", "ignore"}
)

func TestReports(t *testing.T) {
	dir := golden.Testdata(t)
	plain, tested := packages(t, dir, reported)
	_, more := packages(t, dir, fixed)
	analysistest.Run(t, dir, reuse.Analyzer, slices.Concat(plain, tested, more)...)
}

func TestFixes(t *testing.T) {
	dir := golden.Testdata(t)
	plain, _ := packages(t, dir, fixed)
	golden.Run(t, dir, reuse.Analyzer, plain...)
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
