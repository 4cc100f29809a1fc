//go:build linux

// Editorspeed compares the gopls that 'faaslint gopls' builds with stock gopls of the same version, on one module:
// go run ./scripts/editorspeed [-n 9] [-edits 30] [-delay 0s] MODULE_DIR FILE, where FILE is a Go file of the module, from its root.
//
// One session starts the server, opens FILE, edits it so many times without saving, and ends. Each text is new, and ends
// in a function that assigns a variable to itself, each time one line further down: gopls reports that after all analyzers
// have run, so a change is answered when the report has moved. By itself gopls waits a second before it looks at a change
// (its setting diagnosticsDelay); here it does not unless -delay says so, since that second would hide what is compared.
// CPU is user and system time of the server alone, RSS its greatest.
//
// Sessions of the two servers alternate. With a filled cache, one of each beforehand is not counted; with an empty one,
// GOPLSCACHE is a new folder each time, and the opening is what counts. go's own caches are filled throughout. Both
// servers index the whole cache of modules in the background, whatever they are asked for: here it holds what the module
// needs and nothing else, and changes begin when a server is idle.
//
// It prints figures and gives no judgement. GOTOOLCHAIN says which Go builds the servers, if this one is too old; what
// they look at is the module with the Go that is installed.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/faaslint/faaslint/internal/editors/jsonrpc"
)

func main() {
	runs := flag.Int("n", 9, "number of sessions of each server and kind")
	edits := flag.Int("edits", 30, "number of changes in a session")
	delay := flag.Duration("delay", 0, "how long the servers wait before they look at a change")
	flag.Parse()
	if flag.NArg() != 2 {
		fmt.Fprintln(os.Stderr, "editorspeed: usage: editorspeed [-n 9] [-edits 30] [-delay 0s] MODULE_DIR FILE")
		os.Exit(2)
	}
	b := &bench{edits: max(*edits, 1), delay: *delay, nonce: os.Getpid()}
	if err := b.measure(flag.Arg(0), flag.Arg(1), max(*runs, 1)); err != nil {
		fmt.Fprintln(os.Stderr, "editorspeed:", err)
		os.Exit(2)
	}
}

type bench struct {
	dir, file, temp string
	text            string
	edits           int
	delay           time.Duration
	nonce           int
}

// A sample is what one session cost.
type sample struct {
	opening time.Duration   // from the start of the server to the first report
	changes []time.Duration // from each change to its report
	cpu     time.Duration   // of one change, the mean of the session
	rss     int64           // KiB
}

func (b *bench) measure(dir, file string, n int) (err error) {
	if b.dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	b.file = filepath.Join(b.dir, file)
	text, err := os.ReadFile(b.file)
	if err != nil {
		return fmt.Errorf("reading the file to edit: %w", err)
	}
	b.text = string(text)
	if b.temp, err = os.MkdirTemp("", "editorspeed"); err != nil {
		return err
	}
	defer os.RemoveAll(b.temp)
	servers, err := b.build()
	if err != nil {
		return err
	}
	if err := b.download(); err != nil {
		return err
	}
	if _, err := b.alternate(servers, 1, b.filled); err != nil {
		return err
	}
	warm, err := b.alternate(servers, n, b.filled)
	if err != nil {
		return err
	}
	cold, err := b.alternate(servers, n, b.empty)
	if err != nil {
		return err
	}
	return print(os.Stdout, n, b.edits, warm, cold)
}

// build returns the two servers, ours first.
func (b *bench) build() ([]string, error) {
	ours, stock := filepath.Join(b.temp, "ours"), filepath.Join(b.temp, "stock")
	if err := command("GOBIN="+ours, "go", "run", "./cmd/faaslint", "gopls"); err != nil {
		return nil, err
	}
	out, err := exec.Command(filepath.Join(ours, "gopls-faaslint"), "version").Output()
	if err != nil {
		return nil, fmt.Errorf("asking the gopls that was built for its version: %w", err)
	}
	version, _, _ := strings.Cut(strings.TrimPrefix(string(out), "golang.org/x/tools/gopls "), "+")
	if err := command("GOBIN="+stock, "go", "install", "-trimpath", "golang.org/x/tools/gopls@"+version); err != nil {
		return nil, err
	}
	return []string{filepath.Join(ours, "gopls-faaslint"), filepath.Join(stock, "gopls")}, nil
}

// download fills a cache of modules, from the user's where that has them.
func (b *bench) download() error {
	out, err := exec.Command("go", "env", "GOMODCACHE", "GOPROXY").Output()
	if err != nil {
		return fmt.Errorf("go env: %w", err)
	}
	cache, proxy, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	cmd := exec.Command("go", "mod", "download")
	cmd.Dir = b.dir
	cmd.Env = append(b.environ(), "GOPROXY=file://"+filepath.ToSlash(filepath.Join(cache, "cache", "download"))+","+proxy)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go mod download in %s: %w\n%s", b.dir, err, out)
	}
	return nil
}

// environ is that of the servers, and of the go commands that they run.
func (b *bench) environ() []string {
	return append(os.Environ(), "PWD="+b.dir, "GOWORK=off", "GOTOOLCHAIN=local", "GOFLAGS=-modcacherw",
		"GOMODCACHE="+filepath.Join(b.temp, "mod"))
}

func command(env string, args ...string) error {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), env)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}

// filled keeps the cache from session to session. The servers can share a folder, in which each has one of its own.
func (b *bench) filled() (string, error) { return filepath.Join(b.temp, "cache"), nil }

func (b *bench) empty() (string, error) { return os.MkdirTemp(b.temp, "empty") }

// alternate runs sessions by turns, so that a change of the machine's load falls on both servers.
func (b *bench) alternate(servers []string, n int, cache func() (string, error)) ([][]sample, error) {
	all := make([][]sample, len(servers))
	for range n {
		for i, server := range servers {
			dir, err := cache()
			if err != nil {
				return nil, err
			}
			s, err := b.session(server, dir)
			if err != nil {
				return nil, fmt.Errorf("a session with %s: %w", filepath.Base(server), err)
			}
			all[i] = append(all[i], s)
		}
	}
	return all, nil
}

func (b *bench) session(server, cache string) (s sample, err error) {
	cmd := exec.Command(server)
	cmd.Dir = b.dir
	cmd.Env = append(b.environ(), "GOPLSCACHE="+cache)
	in, err := cmd.StdinPipe()
	if err != nil {
		return s, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return s, err
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return s, err
	}
	stop := time.AfterFunc(10*time.Minute, func() { cmd.Process.Kill() }) // then reading fails
	defer stop.Stop()
	defer cmd.Wait()
	defer cmd.Process.Kill()
	e := &editor{bench: b, in: in, out: bufio.NewReader(out), pid: cmd.Process.Pid}
	if err := e.open(); err != nil {
		return s, err
	}
	s.opening = time.Since(start)
	before, err := e.settle()
	if err != nil {
		return s, err
	}
	for range b.edits {
		start := time.Now()
		if err := e.change(); err != nil {
			return s, err
		}
		s.changes = append(s.changes, time.Since(start))
	}
	after, err := e.cpu()
	if err != nil {
		return s, err
	}
	s.cpu = (after - before) / time.Duration(b.edits)
	s.rss, err = e.peak()
	return s, err
}

// An editor is the other side of one session.
type editor struct {
	*bench
	in      io.Writer
	out     *bufio.Reader
	pid     int
	id      int
	version int
}

func (e *editor) uri() string { return (&url.URL{Scheme: "file", Path: e.file}).String() }

// next is a text that no server has seen.
func (e *editor) next() string {
	e.nonce++
	return fmt.Sprintf("%s\n// text %d%sfunc _(x int) { x = x }\n", e.text, e.nonce, strings.Repeat("\n", e.version))
}

func (e *editor) open() error {
	e.id, e.version = 1, 1
	err := e.send("initialize", &e.id, map[string]any{
		"rootUri":               (&url.URL{Scheme: "file", Path: e.dir}).String(),
		"initializationOptions": map[string]any{"diagnosticsDelay": e.delay.String()},
		"capabilities": map[string]any{"textDocument": map[string]any{
			"publishDiagnostics": map[string]any{"relatedInformation": true, "versionSupport": true},
		}},
	})
	if err != nil {
		return err
	}
	if err := e.until(func(m jsonrpc.Message) bool { return m.Method == "" && *m.ID == e.id }); err != nil {
		return err
	}
	err = errors.Join(e.send("initialized", nil, map[string]any{}), e.send("textDocument/didOpen", nil, map[string]any{
		"textDocument": map[string]any{"uri": e.uri(), "languageId": "go", "version": e.version, "text": e.next()},
	}))
	if err != nil {
		return err
	}
	return e.until(e.reported)
}

func (e *editor) change() error {
	e.version++
	err := e.send("textDocument/didChange", nil, map[string]any{
		"textDocument":   map[string]any{"uri": e.uri(), "version": e.version},
		"contentChanges": []any{map[string]any{"text": e.next()}},
	})
	if err != nil {
		return err
	}
	return e.until(e.reported)
}

// reported recognises the diagnostics of the present text.
func (e *editor) reported(m jsonrpc.Message) bool {
	var p struct {
		URI         string
		Diagnostics []struct {
			Source string
			Range  struct{ Start struct{ Line int } }
		}
	}
	if m.Method != "textDocument/publishDiagnostics" || json.Unmarshal(m.Params, &p) != nil || p.URI != e.uri() {
		return false
	}
	for _, d := range p.Diagnostics {
		if d.Source == "assign" && d.Range.Start.Line == strings.Count(e.text, "\n")+1+e.version {
			return true
		}
	}
	return false
}

// until reads messages up to the one that is waited for. What the server asks for, it gets nothing of.
func (e *editor) until(good func(jsonrpc.Message) bool) error {
	for {
		m, err := jsonrpc.Read(e.out)
		if err != nil {
			return err
		}
		if good(m) {
			return nil
		}
		if m.Method != "" && m.ID != nil {
			answer := jsonrpc.Message{ID: m.ID, Result: json.RawMessage("null")}
			if m.Method == "workspace/configuration" {
				answer.Result = json.RawMessage("[]")
			}
			if err := jsonrpc.Write(e.in, answer); err != nil {
				return err
			}
		}
	}
}

func (e *editor) send(method string, id *int, params any) error {
	p, err := json.Marshal(params)
	if err != nil {
		return err
	}
	return jsonrpc.Write(e.in, jsonrpc.Message{ID: id, Method: method, Params: p})
}

// cpu reads what the server has used so far. The fields are counted in hundredths of a second on all Linux systems.
func (e *editor) cpu() (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", e.pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:])) // from the third on
	user, err1 := strconv.Atoi(fields[11])
	system, err2 := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond, errors.Join(err1, err2)
}

// settle waits until the server does nothing, for a minute at most, and returns what it has used until then.
func (e *editor) settle() (used time.Duration, err error) {
	for range 120 {
		before := used
		if used, err = e.cpu(); err != nil || used-before < 20*time.Millisecond {
			break
		}
		time.Sleep(500 * time.Millisecond)
	}
	return used, err
}

func (e *editor) peak() (kib int64, err error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", e.pid))
	if err != nil {
		return 0, err
	}
	_, text, _ := strings.Cut(string(status), "VmHWM:")
	_, err = fmt.Sscan(text, &kib)
	return kib, err
}

func print(out io.Writer, n, edits int, warm, cold [][]sample) error {
	opening := func(s sample) []float64 { return []float64{s.opening.Seconds()} }
	rss := func(s sample) []float64 { return []float64{float64(s.rss) / 1024} }
	cpu := func(s sample) []float64 { return []float64{s.cpu.Seconds() * 1000} }
	changes := func(s sample) (v []float64) {
		for _, d := range s.changes {
			v = append(v, d.Seconds()*1000)
		}
		return v
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(out, "medians of %d alternating sessions of %d changes (least to greatest)\n", n, edits)
	fmt.Fprintln(w, "\tfaaslint\t\tgopls\t\tratio\t")
	line := func(name string, s [][]sample, of func(sample) []float64) {
		a, b := values(s[0], of), values(s[1], of)
		fmt.Fprintf(w, "%s\t%.1f\t(%.1f to %.1f)\t%.1f\t(%.1f to %.1f)\t%.2f\t\n", name,
			median(a), a[0], a[len(a)-1], median(b), b[0], b[len(b)-1], median(a)/median(b))
	}
	line("filled cache: change to diagnostics, ms", warm, changes)
	line("CPU of a change, ms", warm, cpu)
	line("opening, s", warm, opening)
	line("peak RSS, MiB", warm, rss)
	line("empty cache: opening, s", cold, opening)
	line("peak RSS, MiB", cold, rss)
	return w.Flush()
}

// values returns figures of all samples, in order of size.
func values(samples []sample, of func(sample) []float64) (v []float64) {
	for _, s := range samples {
		v = append(v, of(s)...)
	}
	slices.Sort(v)
	return v
}

func median(sorted []float64) float64 {
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
