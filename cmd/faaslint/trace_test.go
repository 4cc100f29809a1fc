package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/faaslint/faaslint/trace"
	"github.com/faaslint/faaslint/trace/report"
)

// TestTraceOpenSense wants the example to give the same answers with spans, on and off (its own tests replay all
// requests), the spans to be what a reader of the example expects, and the tree to come back byte for byte.
func TestTraceOpenSense(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and tests a module with real drivers")
	}
	t.Parallel()
	dir := copyOpenSense(t)
	faaslint := filepath.Join(realBin, "faaslint")
	before := allFiles(t, dir)

	out := filepath.Join(t.TempDir(), "overlay")
	list := strings.TrimSpace(string(inOpenSense(t, dir, false, faaslint, "trace", "-add", "-o", out)))
	sameFiles(t, "-add", before, allFiles(t, dir))
	binary := filepath.Join(out, "action.test")
	inOpenSense(t, dir, false, "go", "test", "-c", "-overlay="+list, "-o", binary, "./action")
	if log := runTraced(t, dir, binary, ""); bytes.Contains(log, []byte("faaslint.span")) {
		t.Errorf("spans are written though tracing is off:\n%s", log)
	}
	checkSpans(t, dir, runTraced(t, dir, binary, "1"))

	inOpenSense(t, dir, false, faaslint, "trace", "-add", "-write")
	inOpenSense(t, dir, false, "go", "vet", "./...")
	inOpenSense(t, dir, false, "go", "test", "./action")
	after := allFiles(t, dir)
	if bytes.Equal(before["store/postgres.go"], after["store/postgres.go"]) || !bytes.Equal(before["go.mod"], after["go.mod"]) {
		t.Error("the store has no spans, or go.mod has changed though it required the library before")
	}
	inOpenSense(t, dir, false, faaslint, "trace", "-remove")
	sameFiles(t, "-remove", before, allFiles(t, dir))
}

// runTraced runs the tests of the action in the quick mode and returns their log.
func runTraced(t *testing.T, dir, binary, value string) []byte {
	t.Helper()
	cmd := exec.Command(binary)
	cmd.Dir = filepath.Join(dir, "action")
	cmd.Env = append(os.Environ(), trace.Variable+"="+value)
	var log bytes.Buffer
	cmd.Stderr = &log
	if out, err := cmd.Output(); err != nil {
		t.Fatalf("%v\n%s%s", err, out, &log)
	}
	return log.Bytes()
}

func checkSpans(t *testing.T, dir string, log []byte) {
	t.Helper()
	spans, err := report.Read(bytes.NewReader(log))
	if err != nil {
		t.Fatal(err)
	}
	byID := map[uint64]report.Span{}
	requests := 0
	for _, s := range spans {
		byID[s.ID] = s
		if s.Parent == 0 && s.Kind == trace.Handler {
			requests++
		}
	}
	seen := map[string]int{}
	for _, s := range spans {
		parent := byID[s.Parent]
		seen[string(s.Kind)+": "+s.Name+" in "+parent.Name]++
		if s.Parent == 0 {
			continue
		}
		if s.Start.Before(parent.Start) || s.Start.Add(s.Duration).After(parent.Start.Add(parent.Duration)) {
			t.Errorf("%s (%s, %v) is not within %s (%s, %v)", s.Name, s.Start, s.Duration, parent.Name, parent.Start, parent.Duration)
		}
		if s.Request != parent.Request {
			t.Errorf("%s is of request %d, %s of %d", s.Name, s.Request, parent.Name, parent.Request)
		}
	}
	for _, want := range []string{
		"create: regular expression in ", // a package variable, before any request
		"create: router in Main", "create: RSA key in Main", "handler: sensors in Main", "handler: login in Main", "handler: addValue in Main",
		"decode: json.Unmarshal in sensors", "encode: json.Encoder.Encode in sensors", "decode: json.Decoder.Decode in addValue",
		"create: template in home",
	} {
		if seen[want] == 0 && seen[strings.Replace(want, "login", "Deps.login", 1)] == 0 {
			t.Errorf("no span %q among %v", want, seen)
		}
	}
	if n := seen["create: router in Main"]; n < 100 || requests < n {
		t.Errorf("%d requests, %d routers", requests, n)
	}
	checkPlaces(t, dir, spans)
	checkSums(t, spans)
}

// checkPlaces wants the line of each regular expression to be that of the file, not that of the copy with spans.
func checkPlaces(t *testing.T, dir string, spans []report.Span) {
	t.Helper()
	checked := 0
	for _, s := range spans {
		if s.Name != "regular expression" {
			continue
		}
		pkg, _, _ := strings.Cut(strings.TrimPrefix(s.In, "github.com/faaslint/faaslint/examples/opensense/"), ".")
		base, number, _ := strings.Cut(s.At, ":")
		text, err := os.ReadFile(filepath.Join(dir, pkg, base))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(text), "\n")
		if n, err := strconv.Atoi(number); err != nil || n > len(lines) || !strings.Contains(lines[n-1], "regexp.") {
			t.Errorf("%s is said to be at %s", s.In, s.At)
		}
		checked++
	}
	if checked == 0 {
		t.Error("no regular expression has a span")
	}
}

// checkSums adds up by another way than the report: nothing here runs side by side, so that all self times of a
// process are the lengths of its outermost spans.
func checkSums(t *testing.T, spans []report.Span) {
	t.Helper()
	var outermost time.Duration
	count := 0
	for _, s := range spans {
		if s.Parent == 0 {
			outermost += s.Duration
		}
	}
	sum := report.Summarize(spans)
	var total time.Duration
	for _, part := range []report.Sums{sum.StartUp, sum.Cold, sum.Warm} {
		if part.All != part.Create+part.Connect+part.Execute+part.Encode+part.Decode || part.Init != part.Create+part.Connect {
			t.Errorf("the parts do not add up: %+v", part)
		}
		total += part.All
	}
	for _, r := range sum.Rows {
		count += r.Count
	}
	if total != outermost || count != len(spans) {
		t.Errorf("all parts are %v and %d spans, the outermost spans %v of %d", total, count, outermost, len(spans))
	}
}

// TestTraceCorpus gives spans to every case of the corpus, in modules that know nothing of us: they must compile, and
// come back byte for byte.
func TestTraceCorpus(t *testing.T) {
	t.Parallel()
	dir := newWorkspace(t)
	faaslint := filepath.Join(realBin, "faaslint")
	before := allFiles(t, dir)
	for _, write := range []bool{false, true} {
		args := []string{faaslint, "trace", "-add"}
		if write {
			args = append(args, "-write")
		} else {
			args = append(args, "-o", filepath.Join(t.TempDir(), "overlay"))
		}
		_, stderr := runIn(t, dir, append(args, patterns(caseFolders)...)...)
		var n int
		if _, err := fmt.Sscanf(stderr, "faaslint: %d spans in", &n); err != nil || n < 400 {
			t.Errorf("%v: %d spans, and first: %s", args, n, stderr)
		}
		if !write {
			sameFiles(t, "-add", before, allFiles(t, dir))
		}
	}
	if _, stderr := runIn(t, dir, append([]string{"go", "vet"}, patterns(caseFolders)...)...); stderr != "" {
		t.Errorf("with spans in the files: %s", stderr)
	}
	if _, stderr := runIn(t, dir, append([]string{faaslint, "trace", "-remove"}, patterns(caseFolders)...)...); !strings.Contains(stderr, "spans removed from") {
		t.Error(stderr)
	}
	sameFiles(t, "-remove", before, allFiles(t, dir))
}

func allFiles(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, readErr := os.ReadFile(path)
		rel, relErr := filepath.Rel(dir, path)
		files[filepath.ToSlash(rel)] = text
		return errors.Join(readErr, relErr)
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func sameFiles(t *testing.T, who string, before, after map[string][]byte) {
	t.Helper()
	for name, text := range before {
		if now, ok := after[name]; !ok || !bytes.Equal(text, now) {
			t.Errorf("after %s %s is\n%s\nnot\n%s", who, name, now, text)
		}
	}
	for name := range after {
		if _, ok := before[name]; !ok {
			t.Errorf("%s leaves %s", who, name)
		}
	}
}

// A call that is the beginning or the end of another opens after it, and closes before it.
func TestInsertAll(t *testing.T) {
	const src = "{a().b(c())}"
	span := func(name string, from, to int) []insertion {
		return []insertion{{at: from, text: name + "(", from: from, to: to}, {at: to, text: ")" + name, from: from, to: to, closes: true}}
	}
	list := append(span("a", 1, 4), span("b", 1, 11)...)
	list = append(append(list, span("c", 7, 10)...), insertion{at: 1, text: " defer;", enters: true}, insertion{at: 0, text: "import;"})
	const want = "import;{ defer;b(a(a())a.b(c(c())c))b}"
	for range len(list) {
		list = append(list[1:], list[0])
		got, err := insertAll([]byte(src), list)
		if err != nil || string(got) != want {
			t.Errorf("%v\n%s\n%s", err, got, want)
		}
	}
	if _, err := insertAll([]byte("x"), []insertion{{at: 2}}); err == nil {
		t.Error("a span beyond the end is no error")
	}
}
