package main

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// The example is a module of its own, with the real drivers. Its inventory was written by a reader, before any tool
// saw the code: what faaslint says is measured by it.

// missed are the lines of the inventory that could be kept and that faaslint is silent about, each with the reason.
var missed = map[string]string{
	"validate/validate.go: regexp.MatchString(":  "it is reached through the middleware Signer.Identify, a method value of another package",
	"store/postgres.go: pgxpool.ParseConfig(":    "not in the catalogue: cheap, and reported with the pool",
	"store/postgres.go: pool.Ping(ctx)":          "not in the catalogue: reported with the pool",
	"store/cassandra.go: gocql.NewCluster(":      "not in the catalogue: cheap, and reported with the session",
	"auth/auth.go: bcrypt.GenerateFromPassword(": "not in the catalogue: its cost is its purpose, but for a constant",
}

// beside are lines of the inventory that are right as they are, on a line of code with something that is not.
var beside = map[string]string{
	"api/api.go: endpoint.Log(d.Logger)": "beside endpoint.CORS()",
	"api/api.go: d.Signer.Identify":      "beside endpoint.CORS()",
}

func TestOpenSense(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and tests a module with real drivers")
	}
	t.Parallel()
	dir := copyOpenSense(t)
	t.Run("inventory", func(t *testing.T) { checkInventory(t, dir) })
	var patched map[string]string
	t.Run("diff", func(t *testing.T) { patched = checkDiff(t, dir) })
	t.Run("fix", func(t *testing.T) { checkFix(t, dir, patched) })
}

// copyOpenSense copies the module, so that it can be changed; what it takes from ours it still takes from here.
func copyOpenSense(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(root, "examples", "opensense"))); err != nil {
		t.Fatal(err)
	}
	edit := exec.Command("go", "mod", "edit", "-replace=github.com/faaslint/faaslint="+root)
	edit.Dir = dir
	if out, err := edit.CombinedOutput(); err != nil {
		t.Fatalf("go mod edit: %v\n%s", err, out)
	}
	return dir
}

// inOpenSense runs a command in the module. With found, exit code 1 is no error.
func inOpenSense(t *testing.T, dir string, found bool, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PWD="+dir, "GOFLAGS=", "GOWORK=off")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || !found || exit.ExitCode() != exitFindings) {
		t.Fatalf("%v: %v\n%s%s", args, err, out, &stderr)
	}
	return out
}

// An entry is a line of the inventory.
type entry struct{ kind, file, text, reuse string }

func (e entry) name() string { return e.file + ": " + e.text }

// readInventory checks that each text is in its file as often as the inventory says, and finds the lines.
func readInventory(t *testing.T, dir string) map[entry][]place {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "inventory.txt"))
	if err != nil {
		t.Fatal(err)
	}
	places := map[entry][]place{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.SplitN(line, " | ", 7)
		if len(f) != 7 {
			t.Fatalf("inventory: %d fields: %s", len(f), line)
		}
		e := entry{f[0], f[1], f[2], f[6]}
		source, err := os.ReadFile(filepath.Join(dir, e.file))
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for code := range strings.Lines(string(source)) {
			if n++; strings.Contains(code, e.text) {
				places[e] = append(places[e], place{e.file, n})
			}
		}
		if times, err := strconv.Atoi(f[3]); err != nil || times != len(places[e]) {
			t.Errorf("inventory: %s: %d times, not %s", e.name(), len(places[e]), f[3])
		}
	}
	return places
}

func checkInventory(t *testing.T, dir string) {
	var object tree
	if err := json.Unmarshal(inOpenSense(t, dir, true, filepath.Join(realBin, "faaslint"), "-json"), &object); err != nil {
		t.Fatal(err)
	}
	findings, errs, err := object.findings()
	if err != nil || len(errs) > 0 {
		t.Fatal(err, errs)
	}
	inventory := readInventory(t, dir)
	listed := map[place]bool{} // operations that could be kept
	for e, places := range inventory {
		for _, p := range places {
			listed[p] = listed[p] || e.kind == "op" && strings.HasPrefix(e.reuse, "yes")
		}
	}
	touched := map[place]string{}
	var early []string // what lazy says
	for _, f := range findings {
		if f.Check == "lazy" {
			rel, _ := filepath.Rel(dir, f.at.file)
			early = append(early, filepath.ToSlash(rel)+": "+f.Message)
			continue
		}
		expected := false
		for _, p := range placesOf(t, dir, f) {
			touched[p] = f.Message
			expected = expected || listed[p]
		}
		if !expected {
			t.Errorf("not in the inventory: %s: %s", f.at, f.Message)
		}
	}
	for i, want := range eager() {
		if len(early) != len(eager()) || !strings.HasPrefix(early[i], want) {
			t.Fatalf("lazy says %q, want %q", early, eager())
		}
	}
	for e, places := range inventory {
		for _, p := range places {
			checkPlace(t, e, p, touched[p])
		}
	}
}

// eager is what lazy says: the server loads a time zone for one page, and opens its stores also for the eight of 25 routes
// that need none. It says so where the server is made, and not once more in the three programs that call that.
func eager() []string {
	return []string{
		"server/server.go: time zone is loaded when New is called, but of its handlers only Server.sensorPage needs it",
		"server/server.go: Postgres pool and gocql session may be opened when New is called (in github.com/faaslint/faaslint/examples/opensense/store.OpenPostgres, postgres.go:30), but of its handlers only Server.addMultipleValues, Server.addSensor, Server.addValue and 14 more need it, not Server.docs, Server.license, Server.licenses or 5 more;",
	}
}

// placesOf are the lines that a finding points to: its own, and those on the way to the operation.
func placesOf(t *testing.T, dir string, f *finding) (places []place) {
	at := []position{f.at}
	for _, r := range f.Related {
		at = append(at, parsePosition(r.Posn))
	}
	for _, p := range at {
		rel, err := filepath.Rel(dir, p.file)
		if err != nil {
			t.Fatal(err)
		}
		places = append(places, place{filepath.ToSlash(rel), p.line})
	}
	return places
}

func checkPlace(t *testing.T, e entry, p place, message string) {
	t.Helper()
	reason, excused := missed[e.name()]
	switch {
	case e.kind == "ok":
		if message != "" && beside[e.name()] == "" {
			t.Errorf("%s:%d: %s is right as it is, but: %s", p.file, p.line, e.text, message)
		}
	case !strings.HasPrefix(e.reuse, "yes"): // cheap: may be reported or not
	case message == "" && !excused:
		t.Errorf("%s:%d: %s is not reported", p.file, p.line, e.text)
	case message != "" && excused:
		t.Errorf("%s:%d: %s is reported now, so this no longer holds: %s", p.file, p.line, e.text, reason)
	}
}

// checkDiff returns what the patch makes of the module.
func checkDiff(t *testing.T, dir string) map[string]string {
	golden := filepath.Join("testdata", "opensense.diff")
	before := sources(t, dir)
	got := inOpenSense(t, dir, true, filepath.Join(realBin, "faaslint"), "-diff")
	sameSources(t, "-diff", before, sources(t, dir))
	if *update {
		if err := os.WriteFile(golden, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("the diff is not that of %s: if it is as good, run go test -run OpenSense -update\n%s", golden, got)
	}
	copied := t.TempDir()
	if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	gitApply(t, copied, got)
	return sources(t, copied)
}

// checkFix wants the tests of the module to pass with what was repaired: among them is a replay of all requests, with
// the answers as they were. What is written is what the patch said, if there was one.
func checkFix(t *testing.T, dir string, patched map[string]string) {
	faaslint := filepath.Join(realBin, "faaslint")
	before := sources(t, dir)
	inOpenSense(t, dir, true, faaslint, "-fix", "-force")
	after := sources(t, dir)
	if patched != nil {
		sameSources(t, "-fix, unlike -diff,", patched, after)
	}
	changed := 0
	for file, old := range before {
		if old != after[file] {
			changed++
			keepsComments(t, file, old, after[file])
		}
		if strings.HasSuffix(file, "_test.go") && old != after[file] {
			t.Errorf("%s is a test, and was changed", file)
		}
	}
	if changed == 0 || len(before) != len(after) {
		t.Errorf("%d files changed, %d of %d are left", changed, len(after), len(before))
	}
	inOpenSense(t, dir, true, faaslint, "-fix", "-force")
	sameSources(t, "a second -fix", after, sources(t, dir))
	checkStores(t, dir)
	inOpenSense(t, dir, false, "go", "vet", "./...")
	inOpenSense(t, dir, false, "go", "test", "-skip=^TestInventory$", "./...") // which lists what there was to repair
}

// checkStores has the repaired server answer while its stores are away: what needs none as ever, what does with an error, and
// once they are back with what they say.
func checkStores(t *testing.T, dir string) {
	t.Helper()
	test, err := os.ReadFile(filepath.Join("testdata", "stores_test.go.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "server", "stores_test.go"), test, 0o666); err != nil {
		t.Fatal(err)
	}
}

func sources(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		files[filepath.ToSlash(rel)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func sameSources(t *testing.T, who string, before, after map[string]string) {
	t.Helper()
	for file, text := range after {
		if before[file] != text {
			t.Errorf("%s changes %s:\n%s", who, file, text)
		}
	}
	if len(before) != len(after) {
		t.Errorf("%s: there were %d files, now there are %d", who, len(before), len(after))
	}
}

// keepsComments wants all comments back, but for those beside a deferred call that is gone.
func keepsComments(t *testing.T, file, before, after string) {
	t.Helper()
	left := comments(t, file, after)
	for text, n := range comments(t, file, before) {
		if left[text] < n {
			t.Errorf("%s: a comment is lost: %s", file, text)
		}
	}
}

func comments(t *testing.T, file, src string) map[string]int {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	defers := map[int]bool{} // lines
	ast.Inspect(f, func(n ast.Node) bool {
		if n, ok := n.(*ast.DeferStmt); ok {
			defers[fset.Position(n.Pos()).Line] = true
		}
		return true
	})
	texts := map[string]int{}
	for _, group := range f.Comments {
		for _, c := range group.List {
			if !defers[fset.Position(c.Pos()).Line] {
				texts[c.Text]++
			}
		}
	}
	return texts
}
