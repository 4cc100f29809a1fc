package prove_test

import (
	"context"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/faaslint/faaslint/faas/replay"
	"github.com/faaslint/faaslint/lab/build"
	"github.com/faaslint/faaslint/lab/host"
)

const opensense = "../../examples/opensense"

// mains are OpenSense's for each platform: the naive port, and the server behind the platform's protocol.
var mains = map[host.Platform]struct{ naive, server string }{
	host.OpenWhisk: {"./action", "./server/action"},
	host.Lambda:    {"./lambda", "./server/lambda"},
	host.HTTP:      {"./knative", "./cmd/opensense-server"},
}

// TestOpenSense wants the server, the naive port and what faaslint makes of both to give the recorded answers to all
// requests, on each platform.
func TestOpenSense(t *testing.T) {
	if testing.Short() {
		t.Skip("builds twelve binaries with real drivers")
	}
	naive, fixed := trees(t)
	all := readRequests(t, filepath.Join(opensense, "testdata", "requests.jsonl"))
	for _, platform := range host.Platforms() {
		m := mains[platform]
		for name, p := range map[string]build.Program{
			"server": {Dir: naive.Dir, Package: m.server}, "naive": {Dir: naive.Dir, Package: m.naive}, "fixed": {Dir: fixed.Dir, Package: m.naive},
			"server, fixed": {Dir: fixed.Dir, Package: m.server},
		} {
			p.Platform = platform
			t.Run(string(platform)+"/"+name, func(t *testing.T) {
				pool := newPool(t, p)
				differences, err := replay.Compare(t.Context(), pool.Do, all)
				if err != nil {
					t.Fatal(err)
				}
				for _, d := range differences {
					t.Error(d)
				}
				if e := pool.Events(); e.Started != 1 || e.Removed != 0 {
					t.Errorf("one request after the other: %+v, want one instance", e)
				}
			})
		}
	}
}

// TestOpenSenseRace has 64 requests at a time answered by one instance of what faaslint makes of the naive port: the race
// detector must find nothing, and reads must be answered as ever.
func TestOpenSenseRace(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a binary with real drivers and the race detector")
	}
	_, fixed := trees(t)
	pool := newPool(t, build.Program{Dir: fixed.Dir, Package: mains[host.HTTP].naive, Platform: host.HTTP, Race: true})
	requests := readRequests(t, filepath.Join(opensense, "testdata", "requests.jsonl"))
	var reads []replay.Exchange
	for _, e := range requests {
		if e.Method == "GET" && e.Headers["Authorization"] == "" {
			reads = append(reads, e)
		}
	}
	if differences, err := replay.Compare(t.Context(), pool.Do, requests); err != nil || len(differences) > 0 {
		t.Fatal(err, differences)
	}
	// Nothing is written from here on, but what was may show in some of the answers.
	reads, err := replay.Record(t.Context(), pool.Do, reads)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range 64 {
		all.Go(func() {
			// Each begins elsewhere, so that different endpoints meet.
			from := len(reads) * i / 64
			mine := append(append([]replay.Exchange(nil), reads[from:]...), reads[:from]...)[:40]
			differences, err := replay.Compare(t.Context(), pool.Do, mine)
			if err != nil {
				t.Error(err)
			}
			for _, d := range differences {
				t.Error(d)
			}
		})
	}
	all.Wait()
	if e := pool.Events(); e.Started != 1 {
		t.Errorf("%+v, want one instance", e)
	}
}

// TestOpenSenseHoist wants the patch that stands for a repair by hand to fit the naive port, and to answer as recorded.
func TestOpenSenseHoist(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a binary with real drivers")
	}
	tree, err := build.Copy(t.Context(), opensense)
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Remove()
	cmd := exec.Command("git", "apply", filepath.Join("testdata", "hoist.patch"))
	cmd.Dir = tree.Dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	pool := newPool(t, build.Program{Dir: tree.Dir, Package: mains[host.HTTP].naive, Platform: host.HTTP})
	all := readRequests(t, filepath.Join(opensense, "testdata", "requests.jsonl"))
	if differences, err := replay.Compare(t.Context(), pool.Do, all); err != nil || len(differences) > 0 {
		t.Error(err, differences)
	}
}

// trees returns copies of OpenSense as it is and as faaslint repairs it.
func trees(t *testing.T) (naive, fixed *build.Tree) {
	t.Helper()
	var both [2]*build.Tree
	for i := range both {
		tree, err := build.Copy(t.Context(), opensense)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { tree.Remove() })
		both[i] = tree
	}
	if _, err := both[1].Fix(t.Context(), faaslint); err != nil {
		t.Fatal(err)
	}
	changes, err := build.Changes(t.Context(), both[0], both[1])
	if err != nil || len(changes) < 5 {
		t.Fatalf("the repair changes %v, %v", changes, err)
	}
	return both[0], both[1]
}

func newPool(t *testing.T, p build.Program) *host.Pool {
	t.Helper()
	exe := filepath.Join(t.TempDir(), "function")
	if err := build.Build(context.WithoutCancel(t.Context()), p, exe); err != nil {
		t.Fatal(err)
	}
	d, err := host.Deploy(host.Function{Platform: p.Platform, Exec: exe, Package: host.Image, Env: []string{"GORACE=halt_on_error=1"}})
	if err != nil {
		t.Fatal(err)
	}
	pool := host.NewPool(d, host.Grace, host.Idle)
	t.Cleanup(pool.Close)
	return pool
}

func readRequests(t *testing.T, name string) []replay.Exchange {
	t.Helper()
	all, err := replay.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return all
}
