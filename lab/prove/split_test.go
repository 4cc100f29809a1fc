package prove_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/faaslint/faaslint/lab/host"
	"github.com/faaslint/faaslint/lab/prove"
	"github.com/faaslint/faaslint/lab/stat"
)

func parts(t *testing.T) prove.Config {
	dir, err := filepath.Abs("testdata/parts")
	if err != nil {
		t.Fatal(err)
	}
	return prove.Config{
		Dir: dir, Package: ".", Requests: readRequests(t, filepath.Join(dir, "requests.jsonl")), Function: host.Function{Platform: host.OpenWhisk},
		Cold: 7, Limit: 1000, Faaslint: faaslint, Progress: t.Output(),
	}
}

// TestSplit splits an action in both ways. The functions without the client must be without its package initialisation, which
// takes a tenth of a second.
func TestSplit(t *testing.T) {
	r, err := prove.RunSplit(t.Context(), parts(t), []string{"gocql"})
	if err != nil {
		t.Fatal(err)
	}
	var text, page, data bytes.Buffer
	if err := errors.Join(r.WriteText(&text), r.WriteHTML(&page), r.WriteJSON(&data)); err != nil {
		t.Fatal(err)
	}
	t.Log(text.String())
	if r.Failed() {
		t.Errorf("a check does not hold: %v", r.Checks)
	}
	var names []string
	for _, p := range r.Parts {
		names = append(names, fmt.Sprint(p.Name, " ", p.Routes))
		if len(p.InitAllocs) != 7 || p.PackageBytes == 0 || p.PackageBytes >= p.BinaryBytes {
			t.Errorf("%s: %+v", p.Name, p)
		}
		light := p.Name == "plain" || p.Name == "without-gocql"
		if stat.Summarize(p.InitAllocs).Median < 5000 != light || stat.Summarize(p.InitBytes).Median < 500_000 != light {
			t.Errorf("%s: package initialisation allocates %v, %v bytes", p.Name, p.InitAllocs, p.InitBytes)
		}
		if light && p.BinaryBytes >= r.Parts[0].BinaryBytes {
			t.Errorf("%s is no smaller than the whole", p.Name)
		}
	}
	if got, want := strings.Join(names, ", "), "whole 2, plain 1, gocql 1, without-gocql 1, gocql, without gocql 1"; got != want {
		t.Errorf("parts: %s, want %s", got, want)
	}
	for i, want := range []string{"health: plain whole without-gocql", "things: gocql gocql, without gocql whole"} {
		var timed []string
		for name, s := range r.Cells[i].Samples {
			timed = append(timed, name)
			if len(s.Init) != 7 || len(s.Cold) != 7 || len(s.Warm) != 0 {
				t.Errorf("%s: %+v", name, s)
			}
		}
		slices.Sort(timed)
		if got := r.Cells[i].Name + ": " + strings.Join(timed, " "); got != want {
			t.Errorf("timed %s, want %s", got, want)
		}
	}
	health := r.Cells[0].Samples
	if w, p := slices.Min(health["whole"].Ready), slices.Min(health["plain"].Ready); w < 0.1 || p > 0.1 {
		t.Errorf("the whole is ready after %.3f s, and plain after %.3f", w, p)
	}
	for _, want := range []string{"<svg", "whole : this", "without-gocql", "init allocs", ">ok<"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	checkLayout(t, page.String(), 2)
	var back prove.SplitReport
	if err := json.Unmarshal(data.Bytes(), &back); err != nil || len(back.Parts) != 5 || len(back.Splits) != 3 || back.Splits[1].Default != "plain" {
		t.Errorf("JSON: %v\n%s", err, &data)
	}
}

// TestSplitFailed wants an answer that is not the recorded one to be reported, and not to end the run.
func TestSplitFailed(t *testing.T) {
	c := parts(t)
	c.Requests[2].Answer.Status, c.Cold = 200, 1
	r, err := prove.RunSplit(t.Context(), c, nil)
	if err != nil {
		t.Fatal(err)
	}
	if text := fmt.Sprint(r.Checks); !r.Failed() || !strings.Contains(text, "groups: 2 of 3 requests get the recorded answers; the first that does not: request 3, GET /nothing") {
		t.Errorf("checks: %s", text)
	}
}

func TestSplitErrors(t *testing.T) {
	for want, change := range map[string]func(*prove.Config){
		"no package":                func(c *prove.Config) { c.Package = "" },
		"want 1 or more":            func(c *prove.Config) { c.Cold = 0 },
		"package source: an":        func(c *prove.Config) { c.Function.Package = host.Source },
		"there is no dependency":    func(c *prove.Config) {},
		"faaslint: split: no route": func(c *prove.Config) { c.Dir, c.Package = filepath.Join(c.Dir, "..", "shop"), "./server" },
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			c := parts(t)
			change(&c)
			if _, err := prove.RunSplit(context.Background(), c, []string{"pgx"}); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %q", err, want)
			}
		})
	}
}

// TestEager repairs a server that opens its database when it starts, in a way that no check changes: then both versions are
// the same, and nothing may be wrong with that.
func TestEager(t *testing.T) {
	c := shop(t)
	c.Package, c.Untraced, c.Limit = "./server", true, 1000
	r := run(t, c)
	if len(r.Changes) != 1 || r.Changes[0].File != "function/main.go" { // another package of the module
		t.Errorf("changes: %v", r.Changes)
	}
	if r.Failed() {
		t.Errorf("checks: %v", r.Checks)
	}
	for _, name := range []string{"before", "after"} {
		if s := r.Cells[0].Samples[name]; slices.Min(s.Ready) < 0.1 || slices.Min(s.Warm) > 0.1 {
			t.Errorf("%s opens its database late: %+v", name, s)
		}
	}
	if v := r.Version("before").BinaryBytes; v != r.Version("after").BinaryBytes {
		t.Errorf("the binary has %d bytes before and %d after", v, r.Version("after").BinaryBytes)
	}
}
