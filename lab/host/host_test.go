package host_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/faaslint/faaslint/faas/replay"
	"github.com/faaslint/faaslint/lab/build"
	"github.com/faaslint/faaslint/lab/host"
)

// binaries are the same small application built for each platform.
var binaries = map[host.Platform]string{}

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	dir, err := os.MkdirTemp("", "faaslint-host-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	wd, err := os.Getwd()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	for platform, name := range map[host.Platform]string{host.OpenWhisk: "action", host.Lambda: "lambda", host.HTTP: "container"} {
		binaries[platform] = filepath.Join(dir, name)
		p := build.Program{Dir: wd, Package: "./testdata/" + name, Platform: platform}
		if err := build.Build(context.Background(), p, binaries[platform]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return m.Run()
}

// everywhere runs a test on each platform, with the binary in the image.
func everywhere(t *testing.T, test func(t *testing.T, f host.Function)) {
	for _, platform := range host.Platforms() {
		f := host.Function{Platform: platform, Package: host.Image, Exec: binaries[platform]}
		t.Run(string(platform), func(t *testing.T) {
			t.Parallel()
			test(t, f)
		})
	}
}

// packaged runs a test on each platform, in each package that it takes.
func packaged(t *testing.T, test func(t *testing.T, f host.Function)) {
	everywhere(t, test)
	for _, f := range []host.Function{
		{Platform: host.OpenWhisk, Package: host.ELF}, {Platform: host.OpenWhisk, Package: host.Zip}, {Platform: host.Lambda, Package: host.Zip},
	} {
		f.Exec = binaries[f.Platform]
		t.Run(fmt.Sprintf("%s/%s", f.Platform, f.Package), func(t *testing.T) {
			t.Parallel()
			test(t, f)
		})
	}
}

func deploy(t *testing.T, f host.Function) *host.Deployment {
	t.Helper()
	d, err := host.Deploy(f)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func start(t *testing.T, f host.Function) host.Instance {
	t.Helper()
	in, err := deploy(t, f).Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Stop() })
	return in
}

func get(uri string) replay.Request {
	path, query, _ := strings.Cut(uri, "?")
	return replay.Request{Method: "GET", Path: path, Query: query}
}

func do(t *testing.T, in host.Instance, r replay.Request) replay.Answer {
	t.Helper()
	a, err := in.Do(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestDo wants requests and answers to arrive as they are, whatever they travel through.
func TestDo(t *testing.T) {
	packaged(t, func(t *testing.T, f host.Function) {
		in := start(t, f)
		a := do(t, in, replay.Request{Method: "PATCH", Path: "/echo", Query: "a=%2B&b=[1]", Headers: map[string]string{"X-In": "1, 2"}, Body: []byte("\xff\x00ü")})
		if want := `PATCH /echo a=%2B&b=[1] example.com "1, 2" "\xff\x00ü"`; a.Status != 200 || string(a.Body) != want || a.Headers["X-Two"] != "a,b" {
			t.Errorf("got %d %v %s, want %s", a.Status, a.Headers, a.Body, want)
		}
		a = do(t, in, get("/binary"))
		if a.Status != 418 || string(a.Body) != "\x89PNG\x00\xff" || a.Headers["Content-Type"] != "image/png" {
			t.Errorf("got %d %v %q", a.Status, a.Headers, a.Body)
		}
		if a := do(t, in, get("/nothing")); a.Status != 404 || string(a.Body) != "404 page not found\n" {
			t.Errorf("got %d %q", a.Status, a.Body)
		}
	})
}

func TestStartup(t *testing.T) {
	packaged(t, func(t *testing.T, f host.Function) {
		f.Env = []string{"START=200ms"}
		in := start(t, f)
		s := in.Startup()
		if delivers := f.Package != host.Image; s.Ready < 200*time.Millisecond || delivers != (s.Deliver > 0) {
			t.Errorf("got %+v", s)
		}
		minor, _, err := in.Faults()
		if err != nil || minor == 0 {
			t.Errorf("%d page faults, %v", minor, err)
		}
		usage := in.Stop()
		if usage.MinorFaults < minor || usage.MaxRSS < 1<<20 || usage != in.Stop() {
			t.Errorf("used %+v", usage)
		}
	})
}

// TestSource has the container compile: what it does not know by itself it is told by the compiler.
func TestSource(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module example.com/action\n\ngo 1.26.0\n")
	write("main.go", "package main\n\nfunc Main(map[string]any) map[string]any { return map[string]any{\"body\": \"compiled\"} }\n")
	var caches []string
	f := host.Function{Platform: host.OpenWhisk, Package: host.Source, Source: dir}
	f.Compile = func(ctx context.Context, dir, cache, out string) error {
		caches = append(caches, cache)
		if _, err := os.Stat(cache); err == nil {
			t.Errorf("the cache %s is there before", cache)
		}
		return build.Build(ctx, build.Program{Dir: dir, Package: ".", Platform: host.OpenWhisk}, out)
	}
	for range 2 {
		in := start(t, f)
		a, err := in.Do(t.Context(), replay.Request{Method: "GET", Path: "/"})
		if err != nil || string(a.Body) != "compiled" {
			t.Errorf("got %q, %v", a.Body, err)
		}
		if up := in.Startup(); up.Compile < 10*time.Millisecond || up.Deliver <= 0 || up.Deliver > up.Compile || up.Ready <= 0 || up.Ready > up.Compile {
			t.Errorf("%+v", up)
		}
	}
	if len(caches) != 2 || caches[0] == caches[1] {
		t.Errorf("caches %q, want one for each container", caches)
	}
	write("main.go", "package main\n\nfunc Main(map[string]any) map[string]any { return unknown }\n")
	if _, err := deploy(t, f).Start(t.Context()); err == nil || !strings.Contains(err.Error(), "init: compile: ") || !strings.Contains(err.Error(), "undefined: unknown") {
		t.Errorf("got %v", err)
	}
	f.Compile = nil
	if _, err := host.Deploy(f); err == nil || !strings.Contains(err.Error(), "how to compile") {
		t.Errorf("got %v", err)
	}
}

// TestLog wants the log to be complete when the answer is there, on OpenWhisk, whose guard is for that.
func TestLog(t *testing.T) {
	everywhere(t, func(t *testing.T, f host.Function) {
		in := start(t, f)
		for range 3 {
			do(t, in, get("/log"))
		}
		if f.Platform != host.OpenWhisk {
			in.Stop()
		}
		log := in.Log()
		if strings.Count(log, "a line to standard output\n") != 3 || strings.Count(log, " and one to standard error without an end") != 3 ||
			strings.Count(log, "x") != 600_000 || strings.Contains(log, "XXX") {
			t.Errorf("the log has %d bytes", len(log))
		}
	})
}

func TestFailedStart(t *testing.T) {
	packaged(t, func(t *testing.T, f host.Function) {
		f.Env = []string{"START=fail"}
		_, err := deploy(t, f).Start(t.Context())
		if err == nil || !strings.Contains(err.Error(), "exit status 3") || !strings.Contains(err.Error(), "the settings are wrong") {
			t.Errorf("got %v", err)
		}
	})
}

func TestSlowStart(t *testing.T) {
	everywhere(t, func(t *testing.T, f host.Function) {
		f.Env, f.Timeout = []string{"START=1h"}, 300*time.Millisecond
		if _, err := deploy(t, f).Start(t.Context()); err == nil || !strings.Contains(err.Error(), "deadline exceeded") {
			t.Errorf("got %v", err)
		}
	})
}

func TestEndOfProcess(t *testing.T) {
	everywhere(t, func(t *testing.T, f host.Function) {
		_, err := start(t, f).Do(t.Context(), get("/exit"))
		if err == nil || !strings.Contains(err.Error(), "exit status 4") || !strings.Contains(err.Error(), "out of memory") {
			t.Errorf("got %v", err)
		}
	})
}

func TestTimeout(t *testing.T) {
	everywhere(t, func(t *testing.T, f host.Function) {
		f.Timeout = 5 * time.Second
		_, err := start(t, f).Do(t.Context(), get("/sleep?for=1h"))
		if err == nil || !strings.Contains(err.Error(), "deadline exceeded") {
			t.Errorf("got %v", err)
		}
	})
}

func TestRefused(t *testing.T) {
	for want, f := range map[string]host.Function{
		"one request at a time":     {Platform: host.OpenWhisk, Concurrency: 2},
		"want one of":               {Platform: "cloud"},
		"Lambda takes zip or image": {Platform: host.Lambda, Package: host.ELF},
		"has its code in the image": {Platform: host.HTTP, Package: host.Zip},
		"no such file":              {Platform: host.HTTP, Exec: "testdata/nothing"},
		"concurrency -1: want 0":    {Platform: host.HTTP, Concurrency: -1},
	} {
		if _, err := host.Deploy(f); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: got %v, want %q", f, err, want)
		}
	}
}

// pooled returns the answers to requests that are sent side by side.
func pooled(t *testing.T, p *host.Pool, uri string, n int) []string {
	t.Helper()
	answers := make([]string, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			a, err := p.Do(t.Context(), get(uri))
			if err != nil {
				t.Error(err)
			}
			answers[i] = string(a.Body)
		})
	}
	all.Wait()
	return answers
}

func newPool(t *testing.T, f host.Function, grace, idle time.Duration) *host.Pool {
	p := host.NewPool(deploy(t, f), grace, idle)
	t.Cleanup(p.Close)
	return p
}

// TestBurst wants a burst of k requests to start k instances where an instance gets one at a time.
func TestBurst(t *testing.T) {
	everywhere(t, func(t *testing.T, f host.Function) {
		const k = 5
		want := k
		if f.Platform == host.HTTP {
			want = 1
		}
		p := newPool(t, f, host.Grace, host.Idle)
		for range 2 { // the second burst finds them all
			pooled(t, p, "/sleep?for=1s", k)
			if got := p.Events(); got.Started != want || got.Removed != 0 {
				t.Errorf("got %+v, want %d started", got, want)
			}
		}
	})
}

// TestConcurrency wants an instance that takes four requests to get four.
func TestConcurrency(t *testing.T) {
	everywhere(t, func(t *testing.T, f host.Function) {
		if f.Platform == host.OpenWhisk {
			return // refused: see TestRefused
		}
		f.Concurrency = 4
		p := newPool(t, f, host.Grace, host.Idle)
		answers := pooled(t, p, "/sleep?for=1s", 8)
		if got := p.Events(); got.Started != 2 || got.Frozen != 0 {
			t.Errorf("got %+v, want 2 started", got)
		}
		if !strings.Contains(strings.Join(answers, " "), "4") {
			t.Errorf("side by side: %v, want 4", answers)
		}
	})
}

// eventually waits until something holds that a timer brings about.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for range 1000 {
		if holds() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("waited in vain until " + what)
}

// TestFreeze wants an instance without requests to be stopped, and the next request to find it as it was.
func TestFreeze(t *testing.T) {
	everywhere(t, func(t *testing.T, f host.Function) {
		p := newPool(t, f, host.Grace, 0)
		first := pooled(t, p, "/count", 1)[0]
		pid := strings.TrimPrefix(first, "1 of ")
		if f.Platform == host.HTTP {
			time.Sleep(4 * host.Grace)
			if s := state(t, pid); s == "T" || p.Events().Frozen != 0 {
				t.Errorf("state %s, %+v: a container goes on running", s, p.Events())
			}
			return
		}
		eventually(t, "it is frozen", func() bool { return state(t, pid) == "T" })
		if second := pooled(t, p, "/count", 1)[0]; second != "2 of "+pid {
			t.Errorf("got %q after %q", second, first)
		}
		eventually(t, "it is frozen again", func() bool { return p.Events() == host.Events{Started: 1, Frozen: 2, Thawed: 1} })
		p.Close()
		if _, err := os.Stat("/proc/" + pid); err == nil {
			t.Error("the frozen process is still there")
		}
	})
}

// state is that of a process: T is stopped.
func state(t *testing.T, pid string) string {
	t.Helper()
	text, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	return rest[:1]
}

// TestIdle wants an instance that nobody asks to be removed, and the next request to get a new one.
func TestIdle(t *testing.T) {
	everywhere(t, func(t *testing.T, f host.Function) {
		p := newPool(t, f, host.Grace, 4*host.Grace)
		first := pooled(t, p, "/count", 1)[0]
		eventually(t, "it is removed", func() bool { return p.Events().Removed == 1 })
		second := pooled(t, p, "/count", 1)[0]
		if !strings.HasPrefix(second, "1 of ") || first == second || p.Events().Started != 2 {
			t.Errorf("got %q after %q", second, first)
		}
	})
}

// TestBroken wants an instance that failed to be replaced.
func TestBroken(t *testing.T) {
	everywhere(t, func(t *testing.T, f host.Function) {
		p := newPool(t, f, host.Grace, 0)
		if _, err := p.Do(t.Context(), get("/exit")); err == nil {
			t.Error("no error from a process that ended")
		}
		pooled(t, p, "/count", 1)
		if got := p.Events(); got.Started != 2 || got.Removed != 1 {
			t.Errorf("got %+v", got)
		}
		p.Close()
		if _, err := p.Do(t.Context(), get("/count")); err == nil {
			t.Error("no error from a closed pool")
		}
	})
}
