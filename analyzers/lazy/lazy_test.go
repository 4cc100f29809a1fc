package lazy_test

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

	"github.com/faaslint/faaslint/analyzers/lazy"
)

var update = flag.Bool("update", false, "write the golden files anew: read each of them before you commit it")

// TestCases runs the cases of testdata/src/lazy, a file of which is fixed if and only if there is a golden file. The case
// both, where reuse has something to say, too, is replayed through the built program only, as are all others once more.
func TestCases(t *testing.T) {
	dir, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(filepath.Join(dir, "src", "lazy"))
	if err != nil {
		t.Fatal(err)
	}
	var plain, tested []string
	for _, entry := range entries {
		tests, err := filepath.Glob(filepath.Join(dir, "src", "lazy", entry.Name(), "*_test.go"))
		switch {
		case err != nil:
			t.Fatal(err)
		case entry.Name() == "both":
		case len(tests) > 0: // analysed twice, with and without its tests, without which it would be fixed
			tested = append(tested, "lazy/"+entry.Name())
		default:
			plain = append(plain, "lazy/"+entry.Name())
		}
	}
	if *update {
		writeGoldens(t, dir, plain)
	}
	analysistest.Run(t, dir, lazy.Analyzer, tested...)
	fixed := map[string]bool{}
	for _, res := range analysistest.RunWithSuggestedFixes(t, dir, lazy.Analyzer, plain...) {
		for name := range edits(res) {
			fixed[name] = true
		}
	}
	goldens, err := filepath.Glob(filepath.Join(dir, "src", "lazy", "*", "*.golden"))
	if err != nil || len(goldens) < 4 {
		t.Fatalf("%d golden files: %v", len(goldens), err)
	}
	for _, golden := range goldens {
		if file := strings.TrimSuffix(golden, ".golden"); !fixed[file] && filepath.Base(file) != "both.go" {
			t.Errorf("%s: not fixed, although there is a golden file", file)
		}
	}
}

// TestRefusals compares the reason against each fix with the comment on the variable or field that it is about.
func TestRefusals(t *testing.T) {
	for _, name := range []string{"refused", "fieldrefused"} {
		t.Run(name, func(t *testing.T) { checkRefusals(t, name) })
	}
}

func checkRefusals(t *testing.T, pkg string) {
	dir, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "src", "lazy", pkg, pkg+".go")
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, m := range regexp.MustCompile("(?m)^\t+(\\w+)[\\w, ]* \\*[\\w.]+(?: `[^`]*`)? +// ([a-z-]+)").FindAllStringSubmatch(string(src), -1) {
		want[m[1]] = m[2]
	}
	lines := strings.Split(string(src), "\n")
	code := regexp.MustCompile(`\(([a-z-]+)\)$`)
	for _, res := range analysistest.Run(t, dir, lazy.Analyzer, "lazy/"+pkg) {
		for _, d := range res.Diagnostics {
			line := lines[res.Action.Package.Fset.Position(d.Pos).Line-1]
			name := regexp.MustCompile(`\w+`).FindString(line)
			m := code.FindStringSubmatch(d.Related[len(d.Related)-1].Message)
			if m == nil || m[1] != want[name] {
				t.Errorf("%s: refused with %v, want %s", name, d.Related[len(d.Related)-1].Message, want[name])
			}
			delete(want, name)
		}
	}
	for name, code := range want {
		t.Errorf("%s: not refused; want %s", name, code)
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

func writeGoldens(t *testing.T, dir string, pkgs []string) {
	for _, res := range analysistest.Run(t, dir, lazy.Analyzer, pkgs...) {
		for name, set := range edits(res) {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var list []udiff.Edit
			for e := range set {
				list = append(list, e)
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
