package strip_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/faaslint/faaslint/analyzers/strip"
	"github.com/faaslint/faaslint/internal/golden"
)

// TestCases runs the cases of testdata/src/strip, a file of which is fixed if and only if there is a golden file.
func TestCases(t *testing.T) {
	dir := golden.Testdata(t)
	entries, err := os.ReadDir(filepath.Join(dir, "src", "strip"))
	if err != nil {
		t.Fatal(err)
	}
	var pkgs []string
	for _, entry := range entries {
		pkgs = append(pkgs, "strip/"+entry.Name())
	}
	golden.Run(t, dir, strip.Analyzer, pkgs...)
}

// TestRefusals compares the reason against each fix with what is expected of its line.
func TestRefusals(t *testing.T) {
	dir := golden.Testdata(t)
	want := map[string]string{"failing": "checks", "pool": "checks", "effect": "effects", "tested": "compared", "about": "comments", "kept.users": "field"}
	src, err := os.ReadFile(filepath.Join(dir, "src", "strip", "refused", "refused.go"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(src), "\n")
	code := regexp.MustCompile(`\(([a-z-]+)\)$`)
	for _, res := range analysistest.Run(t, dir, strip.Analyzer, "strip/refused") {
		for _, d := range res.Diagnostics {
			line := strings.TrimPrefix(strings.TrimSpace(lines[res.Action.Package.Fset.Position(d.Pos).Line-1]), "var ")
			name := strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == ',' })[0]
			if len(d.Related) == 0 {
				t.Errorf("%s: not refused; want %s", name, want[name])
				continue
			}
			if m := code.FindStringSubmatch(d.Related[len(d.Related)-1].Message); m == nil || m[1] != want[name] {
				t.Errorf("%s: refused with %v, want %s", name, m, want[name])
			}
			delete(want, name)
		}
	}
	for name, code := range want {
		t.Errorf("%s: not reported; want %s", name, code)
	}
}
