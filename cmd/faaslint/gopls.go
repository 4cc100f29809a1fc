package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"time"
)

// gopls loads no checks of others, so that an editor that is to show ours needs a gopls which was built with them.
const (
	ownPath     = "github.com/faaslint/faaslint"
	goplsPath   = "golang.org/x/tools/gopls"
	goplsTested = "v0.24.0" // the version that the tests in internal/editors drive
	goplsName   = "gopls-faaslint"
	goplsHook   = "internal/settings/faaslint.go" // in gopls
)

// hookText becomes a file of gopls. Its init adds to a list that is complete before any init runs, and only read later.
const hookText = `package settings

import "github.com/faaslint/faaslint/analyzers"

func init() {
	analyzers.ShareSSA()
	for _, check := range analyzers.Suite() {
		AllAnalyzers = append(AllAnalyzers, &Analyzer{analyzer: check})
	}
}
`

// buildGopls is the command faaslint gopls. What it prints on standard output is for the user's settings.
func buildGopls(args []string) int {
	version := goplsTested
	switch {
	case len(args) > 1 || len(args) == 1 && !isVersion(args[0]):
		return fail(fmt.Errorf("'faaslint gopls' takes a version of gopls, or nothing for %s: %s", goplsTested, strings.Join(args, " ")))
	case len(args) == 1:
		version = args[0]
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	work, err := os.MkdirTemp("", "faaslint-gopls-")
	if err != nil {
		return fail(withLack(fmt.Errorf("making a folder to build gopls in: %w", err)))
	}
	defer os.RemoveAll(work)
	b := &goplsBuild{work: work, version: version}
	file, err := b.run(ctx)
	switch {
	case ctx.Err() != nil && err != nil:
		return fail(errors.New("interrupted; no gopls was installed"))
	case err != nil:
		return fail(withLack(err))
	}
	fmt.Printf(editorSettings, file)
	return exitClean
}

// isVersion reports whether the go command could take it for a version.
func isVersion(arg string) bool {
	return arg == "latest" || len(arg) > 1 && arg[0] == 'v' && '0' <= arg[1] && arg[1] <= '9'
}

// A goplsBuild is one run of it. All that it writes outside of go's caches lies in work, up to the last rename.
type goplsBuild struct{ work, version string }

// run builds gopls and returns where it is installed.
func (b *goplsBuild) run(ctx context.Context) (file string, err error) {
	info, _ := debug.ReadBuildInfo()
	_, here, _, _ := runtime.Caller(0)
	own, err := sourceOf(info, here)
	if err != nil {
		return "", err
	}
	if file, err = b.target(ctx); err != nil {
		return "", err
	}
	fmt.Fprintf(os.Stderr, "faaslint: building gopls %s with faaslint %s; the first time takes some minutes\n", b.version, own)
	src, err := b.download(ctx)
	if err != nil {
		return "", err
	}
	if err := b.assemble(ctx, src, own); err != nil {
		return "", err
	}
	old, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("looking at the gopls of last time: %w", err)
	}
	built, err := b.compile(ctx, old)
	if err != nil {
		return "", err
	}
	if bytes.Equal(built, old) {
		fmt.Fprintf(os.Stderr, "faaslint: %s is up to date\n", file)
		return file, nil
	}
	if err := install(file, built); err != nil {
		return "", fmt.Errorf("installing gopls: %w", err)
	}
	fmt.Fprintf(os.Stderr, "faaslint: %s is built: restart the language server of your editor\n", file)
	return file, nil
}

// An ownModule says where gopls gets our checks from: a released version, or the checkout that this program is from.
type ownModule struct{ version, dir string }

func (o ownModule) String() string {
	if o.dir != "" {
		return "as it is in " + o.dir
	}
	return o.version
}

// sourceOf asks how this program was built; here is a source file of this folder, as the compiler saw it. A program that
// was installed as NAME@VERSION has a checksum, and the go command finds that version again. Any other was built from
// files, which are taken as they are now.
func sourceOf(info *debug.BuildInfo, here string) (ownModule, error) {
	if info != nil && info.Main.Path == ownPath && info.Main.Sum != "" && info.Main.Replace == nil {
		return ownModule{version: info.Main.Version}, nil
	}
	const again = "run 'faaslint gopls' from a faaslint that was installed with 'go install " + ownPath + "/cmd/faaslint@latest', or built in a checkout without -trimpath"
	if !filepath.IsAbs(here) {
		return ownModule{}, fmt.Errorf("this faaslint does not know its own source, which gopls needs: %s", again)
	}
	dir := filepath.Dir(filepath.Dir(filepath.Dir(here)))
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		return ownModule{}, fmt.Errorf("this faaslint was built in a checkout that is gone (%w): %s", err, again)
	}
	return ownModule{dir: dir}, nil
}

// target is the file to install, where go install would put it.
func (b *goplsBuild) target(ctx context.Context) (string, error) {
	out, err := b.goCommand(ctx, b.work, "env", "-json", "GOBIN", "GOPATH", "GOEXE")
	if err != nil {
		return "", err
	}
	var env struct{ GOBIN, GOPATH, GOEXE string }
	if err := json.Unmarshal(out, &env); err != nil {
		return "", fmt.Errorf("go env: %w", err)
	}
	if env.GOBIN == "" {
		env.GOBIN = filepath.Join(filepath.SplitList(env.GOPATH + string(filepath.ListSeparator))[0], "bin")
	}
	return filepath.Join(env.GOBIN, goplsName+env.GOEXE), nil
}

// download returns the folder of gopls in the module cache, and notes which version "latest" is.
func (b *goplsBuild) download(ctx context.Context) (string, error) {
	out, err := b.goCommand(ctx, b.work, "mod", "download", "-json", goplsPath+"@"+b.version)
	var mod struct{ Dir, Version, Error string }
	if json.Unmarshal(out, &mod) == nil && mod.Error != "" {
		return "", fmt.Errorf("getting gopls: %s", mod.Error)
	}
	if err != nil {
		return "", fmt.Errorf("getting gopls: %w", err)
	}
	b.version = mod.Version
	return mod.Dir, nil
}

// assemble makes a copy of gopls in which our checks are.
func (b *goplsBuild) assemble(ctx context.Context, src string, own ownModule) error {
	if err := os.CopyFS(b.tree(), os.DirFS(src)); err != nil {
		return fmt.Errorf("copying gopls: %w", err)
	}
	if err := os.WriteFile(filepath.Join(b.tree(), goplsHook), []byte(hookText), 0o666); err != nil {
		return fmt.Errorf("adding the checks to gopls: %w", err)
	}
	edit := []string{"mod", "edit", "-require=" + ownPath + "@" + own.version}
	if own.dir != "" {
		edit = []string{"mod", "edit", "-require=" + ownPath + "@v0.0.0", "-replace=" + ownPath + "=" + own.dir}
	}
	_, err := b.goCommand(ctx, b.tree(), edit...)
	return err
}

func (b *goplsBuild) tree() string { return filepath.Join(b.work, "gopls") }

// compile returns the program. The one of last time lies where the new one is to be, since then the go command sees by
// itself whether there is anything to do; -trimpath keeps the name of the folder, new each time, out of the question.
func (b *goplsBuild) compile(ctx context.Context, old []byte) ([]byte, error) {
	file := filepath.Join(b.work, goplsName)
	if old != nil {
		if err := os.WriteFile(file, old, 0o777); err != nil {
			return nil, fmt.Errorf("building gopls: %w", err)
		}
	}
	_, err := b.goCommand(ctx, b.tree(), "build", "-mod=mod", "-trimpath", "-buildvcs=false",
		"-ldflags=-X=main.version="+b.version+"+faaslint", "-o", file, ".")
	if err != nil {
		return nil, err
	}
	built, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("building gopls: %w", err)
	}
	return built, nil
}

// goCommand runs go in dir, for this machine whatever the user builds for, and returns its output.
func (b *goplsBuild) goCommand(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PWD="+dir, "GO111MODULE=on", "GOWORK=off", "GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // it then removes its temporary files
	cmd.WaitDelay = 10 * time.Second
	out, err := cmd.Output()
	if err != nil {
		return out, fmt.Errorf("go %s: %w", args[0], withStderr(err))
	}
	return out, nil
}

// install puts the program in its place, at once: an editor may start it at any time.
func install(file string, program []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return err
	}
	temp, err := writeBeside(file, program, 0o755)
	if err != nil {
		return err
	}
	if err := os.Rename(temp, file); err != nil {
		os.Remove(temp)
		return err
	}
	return nil
}

// withLack adds what the machine lacks, where the error has words of that.
func withLack(err error) error {
	text := err.Error()
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(text, w) {
				return true
			}
		}
		return false
	}
	lack := ""
	switch {
	case has("no space left on device", "not enough space on the disk", "disk quota exceeded"):
		lack = "the disk is full: the build needs about 2 GB in the folders that go env names GOCACHE and GOMODCACHE, and in that for temporary files"
	case has("requires go >=", "toolchain not available"):
		lack = "this gopls needs a newer Go than this one: install it, or let the go command fetch it with GOTOOLCHAIN=auto faaslint gopls"
	case has("dial tcp", "proxyconnect", "module lookup disabled by GOPROXY=off", "i/o timeout", "no such host"):
		lack = "the module proxy cannot be reached: the first build needs it for gopls and the libraries of gopls, and for a newer Go if this one is too old"
	default:
		return err
	}
	return fmt.Errorf("%w\nfaaslint: %s", err, lack)
}

const editorSettings = `VS Code, in settings.json:

	"go.alternateTools": { "gopls": %[1]q }

Neovim 0.11 or later with nvim-lspconfig, in init.lua:

	vim.lsp.config("gopls", { cmd = { %[1]q } })

Helix, in languages.toml:

	[language-server.gopls]
	command = %[1]q

Zed, in settings.json:

	"lsp": { "gopls": { "binary": { "path": %[1]q } } }

Emacs with eglot, in init.el:

	(with-eval-after-load 'eglot
	  (add-to-list 'eglot-server-programs '((go-mode go-ts-mode) . (%[1]q))))

Without the setting the editor goes back to its own gopls.
`
