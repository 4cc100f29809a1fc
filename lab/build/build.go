// Package build makes the binary of a function, as its platform would have it.
package build

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/faaslint/faaslint/lab/host"
)

//go:embed launcher.txt
var launcher []byte

// A Program is a package main and how to build it.
type Program struct {
	Dir      string // in the module
	Package  string // as for go build, one package
	Platform host.Platform
	Tags     string
	Race     bool
	Overlay  string // a file as for go build -overlay, or ""
	Cache    string // a folder for what the go command keeps, or "" for its own
}

// Build writes the binary to out. An OpenWhisk action with a Main, but without a func main, gets one as from the
// platform's compiler; its files are not touched. Symbols are left out, as those who count bytes do.
func Build(ctx context.Context, p Program, out string) error {
	files, dir, err := mainFiles(ctx, p)
	if err != nil {
		return err
	}
	has, err := declared(files)
	if err != nil {
		return err
	}
	args := []string{"build", "-trimpath", "-ldflags=-s -w", "-o", out}
	if p.Tags != "" {
		args = append(args, "-tags="+p.Tags)
	}
	if p.Race {
		args = append(args, "-race")
	}
	switch {
	case has["main"]:
	case p.Platform == host.OpenWhisk && has["Main"]:
		overlay, remove, err := withLauncher(dir, p.Overlay)
		if err != nil {
			return err
		}
		defer remove()
		p.Overlay = overlay
	case p.Platform == host.OpenWhisk:
		return fmt.Errorf("build %s: it has neither Main, as an OpenWhisk action, nor main", p.Package)
	default:
		return fmt.Errorf("build %s: it has no func main, which %s wants", p.Package, p.Platform)
	}
	if p.Overlay != "" {
		args = append(args, "-overlay="+p.Overlay)
	}
	cmd := goCommand(ctx, p.Dir, append(args, p.Package)...)
	if p.Cache != "" {
		cmd.Env = append(cmd.Env, "GOCACHE="+p.Cache)
	}
	if !p.Race {
		cmd.Env = append(cmd.Env, "CGO_ENABLED=0") // platforms have their own C library, or none
	}
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s in %s: %w\n%s", p.Package, p.Dir, err, bytes.TrimSpace(text))
	}
	return nil
}

// goCommand prepares a run of the go command that ends when ctx does.
func goCommand(ctx context.Context, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PWD="+dir)
	// The go command removes its temporary files when it is interrupted, not when it is killed.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

// mainFiles lists the files of a package main.
func mainFiles(ctx context.Context, p Program) (files []string, dir string, err error) {
	args := []string{"list", "-json=Name,Dir,GoFiles"}
	if p.Tags != "" {
		args = append(args, "-tags="+p.Tags)
	}
	text, err := goCommand(ctx, p.Dir, append(args, p.Package)...).Output()
	if err != nil {
		return nil, "", fmt.Errorf("go list %s in %s: %w", p.Package, p.Dir, withStderr(err))
	}
	var pkg struct {
		Name, Dir string
		GoFiles   []string
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	if err := dec.Decode(&pkg); err != nil {
		return nil, "", fmt.Errorf("go list %s: %w", p.Package, err)
	}
	if dec.More() {
		return nil, "", fmt.Errorf("%s names several packages: want one", p.Package)
	}
	if pkg.Name != "main" {
		return nil, "", fmt.Errorf("%s is package %s: want package main", p.Package, pkg.Name)
	}
	for _, name := range pkg.GoFiles {
		files = append(files, filepath.Join(pkg.Dir, name))
	}
	return files, pkg.Dir, nil
}

// withStderr adds what a command said to the bare "exit status 1".
func withStderr(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return errors.New(strings.TrimSpace(string(exit.Stderr)))
	}
	return err
}

// declared returns the names of the functions that files declare.
func declared(files []string) (map[string]bool, error) {
	names := map[string]bool{}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, d := range f.Decls {
			if fn, isFunc := d.(*ast.FuncDecl); isFunc && fn.Recv == nil {
				names[fn.Name.Name] = true
			}
		}
	}
	return names, nil
}

// withLauncher returns an overlay that puts the launcher into a package, besides what another overlay does.
func withLauncher(dir, other string) (overlay string, remove func(), err error) {
	var all struct{ Replace map[string]string }
	if other != "" {
		text, err := os.ReadFile(other)
		if err == nil {
			err = json.Unmarshal(text, &all)
		}
		if err != nil {
			return "", nil, fmt.Errorf("read the overlay %s: %w", other, err)
		}
	}
	if all.Replace == nil {
		all.Replace = map[string]string{}
	}
	tmp, err := os.MkdirTemp("", "faaslint-launcher-")
	if err != nil {
		return "", nil, err
	}
	remove = func() { os.RemoveAll(tmp) }
	source, overlay := filepath.Join(tmp, "launcher.go"), filepath.Join(tmp, "overlay.json")
	all.Replace[filepath.Join(dir, "faaslint_launcher.go")] = source
	text, err := json.Marshal(all)
	if err == nil {
		err = errors.Join(os.WriteFile(source, launcher, 0o666), os.WriteFile(overlay, text, 0o666))
	}
	if err != nil {
		remove()
		return "", nil, fmt.Errorf("write the launcher: %w", err)
	}
	return overlay, remove, nil
}
