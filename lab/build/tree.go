package build

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A Tree is a copy of a module that may be changed. The caller removes it.
type Tree struct {
	Dir  string // the module
	root string // what to remove
}

// Remove deletes the copy.
func (t *Tree) Remove() error { return os.RemoveAll(t.root) }

// Copy copies the module that holds dir, as it lies there, without what a repository or an editor keeps beside it.
// Modules that it replaces by folders outside are still taken from there.
func Copy(ctx context.Context, dir string) (*Tree, error) {
	module, err := moduleDir(ctx, dir)
	if err != nil {
		return nil, err
	}
	root, err := os.MkdirTemp("", "faaslint-tree-")
	if err != nil {
		return nil, err
	}
	t := &Tree{Dir: filepath.Join(root, "module"), root: root}
	err = copyTree(module, t.Dir)
	if err == nil {
		err = absolutise(ctx, module, t.Dir)
	}
	if err != nil {
		t.Remove()
		return nil, fmt.Errorf("copy the module %s: %w", module, err)
	}
	return t, nil
}

func moduleDir(ctx context.Context, dir string) (string, error) {
	out, err := goCommand(ctx, dir, "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOMOD in %s: %w", dir, withStderr(err))
	}
	file := strings.TrimSpace(string(out))
	if file == "" || file == os.DevNull {
		return "", fmt.Errorf("%s is in no module: there is no go.mod in it or above", dir)
	}
	return filepath.Dir(file), nil
}

func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		switch {
		case d.IsDir() && rel != "." && (d.Name() == ".git" || d.Name() == "node_modules"):
			return fs.SkipDir
		case d.IsDir():
			return os.MkdirAll(target, 0o755)
		case !d.Type().IsRegular():
			return nil // links are not followed by the go command either
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, text, 0o644)
	})
}

// absolutise makes the copy's go.mod name the same folders as before.
func absolutise(ctx context.Context, module, copied string) error {
	text, err := goCommand(ctx, copied, "mod", "edit", "-json").Output()
	if err != nil {
		return fmt.Errorf("read go.mod: %w", withStderr(err))
	}
	var mod struct {
		Replace []struct {
			Old, New struct{ Path, Version string }
		}
	}
	if err := json.Unmarshal(text, &mod); err != nil {
		return fmt.Errorf("read go.mod: %w", err)
	}
	args := []string{"mod", "edit"}
	for _, r := range mod.Replace {
		if !strings.HasPrefix(r.New.Path, "./") && !strings.HasPrefix(r.New.Path, "../") {
			continue // another module, or absolute already
		}
		target := filepath.Join(module, r.New.Path)
		if rel, err := filepath.Rel(module, target); err != nil || filepath.IsLocal(rel) {
			continue // it was copied too
		}
		old := r.Old.Path
		if r.Old.Version != "" {
			old += "@" + r.Old.Version
		}
		args = append(args, "-replace="+old+"="+target)
	}
	if len(args) == 2 {
		return nil
	}
	if _, err := goCommand(ctx, copied, args...).Output(); err != nil {
		return fmt.Errorf("write go.mod: %w", withStderr(err))
	}
	return nil
}

// Revision checks out a revision of the repository that holds dir, and returns the module in it. The repository is
// only read.
func Revision(ctx context.Context, dir, revision string) (*Tree, error) {
	module, err := moduleDir(ctx, dir)
	if err != nil {
		return nil, err
	}
	out, err := exec.CommandContext(ctx, "git", "-C", module, "rev-parse", "--show-toplevel", "--show-prefix").Output()
	if err != nil {
		return nil, fmt.Errorf("find the repository of %s: %w", module, withStderr(err))
	}
	top, prefix, _ := strings.Cut(strings.TrimRight(string(out), "\n"), "\n")
	commit, err := exec.CommandContext(ctx, "git", "-C", top, "rev-parse", "--verify", "--end-of-options", revision+"^{commit}").Output()
	if err != nil {
		return nil, fmt.Errorf("find the revision %s in %s: %w", revision, top, withStderr(err))
	}
	root, err := os.MkdirTemp("", "faaslint-revision-")
	if err != nil {
		return nil, err
	}
	t := &Tree{Dir: filepath.Join(root, prefix), root: root}
	if err := export(ctx, top, strings.TrimSpace(string(commit)), root); err != nil {
		t.Remove()
		return nil, fmt.Errorf("check out %s of %s: %w", revision, module, err)
	}
	if _, err := os.Stat(filepath.Join(t.Dir, "go.mod")); err != nil {
		t.Remove()
		return nil, fmt.Errorf("check out %s of %s: there is no such module in it", revision, module)
	}
	return t, nil
}

func export(ctx context.Context, top, commit, to string) error {
	archive := exec.CommandContext(ctx, "git", "-C", top, "archive", "--format=tar", commit)
	tar := exec.CommandContext(ctx, "tar", "-x", "-C", to)
	var gitSaid, tarSaid bytes.Buffer
	archive.Stderr, tar.Stderr = &gitSaid, &tarSaid
	pipe, err := archive.StdoutPipe()
	if err != nil {
		return err
	}
	tar.Stdin = pipe
	if err := tar.Start(); err != nil {
		return err
	}
	err = archive.Run()
	if err := errors.Join(err, tar.Wait()); err != nil {
		return fmt.Errorf("%w: %s", err, bytes.TrimSpace(append(gitSaid.Bytes(), tarSaid.Bytes()...)))
	}
	return nil
}

// Fix repairs all packages of the tree with a faaslint binary, by all checks or the named ones, and returns what it prints
// of findings that are left.
func (t *Tree) Fix(ctx context.Context, faaslint string, checks ...string) (left string, err error) {
	args := []string{"-fix", "-force"}
	for _, check := range checks {
		args = append(args, "-"+check)
	}
	cmd := exec.CommandContext(ctx, faaslint, append(args, "./...")...)
	cmd.Dir, cmd.Env = t.Dir, append(os.Environ(), "PWD="+t.Dir)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 { // findings are left
		err = nil
	}
	if err != nil {
		return "", fmt.Errorf("%s -fix in a copy of the module: %w: %s", faaslint, err, bytes.TrimSpace(stderr.Bytes()))
	}
	return string(out), nil
}

// Trace has a faaslint binary put spans into all packages of the tree, as an overlay for the build: the tree stays as it
// is. It returns the overlay's file, which is removed with the tree; no place for a span is an error.
func (t *Tree) Trace(ctx context.Context, faaslint string) (overlay string, err error) {
	dir := filepath.Join(t.root, "spans")
	cmd := exec.CommandContext(ctx, faaslint, "trace", "-add", "-o", dir, "./...")
	cmd.Dir, cmd.Env = t.Dir, append(os.Environ(), "PWD="+t.Dir)
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s trace -add in a copy of the module: %w", faaslint, withStderr(err))
	}
	return strings.TrimSpace(string(out)), nil
}

// A Change is what differs in one file.
type Change struct {
	File    string `json:"file"`
	Added   int    `json:"added"`
	Removed int    `json:"removed"`
}

// Changes compares two trees of a module, all files of Go source.
func Changes(ctx context.Context, before, after *Tree) ([]Change, error) {
	cmd := exec.CommandContext(ctx, "git", "diff", "--no-index", "--no-renames", "--numstat", "-z", before.Dir, after.Dir)
	text, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 { // they differ
		err = nil
	}
	if err != nil {
		return nil, fmt.Errorf("compare the versions: %w", withStderr(err))
	}
	return parseNumstat(string(text), before.Dir, after.Dir)
}

// parseNumstat reads what git diff --numstat -z prints of two folders: added TAB removed TAB NUL before NUL after NUL.
func parseNumstat(text, before, after string) (changes []Change, err error) {
	fields := strings.Split(text, "\x00")
	for len(fields) >= 3 {
		counts := strings.Split(fields[0], "\t")
		if len(counts) != 3 {
			return nil, fmt.Errorf("git diff --numstat: cannot read %q", fields[0])
		}
		name, is := strings.CutPrefix(fields[2], after+"/")
		if !is {
			name = strings.TrimPrefix(fields[1], before+"/") // it is gone
		}
		fields = fields[3:]
		if !strings.HasSuffix(name, ".go") {
			continue
		}
		added, err1 := strconv.Atoi(counts[0])
		removed, err2 := strconv.Atoi(counts[1])
		if err := errors.Join(err1, err2); err != nil {
			return nil, fmt.Errorf("git diff --numstat: %w", err)
		}
		changes = append(changes, Change{name, added, removed})
	}
	slices.SortFunc(changes, func(a, b Change) int { return strings.Compare(a.File, b.File) })
	return changes, nil
}
