package prove_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/perf/benchfmt"

	"github.com/faaslint/faaslint/lab/host"
	"github.com/faaslint/faaslint/lab/prove"
	"github.com/faaslint/faaslint/lab/stat"
)

var faaslint string // the binary

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	dir, err := os.MkdirTemp("", "faaslint-prove-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	faaslint = filepath.Join(dir, "faaslint")
	cmd := exec.Command("go", "build", "-o", faaslint, "./cmd/faaslint")
	cmd.Dir = filepath.Join("..", "..")
	if out, err := cmd.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

func shop(t *testing.T) prove.Config {
	return prove.Config{
		Dir: "testdata/shop", Package: "./function", Requests: readRequests(t, "testdata/shop/requests.jsonl"), Function: host.Function{Platform: host.HTTP},
		Cold: 7, Warm: 5, Limit: 1.5, Faaslint: faaslint, Progress: t.Output(),
	}
}

func run(t *testing.T, c prove.Config) *prove.Report {
	t.Helper()
	var err error
	if c.Dir, err = filepath.Abs(c.Dir); err != nil {
		t.Fatal(err)
	}
	r, err := prove.Run(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := r.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	t.Log(text.String())
	return r
}

// verdicts are those of the checks of a version, by the words that their text begins with.
func verdict(t *testing.T, r *prove.Report, version, by string) stat.Verdict {
	t.Helper()
	for _, c := range r.Checks {
		if c.Version == version && strings.HasPrefix(c.Text, "query, warm") && strings.Contains(c.Text, "as long as "+by) {
			return c.Verdict
		}
	}
	t.Fatalf("no check of %s by %s in %v", version, by, r.Checks)
	return ""
}

// TestProve repairs a function that connects for each request, which takes a tenth of a second: it must be told from
// the server, its repair must not.
func TestProve(t *testing.T) {
	c := shop(t)
	c.Baseline, c.Race = "./server", true
	fresh := filepath.Join(t.TempDir(), "fresh")
	c.Fresh = "echo made >> " + fresh
	r := run(t, c)
	for _, v := range r.Versions {
		if v.Requests != 2 || len(v.Differences) != 0 || v.BinaryBytes < 1<<20 || v.Init.Allocs == 0 || len(v.Init.Packages) == 0 {
			t.Errorf("%s: %+v", v.Name, v)
		}
	}
	if v := verdict(t, r, "before", "baseline"); v != stat.Exceeded {
		t.Errorf("before by baseline: %s", v)
	}
	if v := verdict(t, r, "after", "before"); v != stat.Within {
		t.Errorf("after by before: %s", v)
	}
	if v := verdict(t, r, "after", "baseline"); v == stat.Exceeded {
		t.Errorf("after by baseline: %s", v)
	}
	if len(r.Changes) != 1 || r.Changes[0].File != "function/main.go" || r.Changes[0].Added < 5 || r.Changes[0].Removed < 2 {
		t.Errorf("changes: %v", r.Changes)
	}
	if text, err := os.ReadFile(fresh); err != nil || strings.Count(string(text), "made") != 5 {
		t.Errorf("data were made fresh so often: %q, %v; want 3 replays, the timing and the race detector", text, err)
	}
	if len(r.Tactics) != 2 || r.Tactics[0].Check != "reuse" || r.Tactics[0].Files != 1 || r.Tactics[0].Added != r.Changes[0].Added || r.Tactics[1].Files != 0 {
		t.Errorf("by check: %+v, in all %v", r.Tactics, r.Changes)
	}
	if r.Race == nil || r.Race.Requests != 64*20 || r.Race.Wrong != 0 || r.Race.Races != 0 {
		t.Errorf("race: %+v", r.Race)
	}
	checkTraced(t, r)
	checkSamples(t, r)
	checkFormats(t, r)
}

// checkTraced wants a pool for each request before and for the first one after. Its connection, which takes a tenth of a
// second, is made by the first query of the store.
func checkTraced(t *testing.T, r *prove.Report) {
	cell := r.Cells[0].Traced
	if cell == nil {
		t.Fatal("no traced run")
	}
	if b := cell["before"]; b.Cold.Store < 0.09 || b.Warm.Store < 0.09 || b.Warm.Connect == 0 || b.Warm.Execute > 0.05 {
		t.Errorf("before: %+v", b)
	}
	if a := cell["after"]; a.Cold.Store < 0.09 || a.Cold.Execute > 0.05 || a.Warm.Store > 0.05 || a.Warm.Connect != 0 {
		t.Errorf("after: %+v", a)
	}
	for name, warm := range map[string]float64{"before": 1, "after": 0} {
		objects := r.Version(name).Objects
		if len(objects) != 1 || objects[0].Name != "database pool" || objects[0].ColdTimes != 1 || objects[0].WarmTimes != warm {
			t.Errorf("%s builds %+v", name, objects)
		}
	}
}

func checkSamples(t *testing.T, r *prove.Report) {
	if len(r.Cells) != 1 || r.Cells[0].Requests != 2 {
		t.Fatalf("cells: %+v", r.Cells)
	}
	for name, s := range r.Cells[0].Samples {
		if len(s.Cold) != 7 || len(s.Warm) != 7 || len(s.AllWarm) != 35 || len(s.Faults) != 7 {
			t.Errorf("%s: %+v", name, s)
		}
		for i := range s.Cold {
			if s.Deliver[i] != 0 || s.Init[i] != s.Ready[i] || s.Cold[i] != s.Ready[i]+s.First[i] || s.Faults[i] < 100 {
				t.Errorf("%s, process %d: %+v", name, i, s)
			}
		}
	}
}

func checkFormats(t *testing.T, r *prove.Report) {
	var text, bench, page bytes.Buffer
	for _, err := range []error{r.WriteJSON(&text), r.WriteBench(&bench), r.WriteHTML(&page)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	var back prove.Report
	if err := json.Unmarshal(text.Bytes(), &back); err != nil || len(back.Cells[0].Samples["after"].Cold) != 7 {
		t.Errorf("JSON: %v\n%s", err, &text)
	}
	results := 0
	for in := benchfmt.NewReader(&bench, "report"); in.Scan(); {
		result, is := in.Result().(*benchfmt.Result)
		if !is || len(result.Values) != 1 || result.Values[0].Value <= 0 {
			t.Errorf("benchmark format: %v", in.Result())
		}
		results++
	}
	if want := 3 * (7 + 7 + 7 + 35); results != want {
		t.Errorf("%d benchmark results, want %d", results, want)
	}
	for _, want := range []string{"<svg", "function/main.go", "as long as baseline", ">FAIL<", "page faults", "Init time per object", "Where the cold start goes", "<td>reuse<td>1<td>"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(strings.ReplaceAll(page.String(), "http://www.w3.org/", ""), "://") || strings.Contains(page.String(), "<script") {
		t.Error("the page needs something from elsewhere")
	}
	checkLayout(t, page.String(), 6)
}

// measured is added to the page: its title then says what is wrong with what a browser made of it.
const measured = `<script>
const charts = [...document.querySelectorAll("svg")].map(s => s.getBoundingClientRect())
const small = charts.filter(c => c.width < 250 || c.height < 150).length
const wide = document.documentElement.scrollWidth > window.innerWidth
document.title = charts.length + " charts, " + small + " small, too wide: " + wide
</script>`

// checkLayout shows the page in a browser.
func checkLayout(t *testing.T, page string, charts int) {
	t.Helper()
	if testing.Short() {
		return
	}
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("there is no chromium to test with: apt-get install chromium, as .ci/run does, or leave this out with -short")
	}
	file := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(file, []byte(page+measured), 0o666); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--window-size=1080,2000",
		"--user-data-dir="+t.TempDir(), "--dump-dom", "file://"+file)
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir())
	cmd.WaitDelay = 10 * time.Second
	dom, err := cmd.Output()
	if want := fmt.Sprintf("<title>%d charts, 0 small, too wide: false</title>", charts); err != nil || !strings.Contains(string(dom), want) {
		_, title, _ := strings.Cut(string(dom), "<title>")
		t.Errorf("chromium: %v, %.80s, want %s", err, title, want)
	}
}

func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

// TestRevisions compares two revisions, the second of which answers something else. The module is not at the top.
func TestRevisions(t *testing.T) {
	top := t.TempDir()
	c := shop(t)
	c.Dir = filepath.Join(top, "apps", "shop")
	if err := os.CopyFS(c.Dir, os.DirFS("testdata/shop")); err != nil {
		t.Fatal(err)
	}
	git(t, top, "init", "-q")
	git(t, top, "add", ".")
	git(t, top, "commit", "-qm", "one")
	name := filepath.Join(c.Dir, "function", "main.go")
	source, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(source), "you asked for", "You asked for", 1)
	if err := os.WriteFile(name, []byte(changed), 0o666); err != nil {
		t.Fatal(err)
	}
	git(t, top, "commit", "-qam", "two")
	c.Before, c.After, c.Faaslint, c.Cold, c.Warm = "HEAD~1", "HEAD", "", 1, 1
	r := run(t, c)
	if !r.Failed() || len(r.Version("before").Differences) != 0 || len(r.Version("after").Differences) != 2 {
		t.Errorf("failed %v: %v", r.Failed(), r.Checks)
	}
	if text := fmt.Sprint(r.Checks); !strings.Contains(text, "after answers 2 of 2 requests otherwise than recorded; the first: request 1, GET /socks: body") {
		t.Errorf("checks: %s", text)
	}
	if !strings.Contains(r.NoTrace, "no faaslint") {
		t.Errorf("no trace: %q", r.NoTrace)
	}
	c.Record, c.Before, c.After = true, "HEAD", "HEAD" // what is recorded anew is right
	if r := run(t, c); r.Failed() {
		t.Errorf("checks: %v", r.Checks)
	}
}

// TestRace wants a function that counts its requests in a plain variable to be found out, and only with the detector.
func TestRace(t *testing.T) {
	c := shop(t)
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(c.Dir)); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "function", "main.go")
	source, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	counting := strings.Replace(string(source), "\tdb, err :=", "\tcount++\n\tdb, err :=", 1) + "\nvar count int\n"
	if err := os.WriteFile(name, []byte(counting), 0o666); err != nil {
		t.Fatal(err)
	}
	c.Dir, c.Cold, c.Warm, c.Limit = dir, 1, 1, 1000
	if r := run(t, c); r.Failed() {
		t.Errorf("without the detector: %v", r.Checks)
	}
	c.Race = true
	if r := run(t, c); !r.Failed() || r.Race.Races == 0 || !strings.Contains(fmt.Sprint(r.Checks), "data races under 64 requests at a time; the first: ====") && !strings.Contains(fmt.Sprint(r.Checks), "main.handle") {
		t.Errorf("%+v, checks: %v", r.Race, r.Checks)
	}
}

// TestAnswersAlone times nothing.
func TestAnswersAlone(t *testing.T) {
	c := shop(t)
	c.Cold = 0
	r := run(t, c)
	if r.Failed() || len(r.Cells) != 0 || len(r.Checks) != 2 {
		t.Errorf("cells %v, checks %v", r.Cells, r.Checks)
	}
	var text, page bytes.Buffer
	if err := errors.Join(r.WriteJSON(&text), r.WriteHTML(&page)); err != nil || strings.Contains(page.String(), "<svg") {
		t.Errorf("%v: %s", err, &page)
	}
}

// TestFailed wants a version whose answers are wrong to be reported, not to end the run.
func TestFailed(t *testing.T) {
	c := shop(t)
	c.Requests[0].Answer.Status, c.Cold, c.Warm = 404, 1, 3
	r := run(t, c)
	if text := fmt.Sprint(r.Checks); !r.Failed() || !strings.Contains(text, "after answers 2 of 4 timed requests with another status") {
		t.Errorf("checks: %s", text)
	}
}

func TestErrors(t *testing.T) {
	for want, change := range map[string]func(*prove.Config){
		"no package":                        func(c *prove.Config) { c.Package = "" },
		"want one or more":                  func(c *prove.Config) { c.Cold = -1 },
		"want 1 or more":                    func(c *prove.Config) { c.Limit = 0.5 },
		"gets no 64 requests at a time":     func(c *prove.Config) { c.Race, c.Function.Platform = true, host.OpenWhisk },
		"and none before":                   func(c *prove.Config) { c.After = "HEAD" },
		"find the revision nothing":         func(c *prove.Config) { c.Before, c.After = "nothing", "nothing" },
		"want package main":                 func(c *prove.Config) { c.Package = "./slow" },
		"names several packages":            func(c *prove.Config) { c.Package = "./..." },
		"it has no func main":               func(c *prove.Config) { c.Package, c.Baseline = "./function", "./none" },
		"neither Main, as":                  func(c *prove.Config) { c.Package, c.Function.Platform = "./none", host.OpenWhisk },
		"fresh data: exit 3: exit status 3": func(c *prove.Config) { c.Fresh = "exit 3" },
		"repair":                            func(c *prove.Config) { c.Faaslint = "/nothing" },
		"wait for it to listen":             func(c *prove.Config) { c.Package = "./ends" },
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			c := shop(t)
			c.Dir = t.TempDir()
			if err := os.CopyFS(c.Dir, os.DirFS("testdata/shop")); err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(c.Dir, "none", "none.go"), "package main\n")
			write(t, filepath.Join(c.Dir, "ends", "ends.go"), "package main\n\nfunc main() {}\n")
			git(t, c.Dir, "init", "-q")
			change(&c)
			_, err := prove.Run(context.Background(), c)
			if want == "repair" {
				want = "/nothing -fix in a copy of the module"
			}
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %q", err, want)
			}
		})
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
