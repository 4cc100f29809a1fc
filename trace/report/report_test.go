package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/faaslint/faaslint/trace"
)

// line is a line as package trace writes it; start and length in milliseconds.
func line(process string, id, parent, request, goroutine int, kind trace.Kind, name string, start, length int, more string) string {
	return fmt.Sprintf(`{"faaslint.span":1,"process":"%s","id":%d,"parent":%d,"request":%d,"goroutine":%d,"kind":"%s","name":"%s",`+
		`"in":"example.com/m.f","at":"m.go:1","start":"%d","ns":"%d"%s}`+"\n", process, id, parent, request, goroutine, kind, name,
		1_700_000_000_000_000_000+start*1_000_000, length*1_000_000, more)
}

const pa, pb = "800000000000000a", "800000000000000b"

// The log of two processes: one answers three requests, one a single request.
var log = strings.Join([]string{
	"starting\n",
	line(pa, 1, 0, 0, 1, trace.Create, "pattern", 0, 4, ""),
	// The first request: 100 = 2 of its own + 50 connect + 10 encode + 8 decode + 30 store, of which 5 are decoding.
	line(pa, 3, 2, 1, 7, trace.Connect, "pool", 20, 50, ""),
	"2026-11-25T10:00:00Z stderr: " + line(pa, 4, 2, 1, 7, trace.Decode, "body", 70, 8, ""),
	line(pa, 6, 5, 1, 7, trace.Decode, "row", 90, 5, ""),
	line(pa, 5, 2, 1, 7, trace.Store, "query", 80, 30, ""),
	line(pa, 7, 2, 1, 7, trace.Encode, "answer", 110, 10, ""),
	line(pa, 2, 0, 1, 7, trace.Handler, "get", 20, 100, ""),
	// The second: two goroutines ask at the same time, and one of them goes on after its end.
	line(pa, 9, 8, 2, 7, trace.Store, "query", 200, 10, ""),
	line(pa, 10, 8, 2, 9, trace.Store, "query", 205, 20, `,"failed":true`),
	line(pa, 8, 0, 2, 7, trace.Handler, "get", 200, 20, ""),
	line(pa, 12, 11, 3, 7, trace.Handler, "inner", 300, 6, ""),
	line(pa, 11, 0, 3, 7, trace.Handler, "get", 300, 7, `,"unfinished":true`),
	line(pb, 1, 0, 1, 1, trace.Handler, "get", 10, 1, ""),
	"done", // without an end of line
}, "")

func read(t *testing.T, log string) []Span {
	t.Helper()
	spans, err := Read(strings.NewReader(log))
	if err != nil {
		t.Fatal(err)
	}
	return spans
}

func TestRead(t *testing.T) {
	spans := read(t, log+log)
	var ids []string
	for _, s := range spans {
		ids = append(ids, fmt.Sprint(s.Process[15:], s.ID))
	}
	if got := strings.Join(ids, " "); got != "a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12 b1" {
		t.Error(got)
	}
	s := spans[9]
	want := Span{pa, 10, 8, 2, 9, trace.Store, "query", "example.com/m.f", "m.go:1", time.Unix(1_700_000_000, 205_000_000), 20 * time.Millisecond, true, false}
	if s != want {
		t.Errorf("got  %+v\nwant %+v", s, want)
	}
}

func TestDamagedLogs(t *testing.T) {
	good := line(pa, 1, 0, 0, 1, trace.Create, "x", 0, 1, "")
	for name, c := range map[string]struct{ log, want string }{
		"empty":   {"", "there are no spans"},
		"other":   {`{"level":"info"}` + "\n", "there are no spans"},
		"cut":     {"x\n" + good[:40] + "\n" + good, "1 damaged lines are left out; line 2: invalid character"},
		"form":    {strings.Replace(good, "span\":1", "span\":2", 1), "its form is 2"},
		"process": {strings.Replace(good, pa, "nothing", 1), "no process"},
		"number":  {strings.Replace(good, `"ns":"`, `"ns":"x`, 1), "damaged"},
	} {
		spans, err := Read(strings.NewReader(c.log))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
		damaged, is := errors.AsType[*DamagedError](err)
		if is && (damaged.Lines != 1 || name == "cut" && len(spans) != 1) {
			t.Errorf("%s: %+v, %d spans", name, damaged, len(spans))
		}
	}
}

func TestSums(t *testing.T) {
	sum := Summarize(read(t, log))
	const m = time.Millisecond
	for name, c := range map[string]struct{ got, want Sums }{
		"start-up": {sum.StartUp, Sums{Processes: 2, Create: 4 * m, Init: 4 * m, All: 4 * m}},
		"cold": {sum.Cold, Sums{Processes: 2, Requests: 2, Connect: 50 * m, Init: 50 * m, Store: 25 * m, Execute: 28 * m,
			Encode: 10 * m, Decode: 13 * m, All: 101 * m}},
		// 10 and 20 of the stores side by side, none left of the 20 of the request, 7 of the third
		"warm": {sum.Warm, Sums{Processes: 1, Requests: 2, Store: 30 * m, Execute: 37 * m, All: 37 * m}},
	} {
		if c.got != c.want {
			t.Errorf("%s:\ngot  %+v\nwant %+v", name, c.got, c.want)
		}
		if c.got.All != c.got.Init+c.got.Execute+c.got.Encode+c.got.Decode || c.got.Init != c.got.Create+c.got.Connect {
			t.Errorf("%s: the parts do not add up: %+v", name, c.got)
		}
	}
}

func TestRows(t *testing.T) {
	sum := Summarize(read(t, log))
	const m = time.Millisecond
	var first Row
	got := map[string]Row{}
	for i, r := range sum.Rows {
		if i == 0 {
			first = r
		}
		got[fmt.Sprint(r.Cold, " ", r.Name)] = r
	}
	if first.Name != "pool" || !first.Cold {
		t.Errorf("first is %+v", first)
	}
	for name, want := range map[string]Row{
		"true get":    {Count: 2, Total: 101 * m, Self: 3 * m, P50: 1 * m, P95: 100 * m},
		"true query":  {Count: 1, Total: 30 * m, Self: 25 * m, P50: 30 * m, P95: 30 * m},
		"false get":   {Count: 2, Total: 27 * m, Self: 1 * m, P50: 7 * m, P95: 20 * m},
		"false query": {Count: 2, Failed: 1, Total: 30 * m, Self: 30 * m, P50: 10 * m, P95: 20 * m},
	} {
		g := got[name]
		want.Cold, want.Kind, want.Name, want.In = g.Cold, g.Kind, g.Name, g.In
		if g != want {
			t.Errorf("%s:\ngot  %+v\nwant %+v", name, g, want)
		}
	}
	if len(got) != 10 {
		t.Errorf("%d rows", len(got))
	}
}

func TestPercentile(t *testing.T) {
	var ds []time.Duration
	for i := range 100 {
		ds = append(ds, time.Duration(i+1))
	}
	for p, want := range map[int]time.Duration{50: 50, 95: 95, 1: 1, 100: 100} {
		if got := percentile(ds, p); got != want {
			t.Errorf("p%d is %d", p, got)
		}
	}
	if got := percentile(ds[:3], 95); got != 3 {
		t.Errorf("p95 of three is %d", got)
	}
}

func TestText(t *testing.T) {
	var out bytes.Buffer
	if err := WriteText(&out, Summarize(read(t, log))); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"of 2 processes 2 requests 2 requests",
		"object creation 2.000 0.000 0.000",
		"connection 0.000 25.000 0.000",
		"of it, stores 0.000 12.500 15.000",
		"cold 2 0 101.000 3.000 1.000 100.000 handler: get (m.f)",
	} {
		if !strings.Contains(strings.Join(strings.Fields(out.String()), " "), want) {
			t.Errorf("lacks %q:\n%s", want, &out)
		}
	}
}

// TestChrome wants what the viewers rely on: complete events, which nest within each thread.
func TestChrome(t *testing.T) {
	var out bytes.Buffer
	if err := WriteChrome(&out, read(t, log)); err != nil {
		t.Fatal(err)
	}
	var file struct {
		TraceEvents []struct {
			Name, Cat, Ph string
			TS, Dur       float64
			PID, TID      int
			Args          map[string]any
		}
	}
	if err := json.Unmarshal(out.Bytes(), &file); err != nil {
		t.Fatal(err)
	}
	names := map[string]int{}
	for _, e := range file.TraceEvents {
		names[e.Ph]++
		if e.Name == "query" && e.TID == 9 && (e.TS != 205000 || e.Dur != 20000 || e.PID != 1 || e.Args["failed"] != true || e.Cat != "store,warm") {
			t.Errorf("%+v", e)
		}
		for _, f := range file.TraceEvents {
			if e.Ph == "X" && f.Ph == "X" && e.PID == f.PID && e.TID == f.TID && e.TS < f.TS && f.TS < e.TS+e.Dur && f.TS+f.Dur > e.TS+e.Dur {
				t.Errorf("%s and %s overlap in one thread", e.Name, f.Name)
			}
		}
	}
	if names["X"] != 13 || names["M"] != 2 {
		t.Errorf("events: %v", names)
	}
}

// TestOTLP looks at what ties spans together; module verify reads all of it with OpenTelemetry's own code.
func TestOTLP(t *testing.T) {
	var out bytes.Buffer
	if err := WriteOTLP(&out, read(t, log)); err != nil {
		t.Fatal(err)
	}
	type span struct{ TraceID, SpanID, ParentSpanID, Name, StartTimeUnixNano, EndTimeUnixNano string }
	var file struct {
		ResourceSpans []struct{ ScopeSpans []struct{ Spans []span } }
	}
	if err := json.Unmarshal(out.Bytes(), &file); err != nil {
		t.Fatal(err)
	}
	if len(file.ResourceSpans) != 2 || len(file.ResourceSpans[0].ScopeSpans[0].Spans) != 12 {
		t.Fatalf("%s", &out)
	}
	got := file.ResourceSpans[0].ScopeSpans[0].Spans[4]
	want := span{pa + "0000000000000001", "0000000000000005", "0000000000000002", "query", "1700000000080000000", "1700000000110000000"}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}
