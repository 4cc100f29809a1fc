package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

// TestMain plays faaslint when the program under test starts this binary as its tool.
func TestMain(m *testing.M) {
	if dir := os.Getenv("REALCODE_TEST_MODULE"); dir != "" && len(os.Args) > 1 && os.Args[1] == "-C" {
		os.Exit(play(os.Args[2], os.Args[3]))
	}
	os.Exit(m.Run())
}

func play(dir, mode string) int {
	path := filepath.Join(dir, "a.go")
	if mode == "-json" {
		finding := fmt.Sprintf(`{"posn": "%s:9:2", "message": "m"}`, path)
		fmt.Printf(`{"a": {"reuse": [%s]}, "a [a.test]": {"reuse": [%[1]s]}}`+"\n{}\n", finding)
		return 1
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return 2
	}
	text := strings.Replace(string(data), "\tdefer f() // ours\n", "", 1)
	text = strings.Replace(text, "// kept\n", "", 1) + "// kept\n" // moves; a second run changes nothing
	text = strings.Replace(text, "return 1 // why", "return 2", 1)
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		return 2
	}
	fmt.Fprintln(os.Stderr, "faaslint: 3 found, 1 fixed, 2 not fixed (2 code-a)")
	return 1
}

const source = `package a

// kept
func f() {}

// G has a doc comment.
func G() int {
	defer f() // ours
	return 1 // why
}
`

// The fake repair does every harm that the table has a column for, but for the build.
func TestRepair(t *testing.T) {
	folder := t.TempDir()
	dir := filepath.Join(folder, "OWNER__NAME", "sub")
	write(t, filepath.Join(dir, "go.mod"), "module a\n\ngo 1.26.0\n")
	write(t, filepath.Join(dir, "a.go"), source)
	write(t, filepath.Join(dir, "a_test.go"), "package a\n\nimport \"testing\"\n\nfunc TestG(t *testing.T) {\n\tif G() != 1 {\n\t\tt.Fatal()\n\t}\n}\n\nfunc TestH(*testing.T) {}\n")
	t.Setenv("REALCODE_TEST_MODULE", dir)

	var patch strings.Builder
	o := &options{folder: folder, temp: t.TempDir(), tool: os.Args[0], fix: true, exec: "env", timeout: time.Minute, patches: &patch}
	mods, err := o.list()
	if err != nil || len(mods) != 1 || mods[0].name != "OWNER__NAME/sub" {
		t.Fatalf("list: %v, %v", mods, err)
	}
	r := o.look(mods[0], io.Discard)
	if o.repair(mods[0], r); r.err != nil {
		t.Fatal(r.err)
	}
	got := strings.Join(r.cells(true), "|")
	want := "OWNER__NAME/sub|1|1|reuse 1|3|1|2 (2 code-a)|1|0→0|0→0|2→1 of 2|1|1|0|"
	if got != want {
		t.Errorf("row is  %s\nit should be %s", got, want)
	}
	wantLost := []lost{{"a.go", 8, "// ours", true}, {"a.go", 9, "// why", false}}
	if !reflect.DeepEqual(r.lost, wantLost) {
		t.Errorf("lost comments: %v, want %v", r.lost, wantLost)
	}
	for _, line := range []string{"--- a/OWNER__NAME/sub/a.go\n", "+++ b/OWNER__NAME/sub/a.go\n", "\n-\treturn 1 // why\n"} {
		if !strings.Contains(patch.String(), line) {
			t.Errorf("the patch lacks %q:\n%s", line, patch.String())
		}
	}
	if !r.worse() {
		t.Error("a lost comment and a broken test pass for no harm")
	}
	if data, _ := os.ReadFile(filepath.Join(dir, "a.go")); string(data) != source {
		t.Error("the folder itself was edited")
	}
}

// A module that a local replace leads out of cannot be copied alone.
func TestCopyOfReachingOut(t *testing.T) {
	folder := t.TempDir()
	dir := filepath.Join(folder, "OWNER__NAME", "sub")
	write(t, filepath.Join(dir, "go.mod"), "module a\n\ngo 1.26.0\n\nreplace b => ../b\n")
	write(t, filepath.Join(folder, "OWNER__NAME", "b", "go.mod"), "module b\n")
	o := &options{folder: folder, temp: t.TempDir(), timeout: time.Minute}
	root, copied, err := o.copyOf(module{dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if rel, _ := filepath.Rel(root, copied); rel != "sub" {
		t.Errorf("the module lies at %s of the copy, want sub", rel)
	}
	if _, err := os.Stat(filepath.Join(root, "b", "go.mod")); err != nil {
		t.Error(err)
	}
}

func TestParseSummary(t *testing.T) {
	for text, want := range map[string]summary{
		"a.go:1:1: x\nfaaslint: 0 found\n":                                                {},
		"faaslint: 1 found, 1 fixed (nothing written)\n":                                  {found: 1, fixed: 1},
		"faaslint: 9 found\nfaaslint: 4 found, 0 fixed, 4 not fixed (3 no fix, 1 code-a)": {found: 4, left: 4, codes: "3 no fix, 1 code-a", hopeless: 3},
	} {
		if got, err := parseSummary(text); err != nil || got != want {
			t.Errorf("%q: %+v, %v, want %+v", text, got, err, want)
		}
	}
	if _, err := parseSummary("faaslint: not checked: x\n"); err == nil {
		t.Error("no summary passes for one")
	}
}

func TestTotal(t *testing.T) {
	a := &row{status: 1, findings: map[string]int{"reuse": 3}, fix: summary{found: 3, fixed: 1, left: 2, codes: "1 code-a, 1 code-b"}, ran: 2}
	b := &row{findings: map[string]int{"reuse": 2}, fix: summary{found: 2, left: 2, codes: "2 code-b"}, touched: []string{"a.go"}}
	var out strings.Builder
	total(&out, []*row{a, b}, true)
	want := "all 2\t1\t5\treuse 5\t5\t1\t4 (3 code-b, 1 code-a)\t1\t0→0\t0→0\t0→0 of 2\t0\t0\t0\t\n"
	if out.String() != want {
		t.Errorf("total is  %q\nit should be %q", out.String(), want)
	}
}

func TestComplaints(t *testing.T) {
	before := &command{err: "# a\na.go:3:4: no new variables\ngo: downloading b v1.0.0\n", status: 1}
	after := &command{err: "# a\na.go:8:4: no new variables\na.go:9:1: undefined: x\n", status: 1}
	got := minus(complaints(after), complaints(before))
	if want := []string{"a.go: undefined: x"}; !reflect.DeepEqual(got, want) {
		t.Errorf("new complaints: %q, want %q", got, want)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
