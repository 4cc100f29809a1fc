package build_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/faaslint/faaslint/lab/build"
	"github.com/faaslint/faaslint/lab/host"
)

// module writes files, by name, below a folder.
func module(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, []byte(text), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// answer runs an OpenWhisk action as a process for one request, and returns what it wrote to file descriptor 3.
func answer(t *testing.T, exe, line string) string {
	t.Helper()
	cmd := exec.Command("sh", "-c", `exec "$0" 3>&1`, exe)
	cmd.Env = append(os.Environ(), "OW_WAIT_FOR_ACK=1")
	cmd.Stdin = strings.NewReader(line + "\n")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	ack, rest, _ := strings.Cut(string(out), "\n")
	if ack != `{ "ok": true }` {
		t.Errorf("first line %q", ack)
	}
	return strings.TrimSuffix(rest, "\n")
}

// TestLauncher builds actions with the forms of Main that OpenWhisk knows. Names of theirs must not meet the launcher's.
func TestLauncher(t *testing.T) {
	const object = `package main

import "os"

var json, bufio, reflect, in, out = 1, 2, 3, 4, 5

func Main(args map[string]interface{}) map[string]interface{} {
	args["key"] = os.Getenv("__OW_API_KEY")
	return args
}
`
	const list = "package main\n\nfunc Main(args []interface{}) []any { return append(args, len(args)) }\n"
	const own = "package main\n\nimport \"os\"\n\nfunc main() { os.NewFile(3, \"\").WriteString(\"{ \\\"ok\\\": true }\\nmine\\n\") }\n"
	const unfit = "package main\n\nfunc Main(args map[string]any) map[string]any { return map[string]any{\"f\": func() {}} }\n"
	for name, c := range map[string]struct{ source, line, want string }{
		"object": {object, `{"value":{"a":[1,"b"]},"api_key":"secret","deadline":"1"}`, `{"a":[1,"b"],"key":"secret"}`},
		"list":   {list, `{"value":["a","b"]}`, `["a","b",2]`},
		"own":    {own, `{}`, `mine`},
		"wrong":  {object, `{"value":7}`, `{"error":"read argument: json: cannot unmarshal number into Go value of type map[string]interface {}"}`},
		"bad":    {object, `{`, `{"error":"read request: unexpected end of JSON input"}`},
		"unfit":  {unfit, `{"value":{}}`, `{"error":"write result: json: unsupported type: func()"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := module(t, map[string]string{"go.mod": "module example.com/action\n\ngo 1.26.0\n", "action.go": c.source})
			exe := filepath.Join(t.TempDir(), "exec")
			if err := build.Build(t.Context(), build.Program{Dir: dir, Package: ".", Platform: host.OpenWhisk}, exe); err != nil {
				t.Fatal(err)
			}
			if got := answer(t, exe, c.line); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if files, err := os.ReadDir(dir); err != nil || len(files) != 2 {
				t.Errorf("the build left something in the folder: %v, %v", files, err)
			}
		})
	}
}

// TestCopy wants a copy that builds though the module takes another from a folder beside it, and one from inside.
func TestCopy(t *testing.T) {
	top := module(t, map[string]string{
		"app/go.mod": "module example.com/app\n\ngo 1.26.0\n\nrequire (\n\texample.com/in v0.0.0\n\texample.com/out v1.0.0\n)\n\n" +
			"replace example.com/in => ./in\n\nreplace example.com/out v1.0.0 => ../out\n",
		"app/main.go":     "package main\n\nimport (\n\t\"example.com/in\"\n\t\"example.com/out\"\n)\n\nfunc main() { println(in.Name, out.Name) }\n",
		"app/in/go.mod":   "module example.com/in\n\ngo 1.26.0\n",
		"app/in/in.go":    "package in\n\nconst Name = \"in\"\n",
		"app/.git/config": "not to be copied",
		"out/go.mod":      "module example.com/out\n\ngo 1.26.0\n",
		"out/out.go":      "package out\n\nconst Name = \"out\"\n",
	})
	var trees [2]*build.Tree
	for i := range trees {
		tree, err := build.Copy(t.Context(), filepath.Join(top, "app", "in", ".."))
		if err != nil {
			t.Fatal(err)
		}
		defer tree.Remove()
		trees[i] = tree
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(trees[1].Dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("in/in.go", "package in\n\nconst Name = \"inside\"\n\nconst More = 1\n")
	write("new.go", "package main\n")
	write("new.txt", "no Go")
	if err := os.Remove(filepath.Join(trees[1].Dir, "main.go")); err != nil {
		t.Fatal(err)
	}
	p := build.Program{Dir: trees[0].Dir, Package: ".", Platform: host.HTTP}
	if err := build.Build(t.Context(), p, filepath.Join(t.TempDir(), "out")); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(trees[0].Dir, ".git")); err == nil {
		t.Error(".git was copied")
	}
	changes, err := build.Changes(t.Context(), trees[0], trees[1])
	want := []build.Change{{File: "in/in.go", Added: 3, Removed: 1}, {File: "main.go", Removed: 8}, {File: "new.go", Added: 1}}
	if err != nil || len(changes) != 3 || changes[0] != want[0] || changes[1] != want[1] || changes[2] != want[2] {
		t.Errorf("got %v, %v, want %v", changes, err, want)
	}
	trees[0].Remove()
	if _, err := os.Stat(trees[0].Dir); err == nil {
		t.Error("a removed copy is still there")
	}
}

func TestErrors(t *testing.T) {
	none := t.TempDir()
	if _, err := build.Copy(t.Context(), none); err == nil || !strings.Contains(err.Error(), "is in no module") {
		t.Errorf("got %v", err)
	}
	dir := module(t, map[string]string{"go.mod": "module example.com/a\n\ngo 1.26.0\n", "a.go": "package main\n\nfunc main() { undefined() }\n"})
	if _, err := build.Revision(t.Context(), dir, "HEAD"); err == nil || !strings.Contains(err.Error(), "find the repository") {
		t.Errorf("got %v", err)
	}
	out := filepath.Join(t.TempDir(), "out")
	err := build.Build(t.Context(), build.Program{Dir: dir, Package: ".", Platform: host.HTTP}, out)
	if err == nil || !strings.Contains(err.Error(), "undefined: undefined") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a failed build left a binary")
	}
}
