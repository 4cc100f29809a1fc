package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The corpus of analysistest is replayed through the real binary, since analysistest is a driver of its own: it shows
// facts that go vet hides, and it formats and merges fixes in its own way. Each folder with cases becomes a module of a
// workspace, and each stub a module that the others are pointed to.

var caseFolders = []string{"dangers", "handlers", "calls", "caches", "inputs", "fixes", "ignore", "lazy", "strip", "together"}

// goldenFolders hold the files that are fixed if and only if there is a golden file.
var goldenFolders = []string{"dangers", "fixes", "lazy", "strip", "together"}

func TestReplayReports(t *testing.T) {
	t.Parallel()
	dir := newWorkspace(t)
	want := expectations(t, dir)
	for name, args := range map[string][]string{
		"vet":      {"go", "vet", "-json", "-vettool=" + filepath.Join(realBin, "faaslint")},
		"faaslint": {filepath.Join(realBin, "faaslint"), "-json"},
	} {
		t.Run(name, func(t *testing.T) {
			out, _ := runIn(t, dir, append(args, patterns(caseFolders)...)...)
			compareReports(t, dir, want, out)
		})
	}
}

func TestReplayFixes(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"vet":      {"go", "vet", "-fix", "-vettool=" + filepath.Join(realBin, "faaslint")},
		"fix":      {"go", "fix", "-fixtool=" + filepath.Join(realBin, "faaslint")},
		"faaslint": {filepath.Join(realBin, "faaslint"), "-fix", "-force"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := newWorkspace(t)
			before := goFiles(t, dir, caseFolders)
			_, _ = runIn(t, dir, append(args, patterns(caseFolders)...)...)
			once := goFiles(t, dir, caseFolders)
			compareGolden(t, name == "faaslint", before, once, goFiles(t, dir, goldenFolders))
			if _, stderr := runIn(t, dir, append([]string{"go", "vet"}, patterns(caseFolders)...)...); stderr != "" {
				t.Errorf("what is fixed does not compile: %s", stderr)
			}
			_, _ = runIn(t, dir, append(args, patterns(caseFolders)...)...)
			for file, text := range goFiles(t, dir, caseFolders) {
				if text != once[file] {
					t.Errorf("%s: a second run changes it again:\n%s", file, text)
				}
			}
		})
	}
}

// compareGolden looks at the files among which a golden file stands for a fix, and for all others for none. A helper and
// its callers are repaired together, by our own command line only: what comes out then is in a .grouped file.
func compareGolden(t *testing.T, grouped bool, before, after, decided map[string]string) {
	for file := range decided {
		golden, err := os.ReadFile(filepath.Join(corpus, file+".golden"))
		if text, err2 := os.ReadFile(filepath.Join(corpus, file+".grouped")); grouped && err2 == nil {
			golden, err = text, nil
		}
		switch {
		case err == nil:
			if got := after[file]; formatted(t, file, []byte(got)) != formatted(t, file, golden) {
				t.Errorf("%s: got\n%s\nwant\n%s", file, got, golden)
			}
		case before[file] != after[file]:
			t.Errorf("%s: changed, although there is no golden file:\n%s", file, after[file])
		}
	}
}

// formatted makes the drivers equal: the go command formats what it fixes, we leave the rest of a file alone.
func formatted(t *testing.T, file string, src []byte) string {
	out, err := format.Source(src)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return string(out)
}

var corpus = filepath.Join("..", "..", "testdata", "src")

// newWorkspace copies the corpus into modules: the cases into ./NAME, the stubs into ./stubs/PATH.
func newWorkspace(t *testing.T) string {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	stubs := map[string]bool{} // folders with Go files
	err = filepath.WalkDir(corpus, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".golden") || strings.HasSuffix(path, ".grouped") {
			return err
		}
		rel, err := filepath.Rel(corpus, path)
		if err != nil {
			return err
		}
		if top, _, _ := strings.Cut(filepath.ToSlash(rel), "/"); !slices.Contains(caseFolders, top) {
			stubs[filepath.ToSlash(filepath.Dir(rel))] = true
			rel = filepath.Join("stubs", rel)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return write(filepath.Join(dir, rel), string(text))
	})
	if err != nil {
		t.Fatal(err)
	}
	var needs strings.Builder
	for stub := range stubs {
		if !nested(stub, stubs) {
			fmt.Fprintf(&needs, "require %s %s\nreplace %s => ../stubs/%s\n", stub, stubVersion(stub), stub, stub)
			must(t, write(filepath.Join(dir, "stubs", stub, "go.mod"), "module "+stub+"\n\ngo 1.26.0\n"))
		}
	}
	work := "go 1.26.0\n"
	for _, name := range caseFolders {
		work += "use ./" + name + "\n"
		must(t, write(filepath.Join(dir, name, "go.mod"), "module "+name+"\n\ngo 1.26.0\n\n"+needs.String()))
	}
	must(t, write(filepath.Join(dir, "go.work"), work))
	return dir
}

// nested reports whether the folder lies in another one of the set, and so in that one's module.
func nested(stub string, stubs map[string]bool) bool {
	for i, c := range stub {
		if c == '/' && stubs[stub[:i]] {
			return true
		}
	}
	return false
}

// stubVersion is a version that fits the path: its major version must be that of a suffix such as /v5.
func stubVersion(path string) string {
	if _, major, ok := strings.Cut(path[strings.LastIndex(path, "/"):], "/v"); ok {
		if _, err := strconv.Atoi(major); err == nil {
			return "v" + major + ".0.0"
		}
	}
	return "v0.0.0"
}

func write(file, text string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(text), 0o666)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func patterns(folders []string) (list []string) {
	for _, folder := range folders {
		list = append(list, "./"+folder+"/...")
	}
	return list
}

// runIn runs a command. What the go command says about packages ("# path") is no error.
func runIn(t *testing.T, dir string, args ...string) (stdout []byte, stderr string) {
	t.Helper()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PWD="+dir, "GOPROXY=off", "GOFLAGS=", "GOWORK=")
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		t.Fatalf("%v: %v", args, err)
	}
	if cmd.ProcessState.ExitCode() > exitFindings {
		t.Fatalf("%v: exit code %d\n%s", args, cmd.ProcessState.ExitCode(), &errs)
	}
	for _, line := range strings.Split(errs.String(), "\n") {
		if line != "" && !strings.HasPrefix(line, "# ") {
			stderr += line + "\n"
		}
	}
	return out.Bytes(), stderr
}

func goFiles(t *testing.T, dir string, folders []string) map[string]string {
	files := map[string]string{}
	for _, folder := range folders {
		must(t, filepath.WalkDir(filepath.Join(dir, folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			rel, err := filepath.Rel(dir, path)
			files[filepath.ToSlash(rel)] = string(text)
			return err
		}))
	}
	return files
}

// A place is a line of a file of the corpus.
type place struct {
	file string
	line int
}

var wantPattern = regexp.MustCompile("`[^`]*`")

// expectations reads the comments that analysistest reads too, as far as the corpus uses them: // want `one` `two`.
func expectations(t *testing.T, dir string) map[place][]string {
	want := map[place][]string{}
	for file, text := range goFiles(t, dir, caseFolders) {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, file, text, parser.ParseComments|parser.SkipObjectResolution)
		must(t, err)
		for _, group := range f.Comments {
			for _, c := range group.List {
				rest, ok := strings.CutPrefix(strings.TrimLeft(c.Text, "/* "), "want ")
				if !ok {
					continue
				}
				at := place{file, fset.Position(c.Pos()).Line}
				for _, quoted := range wantPattern.FindAllString(rest, -1) {
					want[at] = append(want[at], strings.Trim(quoted, "`"))
				}
			}
		}
	}
	return want
}

// compareReports matches what was printed, go vet's objects one after another, with what was expected.
func compareReports(t *testing.T, dir string, want map[place][]string, out []byte) {
	got := map[place]map[string]bool{} // the plain package and the one with its tests say the same
	dec := json.NewDecoder(bytes.NewReader(out))
	for dec.More() {
		var object tree
		must(t, dec.Decode(&object))
		list, errs, err := object.findings()
		must(t, err)
		for _, e := range errs {
			t.Error(e)
		}
		for _, f := range list {
			rel, err := filepath.Rel(dir, f.at.file)
			must(t, err)
			at := place{filepath.ToSlash(rel), f.at.line}
			if got[at] == nil {
				got[at] = map[string]bool{}
			}
			got[at][f.Message] = true
		}
	}
	for at, patterns := range want {
		for _, pattern := range patterns {
			if !takeMatch(got[at], pattern) {
				t.Errorf("%s:%d: no finding matches %q", at.file, at.line, pattern)
			}
		}
	}
	for at, messages := range got {
		for message := range messages {
			t.Errorf("%s:%d: unexpected finding: %s", at.file, at.line, message)
		}
	}
}

func takeMatch(messages map[string]bool, pattern string) bool {
	for message := range messages {
		if regexp.MustCompile(pattern).MatchString(message) {
			delete(messages, message)
			return true
		}
	}
	return false
}
