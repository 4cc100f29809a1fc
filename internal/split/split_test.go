package split

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/faaslint/faaslint/internal/reach"
	"github.com/faaslint/faaslint/internal/reach/reachtest"
	"github.com/faaslint/faaslint/internal/routes"
	"github.com/faaslint/faaslint/internal/weigh"
)

var update = flag.Bool("update", false, "write what the programs of testdata are trimmed to")

// TestPrograms trims programs. Each archive is one; its section want/routes names the routes to keep, and want/FILE is
// what becomes of a file, if it changes at all. Each trimmed program must build, also as a tree of its own.
func TestPrograms(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no programs:", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			prog := reachtest.Load(t, archive, routes.IsHandler)
			got := trimmed(t, prog, archive)
			if *update {
				archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool {
					return strings.HasPrefix(f.Name, "want/") && f.Name != "want/routes"
				})
				for _, name := range sorted(got) {
					archive.Files = append(archive.Files, txtar.File{Name: "want/" + name, Data: []byte(got[name])})
				}
				if err := os.WriteFile(file, txtar.Format(archive), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			for _, f := range archive.Files {
				if name, ok := strings.CutPrefix(f.Name, "want/"); ok && name != "routes" {
					if got[name] != string(f.Data) {
						t.Errorf("%s: got\n%s\nwant\n%s", name, got[name], f.Data)
					}
					delete(got, name)
				}
			}
			for _, name := range sorted(got) {
				t.Errorf("%s is not wanted:\n%s", name, got[name])
			}
		})
	}
}

// trimmed makes the function of an archive and builds it in both forms. Apart from files it gives an error and what is
// kept for its effect.
func trimmed(t *testing.T, prog *reach.Program, archive *txtar.Archive) map[string]string {
	t.Helper()
	if err := Refusal(prog); err != nil {
		return map[string]string{"error": relative(prog, err.Error()) + "\n"}
	}
	table := routes.NewTable(prog, nil, nil)
	var rows []*routes.Row
	for _, f := range archive.Files {
		if f.Name != "want/routes" {
			continue
		}
		for line := range strings.Lines(string(f.Data)) {
			row, err := table.Row(strings.TrimSpace(line))
			if err != nil {
				t.Fatal(err)
			}
			rows = append(rows, row)
		}
	}
	f, err := New(table, "part", rows)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for name, text := range f.Files {
		rel, err := filepath.Rel(appDir(prog), name)
		if err != nil {
			t.Fatal(err)
		}
		got[filepath.ToSlash(rel)] = string(text)
	}
	for _, text := range f.Kept {
		got["kept"] += relative(prog, text) + "\n"
	}
	build(t, prog, f)
	return got
}

func appDir(prog *reach.Program) string { return filepath.Dir(prog.Main.CompiledGoFiles[0]) }

func relative(prog *reach.Program, text string) string {
	return strings.ReplaceAll(text, filepath.Dir(appDir(prog))+"/", "")
}

// build builds a function with an overlay, and as a tree of its own, and wants its routes to be there and no others.
func build(t *testing.T, prog *reach.Program, f *Function) {
	t.Helper()
	list, err := weigh.WriteOverlay(t.TempDir(), f.Files)
	if err != nil {
		t.Fatal(err)
	}
	// With a second package the go command compiles, and does not link, which takes most of the time.
	goBuild(t, prog, "-overlay="+list, ".", "errors")
	files, err := f.Copies(prog, "example.com/app/parts/"+f.Name)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		name = filepath.Join(appDir(prog), "parts", f.Name, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	goBuild(t, prog, "./parts/"+f.Name, "errors")
	loader := reach.Loader{Dir: appDir(prog), Env: reachtest.Env(), Files: f.Files, IsHandler: routes.IsHandler}
	again, err := loader.Load("example.com/app")
	if err != nil {
		t.Fatal(err)
	}
	found, _ := routes.Find(again)
	var got, want []string
	for _, r := range found {
		got = append(got, r.String())
	}
	for _, row := range f.Rows {
		want = append(want, row.String())
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the trimmed program has the routes %q, want %q", got, want)
	}
}

func goBuild(t *testing.T, prog *reach.Program, args ...string) {
	t.Helper()
	cmd := exec.Command("go", append([]string{"build"}, args...)...)
	cmd.Dir, cmd.Env = appDir(prog), reachtest.Env()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("go build %v: %v\n%s", args, err, out)
	}
}

func sorted(files map[string]string) (names []string) {
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
