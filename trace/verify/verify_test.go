package verify

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/faaslint/faaslint/trace"
	"github.com/faaslint/faaslint/trace/report"
)

// spans are those of two processes; the first answers two requests, in one goroutine and for a while in another.
func spans() []report.Span {
	begun := time.Unix(1_700_000_000, 0)
	span := func(process string, id, parent, request, goroutine uint64, kind trace.Kind, name string, start, length int) report.Span {
		return report.Span{Process: process, ID: id, Parent: parent, Request: request, Goroutine: goroutine, Kind: kind, Name: name,
			In: "example.com/m.f", At: "m.go:7", Start: begun.Add(time.Duration(start) * time.Millisecond), Duration: time.Duration(length) * time.Millisecond}
	}
	const a, b = "8000000000000001", "9000000000000002"
	list := []report.Span{
		span(a, 1, 0, 0, 1, trace.Create, "pattern", 0, 3),
		span(a, 2, 0, 1, 1, trace.Handler, "get sensors", 10, 60),
		span(a, 3, 2, 1, 1, trace.Connect, "Postgres pool", 11, 40),
		span(a, 4, 2, 1, 8, trace.Store, "query <all>", 52, 9),
		span(a, 5, 2, 1, 1, trace.Encode, "json.Marshal", 62, 5),
		span(a, 6, 0, 2, 1, trace.Handler, "get sensors", 100, 20),
		span(b, 1, 0, 1, 1, trace.Handler, "get units", 5, 2),
	}
	list[3].Failed = true
	return list
}

func TestOTLP(t *testing.T) {
	var out bytes.Buffer
	if err := report.WriteOTLP(&out, spans()); err != nil {
		t.Fatal(err)
	}
	traces, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(out.Bytes())
	if err != nil {
		t.Fatalf("%v:\n%s", err, &out)
	}
	if n := traces.SpanCount(); n != len(spans()) || traces.ResourceSpans().Len() != 2 {
		t.Fatalf("%d spans of %d processes", n, traces.ResourceSpans().Len())
	}
	var got []ptrace.Span
	for _, rs := range traces.ResourceSpans().All() {
		if name, ok := rs.Resource().Attributes().Get("service.name"); !ok || name.Str() == "" {
			t.Error("a process has no service.name")
		}
		for _, s := range rs.ScopeSpans().At(0).Spans().All() {
			got = append(got, s)
		}
	}
	for i, want := range spans() {
		s := got[i]
		if s.Name() != want.Name || !s.StartTimestamp().AsTime().Equal(want.Start) || s.EndTimestamp().AsTime().Sub(want.Start) != want.Duration {
			t.Errorf("%s is %s from %s to %s", want.Name, s.Name(), s.StartTimestamp(), s.EndTimestamp())
		}
		if s.TraceID().String() != fmt.Sprintf("%s%016x", want.Process, want.Request) || s.SpanID().String() != fmt.Sprintf("%016x", want.ID) {
			t.Errorf("%s is span %s of trace %s", want.Name, s.SpanID(), s.TraceID())
		}
		if s.ParentSpanID().IsEmpty() != (want.Parent == 0) || want.Parent != 0 && s.ParentSpanID().String() != fmt.Sprintf("%016x", want.Parent) {
			t.Errorf("%s lies in %s", want.Name, s.ParentSpanID())
		}
		if (s.Status().Code() == ptrace.StatusCodeError) != want.Failed || (s.Kind() == ptrace.SpanKindServer) != (want.Kind == trace.Handler) {
			t.Errorf("%s has status %s and is of kind %s", want.Name, s.Status().Code(), s.Kind())
		}
		cold, ok := s.Attributes().Get("faas.coldstart")
		kind, _ := s.Attributes().Get("faaslint.kind")
		if !ok || cold.Bool() != want.Cold() || kind.Str() != string(want.Kind) {
			t.Errorf("%s has the attributes %v", want.Name, s.Attributes().AsRaw())
		}
	}
}

const speedscope = "speedscope@1.25.0"

// TestSpeedscope shows the Chrome trace in speedscope and reads what is then on the page: the names of its threads, and
// for one of them the table of spans.
func TestSpeedscope(t *testing.T) {
	if testing.Short() {
		t.Skip("downloads speedscope and starts a browser")
	}
	page := release(t)
	var file bytes.Buffer
	if err := report.WriteChrome(&file, spans()); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir(page)))
	mux.HandleFunc("/trace.json", func(w http.ResponseWriter, r *http.Request) { w.Write(file.Bytes()) })
	server := httptest.NewServer(mux)
	defer server.Close()
	text := shown(t, server.URL+"/index.html#view=sandwich&profileURL="+server.URL+"/trace.json")
	for _, want := range []string{
		"process 8000000000000001 (pid 1, tid 1)", "process 8000000000000001 (pid 1, tid 8)", "process 9000000000000002 (pid 2, tid 1)",
		// 60 ms and 20 ms of both requests together, 15 ms and 20 ms of them in the handler itself, of 83 ms
		`80.00ms (96%) 35.00ms (42%) get sensors {"at":"m.go:7","in":"example.com/m.f"}`,
		`40.00ms (48%) 40.00ms (48%) Postgres pool {"at":"m.go:7","in":"example.com/m.f"}`,
		`5.00ms (6.0%) 5.00ms (6.0%) json.Marshal {"at":"m.go:7","in":"example.com/m.f"}`,
		`3.00ms (3.6%) 3.00ms (3.6%) pattern {"at":"m.go:7","in":"example.com/m.f"}`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q:\n%s", want, text)
		}
	}
}

// release unpacks speedscope and returns the folder with its page.
func release(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, args := range [][]string{
		{tool(t, "npm"), "pack", "--silent", speedscope},
		{tool(t, "tar"), "-xzf", strings.Replace(speedscope, "@", "-", 1) + ".tgz"},
	} {
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	return filepath.Join(dir, "package", "dist", "release")
}

// shown is the text of a page when a browser has run its scripts.
func shown(t *testing.T, url string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, tool(t, "chromium"), "--headless", "--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader",
		"--user-data-dir="+t.TempDir(), "--virtual-time-budget=20000", "--dump-dom", url)
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir())
	cmd.WaitDelay = 10 * time.Second
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	dom, err := cmd.Output()
	if err != nil {
		t.Fatalf("chromium: %v\n%s", err, &stderr)
	}
	text := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(string(dom), " ")
	return html.UnescapeString(strings.Join(strings.Fields(text), " "))
}

// tool finds a program. The gate installs it where there is apt-get; elsewhere -short leaves this test out.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("there is no %s to test with: apt-get install chromium npm, as .ci/run does, or leave the test out with -short", name)
	}
	return path
}
