package routes

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/faaslint/faaslint/internal/reach/reachtest"
)

var update = flag.Bool("update", false, "write what the programs of testdata have for routes")

// TestPrograms finds the routes of programs. Each archive is one, for one router: its prose says what is to be seen, and
// its section want has a line for each route: what it needs of others, and what is not known. Libraries are the stubs
// that all tests share.
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
			got := describe(NewTable(reachtest.Load(t, archive, IsHandler), nil, nil))
			for i, f := range archive.Files {
				if f.Name != "want" {
					continue
				}
				if *update {
					archive.Files[i].Data = []byte(got)
					if err := os.WriteFile(file, txtar.Format(archive), 0o666); err != nil {
						t.Fatal(err)
					}
				} else if string(f.Data) != got {
					t.Errorf("got\n%s\nwant\n%s", got, f.Data)
				}
				return
			}
			t.Fatal("no section want")
		})
	}
}

// describe has a line for the start and for each route.
func describe(t *Table) string {
	var b strings.Builder
	var start []string
	for _, d := range t.Deps {
		if d.Start {
			start = append(start, d.Name)
		}
	}
	fmt.Fprintf(&b, "start: %s\n", strings.Join(start, " "))
	for _, row := range t.Rows {
		line := row.String() + ":"
		for _, d := range row.Needs {
			line += " " + d.Name
		}
		if row.Open {
			line += "; the pattern is not constant"
		}
		for _, o := range row.Opens {
			line += "; " + o.What
		}
		if row.Fixed != "" {
			line += "; cannot be left out: " + row.Fixed
		}
		fmt.Fprintln(&b, line)
	}
	for _, block := range t.Blocks {
		line := "joined by the " + block.Kind() + " " + block.Node.Name + ":"
		for _, d := range block.Deps {
			line += " " + d.Name
		}
		fmt.Fprintf(&b, "%s, for %d routes\n", line, len(block.Rows))
	}
	if f := t.Finding(); f != nil {
		fmt.Fprintf(&b, "finding: %s\n", f.Message)
		for _, r := range f.Related {
			fmt.Fprintf(&b, "\t%d: %s\n", t.At(r.Pos).Line, r.Message)
		}
	}
	return b.String()
}

func TestMatch(t *testing.T) {
	for _, test := range []struct {
		pattern, path string
		below, want   bool
	}{
		{"/things", "/things", false, true},
		{"/things", "/things/", false, false},
		{"/things/{id}", "/things/7", false, true},
		{"/things/{id}", "/things/", false, false},
		{"/things/{id}", "/things/7/parts", false, false},
		{"/things/{id}/parts", "/things//parts", false, true},
		{"/things/{id:[0-9]+}", "/things/7", false, true},
		{"/things/:id", "/things/7", false, true},
		{"/files/*", "/files/a/b", false, true},
		{"/files/*", "/files", false, true},
		{"/files/*", "/file", false, false},
		{"/files/*path", "/files/a/b", false, true},
		{"/files/{path...}", "/files/a/b", false, true},
		{"/files/{proxy+}", "/files/a/b", false, true},
		{"/files/", "/files/a", true, true},
		{"/files/", "/files/a", false, false},
		{"/files/{$}", "/files/", true, true},
		{"/files/{$}", "/files/a", true, false},
		{"example.com/a", "/a", false, true},
		{"/", "/", false, true},
		{"/", "/a", false, false},
		{"/", "/a", true, true},
	} {
		r := &Route{Path: test.pattern, below: test.below}
		if _, got := r.Match("GET", test.path); got != test.want {
			t.Errorf("%s (below: %t) and %s: got %t", test.pattern, test.below, test.path, got)
		}
	}
}

func TestOwner(t *testing.T) {
	list := []*Route{
		{Methods: []string{"GET"}, Path: "/things/{id}"},
		{Methods: []string{"GET"}, Path: "/things/mine"},
		{Methods: []string{"DELETE"}, Path: "/things/{id}"},
		{Path: "/any"},
	}
	for request, want := range map[string]int{"GET /things/7": 0, "GET /things/mine": 1, "DELETE /things/7": 2, "DELETE /things/mine": 2,
		"PUT /things/7": 0, "PATCH /any": 3, "GET /none": -1} {
		method, path, _ := strings.Cut(request, " ")
		if got := slices.Index(list, Owner(list, method, path)); got != want {
			t.Errorf("%s: got %d, want %d", request, got, want)
		}
	}
}

func TestNearest(t *testing.T) {
	if got := nearest("gocqk", []string{"pgx", "gocql", "yaml"}); got != "gocql" {
		t.Errorf("got %q", got)
	}
}

// TestArchives wants each program to have its prose.
func TestArchives(t *testing.T) {
	err := fs.WalkDir(os.DirFS("testdata"), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		archive, err := txtar.ParseFile(filepath.Join("testdata", path))
		if err == nil && len(strings.TrimSpace(string(archive.Comment))) == 0 {
			t.Errorf("%s says nothing", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestHead wants to know of HEAD only where the router of GET answers it too.
func TestHead(t *testing.T) {
	for name, want := range map[string]bool{"servemux": true, "fiber": true, "chi": false, "switch": false} {
		archive, err := txtar.ParseFile("testdata/" + name + ".txtar")
		if err != nil {
			t.Fatal(err)
		}
		gets := 0
		for _, row := range NewTable(reachtest.Load(t, archive, IsHandler), nil, nil).Rows {
			isGet := slices.Equal(row.Methods, []string{"GET"})
			if row.Head != (want && isGet) {
				t.Errorf("%s: that %s is for HEAD too is %t", name, row, row.Head)
			}
			if isGet {
				gets++
			}
		}
		if gets == 0 {
			t.Errorf("%s: no route is for GET", name)
		}
	}
}
