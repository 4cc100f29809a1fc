package main

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/faaslint/faaslint/faas/replay"
	"github.com/faaslint/faaslint/internal/routes"
)

// serveAction serves an OpenWhisk action over HTTP, in the place of the platform.
const serveAction = `package main

import (
	"fmt"
	"net"
	"net/http"

	"github.com/faaslint/faaslint/faas/openwhisk"
)

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(l.Addr())
	panic(http.Serve(l, openwhisk.Gateway(Main)))
}
`

// TestSplitOpenSense splits the naive port as it is, in both forms, and replays all recorded requests: each goes to the
// function that owns its route, and to an unsplit action that gets the same requests and no others. (Its store is in its
// memory, so that a sensor which one function adds is not there for another. On real stores it would be.)
func TestSplitOpenSense(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a module with real drivers eight times")
	}
	t.Parallel()
	dir := copyOpenSense(t)
	exchanges, err := replay.ReadFile(filepath.Join(dir, "testdata", "requests.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	whole := filepath.Join(t.TempDir(), "whole")
	serving := filepath.Join(dir, "action", "serve.go")
	buildOverlay(t, dir, whole, "./action", map[string]string{serving: ownFile(t, serveAction)})
	if !linksPackage(t, whole, "github.com/gocql/gocql") {
		t.Fatal("the whole action has no Cassandra to begin with")
	}

	t.Run("overlay", func(t *testing.T) {
		out := filepath.Join(t.TempDir(), "out")
		inOpenSense(t, dir, false, filepath.Join(realBin, "faaslint"), "split", "-o", out, "./action")
		m := readManifest(t, filepath.Join(out, "routes.json"))
		wantFunctions(t, m, map[string]int{"plain": 8, "pgx": 5, "gocql-pgx": 12})
		wantGolden(t, "testdata/opensense.openapi.json", filepath.Join(out, "openapi.json"))
		binaries := map[string]string{}
		for _, f := range m.Functions {
			var overlay struct{ Replace map[string]string }
			readJSONFile(t, f.Overlay, &overlay)
			overlay.Replace[serving] = ownFile(t, serveAction)
			binaries[f.Name] = filepath.Join(t.TempDir(), f.Name)
			buildOverlay(t, dir, binaries[f.Name], f.Package, overlay.Replace)
		}
		for name, want := range map[string][2]bool{"plain": {false, false}, "pgx": {false, true}, "gocql-pgx": {true, true}} {
			for i, path := range []string{"github.com/gocql/gocql", "github.com/jackc/pgx/v5/pgxpool"} {
				if got := linksPackage(t, binaries[name], path); got != want[i] {
					t.Errorf("that function %s links %s is %t", name, path, got)
				}
			}
		}
		replaySplit(t, m, whole, binaries, exchanges)
	})

	t.Run("write", func(t *testing.T) {
		before := sources(t, dir)
		inOpenSense(t, dir, false, filepath.Join(realBin, "faaslint"), "split", "-without", "gocql", "-write", "functions", "./action")
		m := readManifest(t, filepath.Join(dir, "functions", "routes.json"))
		wantFunctions(t, m, map[string]int{"without-gocql": 13, "gocql": 12})
		after := sources(t, dir)
		for file, text := range before {
			if after[file] != text {
				t.Errorf("%s was changed", file)
			}
		}
		binaries := map[string]string{}
		for _, f := range m.Functions {
			binaries[f.Name] = filepath.Join(t.TempDir(), f.Name)
			at := filepath.Join(dir, "functions", f.Name, "serve.go")
			buildOverlay(t, dir, binaries[f.Name], f.Package, map[string]string{at: ownFile(t, serveAction)})
		}
		if linksPackage(t, binaries["without-gocql"], "github.com/gocql/gocql") || !linksPackage(t, binaries["gocql"], "github.com/gocql/gocql") {
			t.Error("the wrong function has Cassandra")
		}
		replaySplit(t, m, whole, binaries, exchanges)
	})
}

// wantGolden wants a file to be as one of testdata, which -update makes it.
func wantGolden(t *testing.T, golden, file string) {
	t.Helper()
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(golden, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || string(want) != string(got) {
		t.Errorf("%s is not as %s, %v:\n%s", file, golden, err, got)
	}
}

func wantFunctions(t *testing.T, m *manifest, want map[string]int) {
	t.Helper()
	for _, f := range m.Functions {
		if len(f.Routes) != want[f.Name] {
			t.Errorf("function %s has %d routes, want %d", f.Name, len(f.Routes), want[f.Name])
		}
	}
	if len(m.Functions) != len(want) {
		t.Errorf("%d functions, want %d", len(m.Functions), len(want))
	}
}

// replaySplit sends each request to its owner among the functions, and wants the answer of a whole action.
func replaySplit(t *testing.T, m *manifest, whole string, binaries map[string]string, exchanges []replay.Exchange) {
	t.Helper()
	var list []*routes.Route
	owners := map[*routes.Route]string{}
	for _, f := range m.Functions {
		for _, r := range f.Routes {
			route := &routes.Route{Methods: r.Methods, Path: r.Path}
			list = append(list, route)
			owners[route] = f.Name
		}
	}
	wholes, parts := map[string]replay.Doer{}, map[string]replay.Doer{}
	for name, binary := range binaries {
		wholes[name], parts[name] = replay.Server(serve(t, whole)), replay.Server(serve(t, binary))
	}
	count := map[string]int{}
	to := func(doers map[string]replay.Doer) replay.Doer {
		return func(ctx context.Context, r replay.Request) (replay.Answer, error) {
			name := m.Default
			if owner := routes.Owner(list, r.Method, r.Path); owner != nil {
				name = owners[owner]
			}
			count[name]++
			return doers[name](ctx, r)
		}
	}
	recorded, err := replay.Record(t.Context(), to(wholes), exchanges)
	if err != nil {
		t.Fatal(err)
	}
	differences, err := replay.Compare(t.Context(), to(parts), recorded)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range differences {
		t.Error(d)
	}
	same := 0
	for i := range recorded {
		if recorded[i].Answer.Status == exchanges[i].Answer.Status {
			same++
		}
	}
	t.Logf("%d requests (%v, twice), %d with the status that one action with one memory answers", len(exchanges), count, same)
}

// serve starts a binary and returns where it listens.
func serve(t *testing.T, binary string) string {
	t.Helper()
	cmd := exec.Command(binary)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	addr, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("%s does not serve: %v", binary, err)
	}
	return "http://" + strings.TrimSpace(addr)
}

// linksPackage reports whether a binary has a symbol of a package, or its module.
func linksPackage(t *testing.T, binary, path string) bool {
	t.Helper()
	symbols, err := exec.Command("go", "tool", "nm", binary).Output()
	if err != nil {
		t.Fatal(err)
	}
	modules, err := exec.Command("go", "version", "-m", binary).Output()
	if err != nil {
		t.Fatal(err)
	}
	module := strings.TrimSuffix(path, "/pgxpool")
	inSymbols, inModules := strings.Contains(string(symbols), path+"."), strings.Contains(string(modules), "\t"+module+"\t")
	if inSymbols != inModules {
		t.Errorf("%s: that it has symbols of %s is %t, and that it has the module is %t", binary, path, inSymbols, inModules)
	}
	return inSymbols
}

func buildOverlay(t *testing.T, dir, out, pkg string, replace map[string]string) {
	t.Helper()
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	inOpenSense(t, dir, false, "go", "build", "-overlay="+ownFile(t, string(data)), "-o", out, pkg)
}

func ownFile(t *testing.T, text string) string {
	t.Helper()
	f, err := os.CreateTemp(t.TempDir(), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
	return f.Name()
}

func readManifest(t *testing.T, file string) *manifest {
	t.Helper()
	m := new(manifest)
	readJSONFile(t, file, m)
	if len(m.Functions) == 0 || !slices.ContainsFunc(m.Functions, func(f *manifestFunction) bool { return f.Name == m.Default }) {
		t.Fatalf("%s: no functions, or the default is none of them", file)
	}
	return m
}

func readJSONFile(t *testing.T, file string, into any) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}
