package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/faaslint/faaslint"
	"github.com/faaslint/faaslint/analyzers/spans"
)

// The library that instrumented code imports comes out of this binary.
const (
	libraryModule = "github.com/faaslint/faaslint"
	libraryFolder = "faaslint-trace"
	libraryMod    = "// The part of faaslint that code with spans imports. faaslint trace -remove takes it away.\nmodule " + libraryModule + "\n\ngo 1.21\n"
	requireMark   = "// faaslint trace -add wrote these two lines, and -remove takes them away."
)

// haveLibrary asks whether code of the main modules can import package trace as it is.
func (a *adder) haveLibrary(ctx context.Context) (bool, error) {
	args := append([]string{"list", "-e", "-json=Dir,Error,Module"}, a.buildFlags()...)
	out, err := a.goCommand(ctx, append(args, spans.Path)...).Output()
	if err != nil {
		return false, fmt.Errorf("go list %s: %w", spans.Path, withStderr(err))
	}
	var p listedPackage
	if err := json.Unmarshal(out, &p); err != nil {
		return false, fmt.Errorf("reading what go list printed: %v", err)
	}
	if p.Error == nil && p.Dir != "" {
		return true, nil
	}
	for _, m := range modulesOf(a.asked.packages) {
		if text, err := os.ReadFile(filepath.Join(m.Dir, "go.mod")); err == nil && bytes.Contains(text, []byte(libraryModule+" ")) {
			return false, fmt.Errorf("module %s requires a %s that has no package trace: update it, or remove the requirement", m.Path, libraryModule)
		}
		if _, err := os.Stat(filepath.Join(m.Dir, "vendor", "modules.txt")); err == nil && !strings.Contains(a.env.GOFLAGS, "-mod=mod") {
			return false, fmt.Errorf("module %s is built from its vendor folder, which has no package trace: set GOFLAGS=-mod=mod, here and for the build", m.Path)
		}
	}
	return false, nil
}

// requireLibrary adds the go.mod files of the modules with spans to files; path is where each finds the library.
func (a *adder) requireLibrary(files map[string][]byte, path func(dir string) string) error {
	for _, m := range modulesOf(a.asked.packages) {
		if !slices.ContainsFunc(sortedKeys(files), func(file string) bool { return moduleDirOf(a.asked, file) == m.Dir }) {
			continue
		}
		name := filepath.Join(m.Dir, "go.mod")
		old, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if bytes.Contains(old, []byte(requireMark)) {
			continue // of an earlier -add -write
		}
		files[name] = addRequire(old, path(m.Dir))
	}
	return nil
}

// moduleDirOf is the folder of the main module that a file is of.
func moduleDirOf(l *listing, file string) string {
	dir := filepath.Dir(file)
	for _, p := range l.packages {
		if p.Dir == dir && p.Module != nil {
			return p.Module.Dir
		}
	}
	return ""
}

// relativePath is the path from a module to the library as go.mod spells it.
func relativePath(dir, library string) string {
	rel, err := filepath.Rel(dir, library)
	if err != nil {
		return filepath.ToSlash(library)
	}
	rel = filepath.ToSlash(rel)
	if !strings.HasPrefix(rel, "../") {
		rel = "./" + rel
	}
	return rel
}

// librarySources are the files of the library, by slashed name.
func librarySources() (map[string][]byte, error) {
	files := map[string][]byte{"go.mod": []byte(libraryMod)}
	err := fs.WalkDir(faaslint.Trace, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files[name], err = faaslint.Trace.ReadFile(name)
		return err
	})
	return files, err
}

func writeLibrary(dir string) error {
	files, err := librarySources()
	if err != nil {
		return err
	}
	for _, name := range sortedKeys(files) {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(file, files[name], 0o666); err != nil {
			return err
		}
	}
	return nil
}

// placeLibrary puts the library into the tree, at once, and reports whether it did: it may be there from before.
func placeLibrary(dir string) (made bool, err error) {
	if same, err := isLibrary(dir); err != nil || same {
		return false, err
	}
	if err := emptyFolder(dir); err != nil {
		return false, fmt.Errorf("placing package trace: %w", err)
	}
	temp := dir + ".tmp"
	if err := errors.Join(os.RemoveAll(temp), writeLibrary(temp)); err != nil {
		os.RemoveAll(temp)
		return false, fmt.Errorf("placing package trace: %w", err)
	}
	if err := os.Rename(temp, dir); err != nil {
		os.RemoveAll(temp)
		return false, fmt.Errorf("placing package trace: %w", err)
	}
	return true, nil
}

// isLibrary reports whether a folder holds the library as this binary has it, and nothing else.
func isLibrary(dir string) (bool, error) {
	want, err := librarySources()
	if err != nil {
		return false, err
	}
	n := 0
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if have, ok := want[filepath.ToSlash(rel)]; !ok || !bytes.Equal(have, text) {
			n = -len(want) - 1
			return fs.SkipAll
		}
		n++
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return n == len(want), err
}

// requireLines are what a go.mod gets. Inv: dropRequire looks for them.
func requireLines(path, nl string) string {
	if strings.ContainsAny(path, " \"'`()[]{},") {
		path = fmt.Sprintf("%q", path)
	}
	return strings.Join([]string{requireMark,
		"require " + libraryModule + " v0.0.0-00010101000000-000000000000",
		"replace " + libraryModule + " => " + path}, nl)
}

func addRequire(mod []byte, path string) []byte {
	nl := newlineOf(mod)
	if bytes.HasSuffix(mod, []byte("\n")) {
		return append(slices.Clone(mod), (nl + requireLines(path, nl) + nl)...)
	}
	return append(slices.Clone(mod), (nl + nl + requireLines(path, nl))...)
}

func newlineOf(text []byte) string {
	if bytes.Contains(text, []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}
