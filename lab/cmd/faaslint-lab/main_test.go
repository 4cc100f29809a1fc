package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/faaslint/faaslint/faas/replay"
	"github.com/faaslint/faaslint/lab/prove"
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
		"to repair or split a copy":            {"split", "-requests", "requests.jsonl", "."},
	} {
		out := filepath.Join(dir, "out")
		if args[0] == "record" {
			args = append([]string{"record", "-C", dir, "-o", out}, args[1:]...)
		} else if args[0] == "prove" || args[0] == "split" {
			args = append([]string{args[0], "-C", dir, "-json", out}, args[1:]...)
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

// TestSplit has one program that stands for faaslint split answer for all that it makes: it makes the whole.
func TestSplit(t *testing.T) {
	dir := module(t)
	table := `{"default":"all","functions":[{"name":"all","routes":[{"methods":["GET"],"path":"/world"}]}]}`
	script := filepath.Join(dir, "split.sh")
	if err := os.WriteFile(script, []byte("#!/bin/sh\nmkdir $3 && echo '"+table+"' > $3/routes.json\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	t.Setenv("FAASLINT", script)
	recorded := `{"name":"a","method":"GET","path":"/world","answer":{"status":200,"headers":{"Content-Type":"text/plain; charset=utf-8"},"body":" /world"}}` + "\n"
	if err := os.WriteFile(filepath.Join(dir, "requests.jsonl"), []byte(recorded), 0o666); err != nil {
		t.Fatal(err)
	}
	args := []string{"split", "-C", dir, "-host", "http", "-requests", "requests.jsonl", "-n", "1"}
	text, page := filepath.Join(dir, "report.json"), filepath.Join(dir, "report.html")
	code, stdout, stderr := command(t, append(args, "-without", "x", "-json", text, "-html", page, ".")...)
	if code != exitGood || !strings.Contains(stdout, "without x: 1 of 1 requests get the recorded answers") || !strings.Contains(stdout, "\na         all, without x") {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
	for _, file := range []string{text, page} {
		if _, err := os.Stat(file); err != nil {
			t.Error(err)
		}
	}
	recorded = strings.Replace(recorded, `" /world"`, `"bye"`, 1)
	if err := os.WriteFile(filepath.Join(dir, "requests.jsonl"), []byte(recorded), 0o666); err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := command(t, append(args, ".")...); code != exitBad || !strings.Contains(stdout, "FAIL     groups: 0 of 1") {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
}

// TestOutage wants a function that works as long as a file is there to be seen to fail while it is gone, and no longer.
func TestOutage(t *testing.T) {
	dir := module(t)
	t.Setenv("FAASLINT", "true") // as the repair: it changes nothing
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
	args := []string{"outage", "-C", dir, "-host", "http", "-requests", "requests.jsonl", "-env", "STORE=" + file, "-n", "3"}
	freeze := append(slices.Clone(args), "-freeze", "1s", "-also", "other=sed -i s/hello/bye/ main.go")
	if code, stdout, stderr := command(t, append(freeze, ".")...); code != exitGood || !strings.Contains(stdout, "other: 0 of 3 requests failed after 1s frozen") {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
	out := append(slices.Clone(args), "-freeze", "200ms", "-out", "500ms", "-every", "20ms", "-stop", "rm "+file, "-start", "touch "+file)
	text := filepath.Join(dir, "outage.json")
	code, stdout, stderr := command(t, append(out, "-json", text, ".")...)
	if code != exitGood || !strings.Contains(stdout, "after: after 500ms out, the first request succeeded in 1 of 1 groups; 0 of") {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
	var report prove.TroubleReport
	if content, err := os.ReadFile(text); err != nil || json.Unmarshal(content, &report) != nil || len(report.Outages) != 1 {
		t.Fatalf("%v: %s", err, content)
	}
	for _, f := range report.Outages[0].Fates {
		failed := len(slices.DeleteFunc(slices.Clone(f.During), func(m prove.Met) bool { return !m.Failed() }))
		if failed < 10 || len(f.After) < 100 {
			t.Errorf("%s: %d of %d failed while the file was gone, and %d requests came after that", f.Version, failed, len(f.During), len(f.After))
		}
	}
	if code, stdout, stderr := command(t, append(freeze, "-drop", "rm store", ".")...); code != exitBad || !strings.Contains(stdout, "after: 3 of 3 requests failed") {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
	if code, stdout, stderr := command(t, append(freeze, ".")...); code != exitFailed || !strings.Contains(stderr, "before the trouble: GET /a: status 500, want 200") {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
}

// TestOutageErrors wants the store back whatever happened, and a clear sentence.
func TestOutageErrors(t *testing.T) {
	dir := module(t)
	t.Setenv("FAASLINT", "true")
	recorded := `{"name":"a","method":"GET","path":"/a","answer":{"status":200}}` + "\n"
	if err := os.WriteFile(filepath.Join(dir, "requests.jsonl"), []byte(recorded), 0o666); err != nil {
		t.Fatal(err)
	}
	back := filepath.Join(dir, "back")
	for want, args := range map[string][]string{
		"needs one that brings it back": {"-stop", "true"},
		"want more than 0":              {"-out", "3s,0s"},
		"want NAME=COMMAND":             {"-also", "hoist"},
		"want a name of its own":        {"-also", "after=true"},
		"make other: exit 3":            {"-also", "other=exit 3"},
		"exit 4: exit status 4":         {"-stop", "exit 4", "-start", "touch " + back},
		"while frozen: exit 5":          {"-drop", "exit 5"},
		"0 requests after a freeze":     {"-n", "0"},
	} {
		args = append([]string{"outage", "-C", dir, "-host", "http", "-requests", "requests.jsonl", "-freeze", "10ms", "-out", "10ms"}, append(args, ".")...)
		if code, _, stderr := command(t, args...); code != exitFailed || !strings.Contains(stderr, want) {
			t.Errorf("exit code %d, %q, want %q", code, stderr, want)
		}
	}
	if _, err := os.Stat(back); err != nil {
		t.Errorf("the command that brings the store back was not run: %v", err)
	}
}
