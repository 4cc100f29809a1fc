package lazy_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/faaslint/faaslint/analyzers/lazy"
	"github.com/faaslint/faaslint/internal/golden"
)

// TestCases runs the cases of testdata/src/lazy, a file of which is fixed if and only if there is a golden file. The case
// both, where reuse has something to say, too, is replayed through the built program only, as are all others once more.
func TestCases(t *testing.T) {
	dir := golden.Testdata(t)
	entries, err := os.ReadDir(filepath.Join(dir, "src", "lazy"))
	if err != nil {
		t.Fatal(err)
	}
	var plain, tested []string
	for _, entry := range entries {
		if files, _ := filepath.Glob(filepath.Join(dir, "src", "lazy", entry.Name(), "*.go")); len(files) == 0 {
			plain = append(plain, "lazy/"+entry.Name()+"/server") // what matters is what stands beside it
			continue
		}
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
	analysistest.Run(t, dir, lazy.Analyzer, tested...)
	golden.Run(t, dir, lazy.Analyzer, plain...)
}

// TestRefusals compares the reason against each fix with the comment on the variable or field that it is about.
func TestRefusals(t *testing.T) {
	for _, name := range []string{"refused", "fieldrefused"} {
		t.Run(name, func(t *testing.T) { checkRefusals(t, name) })
	}
}

func checkRefusals(t *testing.T, pkg string) {
	dir := golden.Testdata(t)
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
