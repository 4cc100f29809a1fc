package strip_test

import (
	"flag"
	"go/format"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aymanbagabas/go-udiff"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/faaslint/faaslint/analyzers/strip"
)

var update = flag.Bool("update", false, "write the golden files anew: read each of them before you commit it")

// TestCases runs the cases of testdata/src/strip, a file of which is fixed if and only if there is a golden file.
func TestCases(t *testing.T) {
	dir, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(filepath.Join(dir, "src", "strip"))
	if err != nil {
		t.Fatal(err)
	}
	var pkgs []string
	for _, entry := range entries {
		pkgs = append(pkgs, "strip/"+entry.Name())
	}
	if *update {
		writeGoldens(t, dir, pkgs)
	}
	fixed := map[string]bool{}
	for _, res := range analysistest.RunWithSuggestedFixes(t, dir, strip.Analyzer, pkgs...) {
		for name := range edits(res) {
			fixed[name] = true
		}
	}
	goldens, err := filepath.Glob(filepath.Join(dir, "src", "strip", "*", "*.golden"))
	if err != nil || len(goldens) < 3 {
		t.Fatalf("%d golden files: %v", len(goldens), err)
	}
	for _, golden := range goldens {
		if file := strings.TrimSuffix(golden, ".golden"); !fixed[file] {
			t.Errorf("%s: not fixed, although there is a golden file", file)
		}
	}
}

// TestRefusals compares the reason against each fix with what is expected of its line.
func TestRefusals(t *testing.T) {
	dir, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
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

// edits are those of all fixes by file.
func edits(res *analysistest.Result) map[string][]udiff.Edit {
	out := map[string][]udiff.Edit{}
	if res.Action == nil {
		return out
	}
	seen := map[udiff.Edit]bool{}
	for _, d := range res.Diagnostics {
		for _, fix := range d.SuggestedFixes {
			for _, e := range fix.TextEdits {
				file := res.Action.Package.Fset.File(e.Pos)
				edit := udiff.Edit{Start: file.Offset(e.Pos), End: file.Offset(e.End), New: string(e.NewText)}
				if !seen[edit] {
					seen[edit] = true
					out[file.Name()] = append(out[file.Name()], edit)
				}
			}
		}
	}
	return out
}

func writeGoldens(t *testing.T, dir string, pkgs []string) {
	for _, res := range analysistest.Run(t, dir, strip.Analyzer, pkgs...) {
		for name, list := range edits(res) {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			out, err := udiff.Apply(string(src), list)
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
	}
}
