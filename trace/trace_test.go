package trace

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"testing"
)

// A written is a line as a reader sees it.
type written struct {
	Version    int `json:"faaslint.span"`
	Process    string
	ID         uint64
	Parent     uint64
	Request    uint64
	Goroutine  uint64
	Kind, Name string
	In, At     string
	Start, NS  string
	Failed     bool
	Unfinished bool
}

func record(t *testing.T, do func(tr *tracer)) map[string]written {
	t.Helper()
	log := &lockedBuffer{}
	do(newTracer(log))
	lines := map[string]written{}
	for line := range strings.Lines(log.String()) {
		var w written
		dec := json.NewDecoder(strings.NewReader(line))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&w); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if _, twice := lines[w.Name]; twice {
			t.Errorf("%q was written twice", w.Name)
		}
		lines[w.Name] = w
	}
	return lines
}

type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func wantParents(t *testing.T, lines map[string]written, parents map[string]string) {
	t.Helper()
	for child, parent := range parents {
		c, ok := lines[child]
		if !ok {
			t.Errorf("%s was not written", child)
			continue
		}
		if c.Parent != lines[parent].ID {
			t.Errorf("%s lies in span %d, not in %q (%d)", child, c.Parent, parent, lines[parent].ID)
		}
	}
	if len(lines) != len(parents) {
		t.Errorf("%d spans, want %d: %v", len(lines), len(parents), lines)
	}
}

func TestNestsByGoroutine(t *testing.T) {
	lines := record(t, func(tr *tracer) {
		tr.start(nil, Create, "start-up").End()
		request := tr.start(nil, Handler, "request")
		inner := tr.start(context.Background(), Handler, "inner")
		tr.start(nil, Connect, "pool").End()
		tr.start(nil, Store, "query").End()
		inner.End()
		tr.start(nil, Encode, "answer").End()
		request.End()
		tr.start(nil, Handler, "second").End()
	})
	wantParents(t, lines, map[string]string{
		"start-up": "", "request": "", "inner": "request", "pool": "inner", "query": "inner", "answer": "request", "second": "",
	})
	for name, request := range map[string]uint64{"start-up": 0, "request": 1, "pool": 1, "answer": 1, "second": 2} {
		if got := lines[name].Request; got != request {
			t.Errorf("%s is of request %d, want %d", name, got, request)
		}
	}
	if in := lines["pool"].In; !strings.HasPrefix(in, ownPrefix+"TestNestsByGoroutine") || !strings.HasPrefix(lines["pool"].At, "trace_test.go:") {
		t.Errorf("pool is in %s at %s", in, lines["pool"].At)
	}
}

// A span around the whole program does not make all requests one.
func TestSpanAroundMain(t *testing.T) {
	lines := record(t, func(tr *tracer) {
		main := tr.start(nil, "program", "main")
		tr.start(nil, Connect, "pool").End()
		tr.start(nil, Handler, "first").End()
		second := tr.start(nil, Handler, "second")
		tr.start(nil, Handler, "inner").End()
		second.End()
		main.End()
	})
	for name, request := range map[string]uint64{"main": 0, "pool": 0, "first": 1, "second": 2, "inner": 2} {
		if got := lines[name].Request; got != request {
			t.Errorf("%s is of request %d, want %d", name, got, request)
		}
	}
}

// A context that carries no span of this goroutine says who asked; one that does says less than the goroutine knows.
func TestNestsByContext(t *testing.T) {
	lines := record(t, func(tr *tracer) {
		ctx := context.Background()
		a := tr.enter(&ctx, Handler, "a")
		b := tr.start(nil, Handler, "b") // in the same goroutine, of nobody's context
		tr.start(ctx, Store, "of b").End()
		var wg sync.WaitGroup
		wg.Add(2)
		go func() {
			defer wg.Done()
			defer tr.start(ctx, Connect, "elsewhere").End()
			tr.start(ctx, Decode, "in elsewhere").End()
		}()
		go func() {
			defer wg.Done()
			tr.start(nil, Create, "of nobody").End()
		}()
		wg.Wait()
		b.End()
		a.End()
		second := context.Background()
		c := tr.enter(&second, Handler, "c")
		tr.start(ctx, Store, "asked by a").End()
		c.End()
	})
	wantParents(t, lines, map[string]string{
		"a": "", "b": "a", "of b": "b", "elsewhere": "a", "in elsewhere": "elsewhere", "of nobody": "", "c": "", "asked by a": "a",
	})
	if of := lines["of nobody"].Request; of != 1 {
		t.Errorf("what nobody asked for is of request %d, want the latest, 1", of)
	}
}

func TestPanicLeavesSpans(t *testing.T) {
	lines := record(t, func(tr *tracer) {
		func() {
			defer func() { recover() }()
			defer tr.start(nil, Handler, "request").End()
			Value(tr.start(nil, Create, "object"), func() int {
				tr.start(nil, Store, "query")
				panic("x")
			}())
		}()
		tr.start(nil, Handler, "next").End()
	})
	wantParents(t, lines, map[string]string{"request": "", "object": "request", "query": "object", "next": ""})
	if lines["request"].Unfinished || !lines["object"].Unfinished || !lines["query"].Unfinished {
		t.Errorf("which are unfinished: %+v", lines)
	}
}

func TestEndTwiceAndOutOfOrder(t *testing.T) {
	lines := record(t, func(tr *tracer) {
		a := tr.start(nil, Create, "a")
		b := tr.start(nil, Create, "b")
		a.End()
		b.End()
		b.End()
		a.End()
		if len(tr.open) != 0 {
			t.Errorf("%d goroutines are left with open spans", len(tr.open))
		}
		end := make(chan bool)
		c := tr.start(nil, Create, "c")
		go func() { c.End(); close(end) }()
		<-end
		tr.start(nil, Create, "d").End()
	})
	wantParents(t, lines, map[string]string{"a": "", "b": "a", "c": "", "d": ""})
}

func TestFailures(t *testing.T) {
	lines := record(t, func(tr *tracer) {
		if got := Value(tr.start(nil, Connect, "good"), 7); got != 7 {
			t.Error(got)
		}
		_ = Value[error](tr.start(nil, Connect, "nil"), nil)
		_ = Value(tr.start(nil, Connect, "bad"), errors.New("x"))
		a, err := Pair[string, error](tr.start(nil, Connect, "bad pair"))("a", errors.New("y"))
		if a != "a" || err == nil {
			t.Error(a, err)
		}
		_, _ = Pair[string, error](tr.start(nil, Connect, "good pair"))("a", nil)
	})
	for name, want := range map[string]bool{"good": false, "nil": false, "bad": true, "bad pair": true, "good pair": false} {
		if lines[name].Failed != want {
			t.Errorf("%s: failed is %v", name, lines[name].Failed)
		}
	}
}

// What Start measures begins before the call and not before the arguments of earlier ones.
func TestOrderOfEvaluation(t *testing.T) {
	var order []string
	note := func(s string) int { order = append(order, s); return 0 }
	start := func() *Span { note("start"); return nil }
	_ = Value(start(), note("call"))
	_, _ = Pair[int, error](start())(func() (int, error) { return note("call"), nil }())
	if got := strings.Join(order, " "); got != "start call start call" {
		t.Error(got)
	}
}

func TestNamesAreEscaped(t *testing.T) {
	name := "a\"b\\c\nd\u2028é\x00"
	lines := record(t, func(tr *tracer) { tr.start(nil, Kind("k\t"), name+"\xff").End() })
	if w, ok := lines[name+"\ufffd"]; !ok || w.Kind != "k\t" {
		t.Errorf("%+v", lines)
	}
}

func TestParallel(t *testing.T) {
	lines := record(t, func(tr *tracer) {
		var wg sync.WaitGroup
		for i := range 50 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				s := tr.start(nil, Handler, fmt.Sprint("h", i))
				tr.start(nil, Store, fmt.Sprint("s", i)).End()
				s.End()
			}()
		}
		wg.Wait()
	})
	parents := map[string]string{}
	for i := range 50 {
		parents[fmt.Sprint("h", i)], parents[fmt.Sprint("s", i)] = "", fmt.Sprint("h", i)
	}
	wantParents(t, lines, parents)
	seen := map[uint64]bool{}
	for name, w := range lines {
		if strings.HasPrefix(name, "h") {
			seen[w.Request] = true
		}
	}
	if len(seen) != 50 || seen[0] {
		t.Errorf("%d different requests", len(seen))
	}
}

func TestEnvironment(t *testing.T) {
	var log bytes.Buffer
	for value, on := range map[string]bool{"": false, "0": false, "1": true} {
		if got := fromEnvironment(value, &log); (got != nil) != on {
			t.Errorf("%q: on is %v", value, got != nil)
		}
	}
	if log.Len() > 0 {
		t.Errorf("said: %s", &log)
	}
	if fromEnvironment("yes", &log) != nil || !strings.Contains(log.String(), `"yes" is neither 1 nor 0`) {
		t.Errorf("of yes: %s", &log)
	}
}

// off does what instrumented code does, with tracing off: this test binary runs without the variable.
func off(ctx context.Context) (n int, err error) {
	defer Enter(&ctx, Handler, "handler").End()
	n = Value(Start(ctx, Create, "object"), 1)
	return Pair[int, error](Start(ctx, Connect, "pool"))(n, nil)
}

func TestOffCostsNoMemory(t *testing.T) {
	if process != nil {
		t.Fatal(Variable + " is set: this test is about tracing that is off")
	}
	ctx := context.Background()
	if n := testing.AllocsPerRun(100, func() { off(ctx) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	var s *Span
	s.End()
	before := ctx
	if Enter(&ctx, Handler, "h") != nil || ctx != before {
		t.Error("Enter does something though tracing is off")
	}
}

// What costs next to nothing is inlined: that can be tested, where nanoseconds cannot.
func TestOffIsInlined(t *testing.T) {
	out, err := exec.Command("go", "build", "-gcflags=-m", ".").CombinedOutput()
	if err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	for _, name := range []string{"Start", "Enter", "(*Span).End"} {
		if !strings.Contains(string(out), ": can inline "+name+"\n") {
			t.Errorf("%s cannot be inlined", name)
		}
	}
}

func BenchmarkOff(b *testing.B) {
	ctx := context.Background()
	b.Run("Start", func(b *testing.B) {
		for b.Loop() {
			Start(ctx, Create, "object").End()
		}
	})
	b.Run("bare defer", func(b *testing.B) { // what the next two cost without us
		for b.Loop() {
			func() { defer nothing() }()
		}
	})
	b.Run("defer", func(b *testing.B) {
		for b.Loop() {
			func() { defer Start(ctx, Create, "object").End() }()
		}
	})
	b.Run("Enter", func(b *testing.B) {
		for b.Loop() {
			ctx := ctx
			func() { defer Enter(&ctx, Handler, "object").End() }()
		}
	})
	b.Run("Value", func(b *testing.B) {
		for b.Loop() {
			Value(Start(ctx, Create, "object"), 1)
		}
	})
	b.Run("Pair", func(b *testing.B) {
		for b.Loop() {
			Pair[int, error](Start(ctx, Connect, "object"))(1, nil)
		}
	})
}

func nothing() {}

func BenchmarkOn(b *testing.B) {
	tr := newTracer(discard{})
	for b.Loop() {
		tr.start(nil, Create, "object").End()
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
