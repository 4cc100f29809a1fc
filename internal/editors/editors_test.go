// Package editors tests faaslint where people meet it while they write: in the gopls that 'faaslint gopls' builds, over
// the protocol of editors, and in Neovim. It builds that gopls first, for which the go command may have to download gopls
// and a newer Go; that takes some minutes the first time.
package editors

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/txtar"

	_ "github.com/faaslint/faaslint/analyzers" // so that the go command's cache of test results knows what is tested
)

// toolchain builds gopls: the tested version asks for Go 1.27.
const toolchain = "go1.27.4+auto"

// program builds faaslint, and gopls with it, into a folder of its own.
var program = sync.OnceValues(func() (dir string, err error) {
	if dir, err = os.MkdirTemp("", "faaslint-editors-"); err != nil {
		return "", err
	}
	bin := filepath.Join(dir, "bin")
	build := exec.Command("go", "build", "-o", filepath.Join(bin, "faaslint"+exe), "../../cmd/faaslint")
	if out, err := build.CombinedOutput(); err != nil {
		return dir, fmt.Errorf("building faaslint: %w\n%s", err, out)
	}
	cmd := exec.Command(filepath.Join(bin, "faaslint"), "gopls")
	cmd.Env = append(os.Environ(), "GOBIN="+bin, "GOTOOLCHAIN="+toolchain)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return dir, fmt.Errorf("faaslint gopls: %w\n%s", err, out)
	}
	return dir, os.WriteFile(filepath.Join(dir, "said"), out, 0o666)
})

var exe = map[bool]string{true: ".exe"}[runtime.GOOS == "windows"]

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, _ := program(); dir != "" {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// built returns a file of the build, and gives the server a cache of this test's own.
func built(t *testing.T, name string) string {
	t.Helper()
	dir, err := program()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOPLSCACHE", filepath.Join(dir, "cache"))
	return filepath.Join(dir, name)
}

func gopls(t *testing.T) string {
	t.Helper()
	return built(t, filepath.Join("bin", "gopls-faaslint"+exe))
}

// module lays out testdata/fn.txtar.
func module(t *testing.T) string {
	t.Helper()
	archive, err := txtar.ParseFile(filepath.Join("testdata", "fn.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.Files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o777), os.WriteFile(name, f.Data, 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// run runs a command that must succeed, or may exit with one more code, and returns what it prints.
func run(t *testing.T, dir string, exit int, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PWD="+dir, "GOPROXY=off", "GOWORK=off", "GOFLAGS=-buildvcs=false")
	out, err := cmd.CombinedOutput()
	var failed *exec.ExitError
	if err != nil && !(errors.As(err, &failed) && failed.ExitCode() == exit) {
		t.Fatalf("%s %s: %v\n%s", filepath.Base(name), strings.Join(args, " "), err, out)
	}
	return string(out)
}

// sound wants the module as a person would leave it: built, vetted, formatted, and without the finding that was fixed.
func sound(t *testing.T, dir string) {
	t.Helper()
	run(t, dir, 0, "go", "build", "./...")
	run(t, dir, 0, "go", "vet", "./...")
	if out := run(t, dir, 0, "gofmt", "-l", "."); out != "" {
		t.Errorf("gofmt would change %s", out)
	}
	main := read(t, filepath.Join(dir, "main.go"))
	for _, want := range []string{"\t\"sync\"\n", "\t\"example.com/fn/store\"\n", "\t\"example.com/fn/db\"\n", "sharedSession("} {
		if strings.Count(main, want) == 0 {
			t.Errorf("the repaired main.go lacks %q:\n%s", want, main)
		}
	}
	out := run(t, dir, 1, built(t, filepath.Join("bin", "faaslint")), "./...")
	if strings.Contains(out, "of name;") || !strings.Contains(out, "of other ") {
		t.Errorf("after the fix faaslint finds\n%s", out)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
