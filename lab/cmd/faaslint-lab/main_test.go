package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/faaslint/faaslint/faas/replay"
)

const function = `package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
)

func main() {
	http.ListenAndServe(net.JoinHostPort(os.Getenv("HOST"), os.Getenv("PORT")), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println("asked for", r.URL.Path)
		fmt.Fprint(w, os.Getenv("GREETING"), " ", r.URL.Path)
	}))
}
`

// module writes a module with one function and a request file that was not recorded.
func module(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module example.com/hello\n\ngo 1.26.0\n", "main.go": function,
		"nothing/nothing.go": "package main\n",
		"requests.jsonl":     `{"method":"GET","path":"/world"}` + "\n", "wrong.jsonl": "{}\n",
	} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, []byte(text), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// onlyTools returns a folder for PATH with what the command needs from there, and nothing else.
func onlyTools(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"go", "git", "sh"} {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(path, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// command runs the command with its output in files.
func command(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	t.Chdir(".") // -C changes it
	oldOut, oldErr := os.Stdout, os.Stderr
	defer func() { os.Stdout, os.Stderr = oldOut, oldErr }()
	var files [2]*os.File
	for i := range files {
		f, err := os.CreateTemp(t.TempDir(), "")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		files[i] = f
	}
	os.Stdout, os.Stderr = files[0], files[1]
	code = run(args)
	var texts [2]string
	for i, f := range files {
		text, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		texts[i] = string(text)
	}
	return code, texts[0], texts[1]
}

func TestRecord(t *testing.T) {
	dir := module(t)
	out := filepath.Join(dir, "recorded.jsonl")
	t.Setenv("GREETING", "hello")
	code, _, stderr := command(t, "record", "-C", dir, "-host", "http", "-requests", "requests.jsonl", "-env", "A=b", "-env", "GREETING", "-o", out, ".")
	if code != exitGood {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	all, err := replay.ReadFile(out)
	if err != nil || len(all) != 1 || string(all[0].Answer.Body) != "hello /world" {
		t.Errorf("%v: %+v", err, all)
	}
}

func TestManual(t *testing.T) {
	for _, args := range [][]string{nil, {"help"}, {"prove", "-h"}} {
		if code, stdout, _ := command(t, args...); code != exitGood || !strings.Contains(stdout, "-baseline PKG") {
			t.Errorf("%q: exit code %d: %s", args, code, stdout)
		}
	}
}

// TestErrors wants a clear sentence and exit code 2, and no file.
func TestErrors(t *testing.T) {
	dir := module(t)
	t.Setenv("PATH", onlyTools(t)) // no faaslint
	for want, args := range map[string][]string{
		`no command is called "test"`:          {"test"},
		"flag provided but not defined":        {"prove", "-fast", "."},
		"want one package after the flags":     {"prove", "-requests", "requests.jsonl"},
		"-requests is missing":                 {"record", "."},
		"-env NOT_SET: want NAME=VALUE":        {"record", "-env", "NOT_SET", "-requests", "requests.jsonl", "."},
		"no such file or directory":            {"record", "-requests", "nothing.jsonl", "."},
		"want a method and a path":             {"record", "-requests", "wrong.jsonl", "."},
		`platform "cloud"`:                     {"record", "-host", "cloud", "-requests", "requests.jsonl", "."},
		"neither Main, as an OpenWhisk action": {"record", "-requests", "requests.jsonl", "./nothing"},
		"-C: chdir":                            {"prove", "-C", "absent", "-requests", "requests.jsonl", "."},
		"folder of none/r.html":                {"prove", "-html", "none/r.html", "-requests", "requests.jsonl", "."},
		"fresh data: exit 9: exit status 9":    {"record", "-host", "http", "-fresh", "exit 9", "-requests", "requests.jsonl", "."},
		"install it":                           {"prove", "-requests", "requests.jsonl", "."},
	} {
		out := filepath.Join(dir, "out")
		if args[0] == "record" {
			args = append([]string{"record", "-C", dir, "-o", out}, args[1:]...)
		} else if args[0] == "prove" {
			args = append([]string{"prove", "-C", dir, "-json", out}, args[1:]...)
		}
		code, stdout, stderr := command(t, args...)
		if code != exitFailed || !strings.Contains(stderr, want) || stdout != "" {
			t.Errorf("%q: exit code %d, %q, want %q", args, code, stderr, want)
		}
		if _, err := os.Stat(out); err == nil {
			t.Errorf("%q: wrote a file", args)
		}
	}
}

// TestProve compares a module with itself, which must be good, and then with answers that are not its own.
func TestProve(t *testing.T) {
	dir := module(t)
	t.Setenv("FAASLINT", "true") // as the repair: it changes nothing
	args := []string{"prove", "-C", dir, "-host", "http", "-requests", "requests.jsonl", "-n", "1", "-warm", "1"}
	text := filepath.Join(dir, "report.json")
	code, stdout, stderr := command(t, append(args, "-record", "-json", text, "-logs", filepath.Join(dir, "logs"), ".")...)
	if code != exitGood || !strings.Contains(stdout, "after gives the recorded answers to all 1 requests") {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
	if _, err := os.Stat(text); err != nil {
		t.Error(err)
	}
	if log, err := os.ReadFile(filepath.Join(dir, "logs", "after.log")); err != nil || string(log) != "asked for /world\n" {
		t.Errorf("log: %q, %v", log, err)
	}
	other := `{"method":"GET","path":"/world","answer":{"status":200,"body":"bye"}}` + "\n"
	if err := os.WriteFile(filepath.Join(dir, "requests.jsonl"), []byte(other), 0o666); err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := command(t, append(args, ".")...); code != exitBad || !strings.Contains(stdout, "FAIL") {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
}

// TestFreeze freezes a function that works as long as a file is there, and takes the file away meanwhile, or not.
func TestFreeze(t *testing.T) {
	dir := module(t)
	file := filepath.Join(dir, "store")
	for name, text := range map[string]string{
		"store":          "up",
		"requests.jsonl": `{"name":"a","method":"GET","path":"/a","answer":{"status":200}}` + "\n",
		"main.go":        strings.Replace(function, "fmt.Println(", "if _, err := os.Stat(os.Getenv(\"STORE\")); err != nil { w.WriteHeader(500) }\n\t\tfmt.Println(", 1),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"freeze", "-C", dir, "-host", "http", "-requests", "requests.jsonl", "-env", "STORE=" + file, "-for", "200ms", "-n", "3"}
	if code, stdout, stderr := command(t, append(args, ".")...); code != exitGood || !strings.Contains(stdout, "0 of 3 requests failed after 200ms frozen") {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
	if code, stdout, stderr := command(t, append(args, "-during", "rm store", ".")...); code != exitBad || !strings.Contains(stdout, "3 of 3 requests failed") {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
	if code, stdout, stderr := command(t, append(args, ".")...); code != exitFailed || !strings.Contains(stderr, "before the freeze: GET /a: status 500, want 200") {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
}
