package editors

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	gomodule "golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// again runs faaslint gopls once more, with other settings, and returns what it says on standard error.
func again(t *testing.T, env []string, args ...string) (said string, err error) {
	t.Helper()
	cmd := exec.Command(built(t, filepath.Join("bin", "faaslint")), append([]string{"gopls"}, args...)...)
	cmd.Env = append(append(os.Environ(), "GOTOOLCHAIN="+toolchain), env...)
	var text bytes.Buffer
	cmd.Stderr = &text
	err = cmd.Run()
	return text.String(), err
}

// TestAgain wants a second run to find nothing to do, and no traces of either.
func TestAgain(t *testing.T) {
	gopls := gopls(t)
	before, err := os.Stat(gopls)
	if err != nil {
		t.Fatal(err)
	}
	temp := t.TempDir()
	said, err := again(t, []string{"GOBIN=" + filepath.Dir(gopls), "TMPDIR=" + temp})
	if err != nil || !strings.Contains(said, "is up to date\n") {
		t.Errorf("%v: the second run says\n%s", err, said)
	}
	if after, err := os.Stat(gopls); err != nil || !os.SameFile(before, after) {
		t.Errorf("the second run replaced the program: %v", err)
	}
	empty(t, temp)
}

func empty(t *testing.T, dir string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Error(err)
	}
	for _, e := range list {
		t.Errorf("%s is left over", e.Name())
	}
}

// TestLacks takes away what a build needs and wants to be told, with nothing installed.
func TestLacks(t *testing.T) {
	for _, c := range []struct{ name, env, arg, want string }{
		{"proxy", "GOPROXY=off", "v0.0.1", "the module proxy cannot be reached"},
		{"network", "GOPROXY=http://127.0.0.1:1", "v0.0.1", "the module proxy cannot be reached"},
		{"version", "GOFLAGS=", "newest", "takes a version of gopls"},
		{"folder", "TMPDIR=/nowhere", "v0.24.0", "making a folder to build gopls in"},
	} {
		t.Run(c.name, func(t *testing.T) {
			bin, temp := t.TempDir(), t.TempDir()
			said, err := again(t, []string{"GOBIN=" + bin, "TMPDIR=" + temp, c.env}, c.arg)
			if err == nil || !strings.Contains(said, c.want) {
				t.Errorf("%v: faaslint gopls says\n%s", err, said)
			}
			empty(t, bin)
			empty(t, temp)
		})
	}
}

// TestOldGo lets the Go that the module asks for, which is older than what gopls needs, build it.
func TestOldGo(t *testing.T) {
	bin := t.TempDir()
	said, err := again(t, []string{"GOBIN=" + bin, "GOTOOLCHAIN=go1.26.0"})
	if err == nil || !strings.Contains(said, "needs a newer Go than this one") {
		t.Errorf("%v: faaslint gopls says\n%s", err, said)
	}
	empty(t, bin)
}

// TestTools wants gopls to be built with the x/tools that it is made for: it uses internals of it, so that it may fail to
// compile, or worse, if faaslint asks for a newer one.
func TestTools(t *testing.T) {
	out := run(t, ".", 0, "go", "version", "-m", gopls(t))
	m := regexp.MustCompile(`\tdep\tgolang.org/x/tools\t(\S+)`).FindStringSubmatch(out)
	if m == nil {
		t.Fatalf("go version -m prints\n%s", out)
	}
	mod := released(t, regexp.MustCompile(`gopls (v\S+)\+faaslint`).FindStringSubmatch(run(t, ".", 0, gopls(t), "version"))[1])
	if !strings.Contains(read(t, mod.GoMod), "\tgolang.org/x/tools "+m[1]+"\n") {
		t.Errorf("gopls was built with x/tools %s, which is not that of its go.mod", m[1])
	}
}

type goModule struct{ Version, GoMod string }

// released asks the module proxy for a version of gopls.
func released(t *testing.T, version string) (m goModule) {
	t.Helper()
	cmd := exec.Command("go", "list", "-m", "-json", "golang.org/x/tools/gopls@"+version)
	cmd.Env = append(os.Environ(), "GOTOOLCHAIN="+toolchain, "GOWORK=off", "GOFLAGS=-mod=mod")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("asking the module proxy for gopls@%s: %v", version, err)
	}
	if err := json.Unmarshal(out, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// TestNewest fails when there is a newer gopls in which the checks have no place any more, so that we hear of it before
// the users do. Where the newest is the one that the other tests drive, they have shown it.
func TestNewest(t *testing.T) {
	newest := released(t, "latest").Version
	if strings.Contains(run(t, ".", 0, gopls(t), "version"), " "+newest+"+faaslint") {
		t.Logf("the newest gopls is %s, the tested one", newest)
		return
	}
	bin := t.TempDir()
	said, err := again(t, []string{"GOBIN=" + bin}, newest)
	if err != nil {
		t.Fatalf("gopls %s does not take the checks, see goplsHook in cmd/faaslint/gopls.go: %v\n%s", newest, err, said)
	}
	out := run(t, module(t), 0, filepath.Join(bin, "gopls-faaslint"+exe), "check", "main.go")
	if !strings.Contains(out, " is opened on every request of ") {
		t.Errorf("gopls %s takes the checks and does not run them, see goplsHook in cmd/faaslint/gopls.go:\n%s", newest, out)
	}
}

// TestInstalled installs faaslint as most people do, from a module proxy, and has that build gopls: there is no checkout
// then. The proxy is a folder, and so are those behind it, except for what go's cache of modules does not have yet. It is
// built with -trimpath so that go finds the most of it in its cache, wherever the modules lie.
func TestInstalled(t *testing.T) {
	const version = "v0.999.0"
	cache := strings.TrimSpace(run(t, ".", 0, "go", "env", "GOMODCACHE"))
	proxy, bin, own := published(t, version), t.TempDir(), t.TempDir()
	newer := exec.Command("go", "env", "GOROOT") // this Go, and not a copy of it in the new cache
	newer.Env = append(os.Environ(), "GOTOOLCHAIN="+toolchain)
	goroot, err := newer.Output()
	if err != nil {
		t.Fatal(err)
	}
	folder := func(dir string) string { return "file://" + filepath.ToSlash(dir) }
	env := append(os.Environ(), "GOTOOLCHAIN=local", "GOBIN="+bin, "GOMODCACHE="+own, "GOSUMDB=off", // the folders' sums were checked
		"GOPROXY="+strings.Join([]string{folder(proxy), folder(filepath.Join(cache, "cache", "download")), strings.TrimSpace(run(t, ".", 0, "go", "env", "GOPROXY"))}, ","),
		"GOWORK=off", "GOFLAGS=-modcacherw", "PATH="+filepath.Join(strings.TrimSpace(string(goroot)), "bin")+string(filepath.ListSeparator)+os.Getenv("PATH"))
	for _, command := range [][]string{
		{filepath.Join(strings.TrimSpace(string(goroot)), "bin", "go"), "install", "-trimpath", "github.com/faaslint/faaslint/cmd/faaslint@" + version},
		{filepath.Join(bin, "faaslint"), "gopls"},
	} {
		cmd := exec.Command(command[0], command[1:]...)
		cmd.Dir, cmd.Env = t.TempDir(), env
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", command, err, out)
		}
	}
	made := filepath.Join(bin, "gopls-faaslint"+exe)
	if out := run(t, ".", 0, "go", "version", "-m", made); !strings.Contains(out, "\tgithub.com/faaslint/faaslint\t"+version+"\th1:") {
		t.Errorf("gopls was not built with the installed version:\n%s", out)
	}
	if out := run(t, module(t), 0, made, "check", "main.go"); !strings.Contains(out, " is opened on every request of ") {
		t.Errorf("gopls check prints\n%s", out)
	}
}

// published makes a module proxy that has this module as a version.
func published(t *testing.T, version string) string {
	t.Helper()
	dir := t.TempDir()
	at := filepath.Join(dir, "github.com", "faaslint", "faaslint", "@v")
	if err := os.MkdirAll(at, 0o777); err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := zip.CreateFromDir(&text, gomodule.Version{Path: "github.com/faaslint/faaslint", Version: version}, filepath.Join("..", "..")); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"list":            version + "\n",
		version + ".info": `{"Version":"` + version + `"}`,
		version + ".mod":  read(t, filepath.Join("..", "..", "go.mod")),
		version + ".zip":  text.String(),
	} {
		if err := os.WriteFile(filepath.Join(at, name), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
