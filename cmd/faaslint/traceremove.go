package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/faaslint/faaslint/analyzers/spans"
	"github.com/faaslint/faaslint/rewrite"
)

// removeSpans takes out of the packages what -add -write put in: the files are then, byte for byte, what they would be
// without. Files that are not built here count, since spans may have been added with other tags.
func (c *command) removeSpans(ctx context.Context, asked *listing) (int, error) {
	files := make(map[string][]byte)
	packages := slices.Concat(asked.packages, asked.broken)
	for _, p := range packages {
		if p.Standard || p.Module != nil && !p.Module.Main {
			continue
		}
		names, err := filepath.Glob(filepath.Join(p.Dir, "*.go"))
		if err != nil {
			return exitFailed, err
		}
		for _, name := range names {
			if err := removeFrom(files, name); err != nil {
				return exitFailed, err
			}
		}
	}
	n := len(files)
	world, err := c.loadWorld(ctx, asked)
	if err != nil {
		return exitFailed, err
	}
	libraries, err := dropRequires(files, modulesOf(slices.Concat(packages, world.packages, world.broken)))
	if err != nil {
		return exitFailed, err
	}
	if err := writeFiles(files); err != nil {
		return exitFailed, err
	}
	for _, dir := range libraries {
		if err := removeLibrary(dir); err != nil {
			return exitFailed, err
		}
	}
	for _, problem := range asked.problems {
		fmt.Fprintf(c.stderr, "faaslint: %s\n", problem)
	}
	fmt.Fprintf(c.stderr, "faaslint: spans removed from %d files\n", n)
	if len(asked.packages)+len(asked.broken) == 0 {
		return exitFailed, nil
	}
	return exitClean, nil
}

func removeFrom(files map[string][]byte, name string) error {
	old, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	text, changed, err := rewrite.RemoveSpans(name, old, spans.Alias)
	if err != nil {
		return fmt.Errorf("nothing was removed: %w", err)
	}
	if changed {
		files[name] = text
	}
	return nil
}

// dropRequires takes the library out of the go.mod files of modules that have no spans left, and returns the folders in
// which no module looks for it any more.
func dropRequires(files map[string][]byte, modules []*listedModule) ([]string, error) {
	needed := make(map[string]bool) // by folder of the library
	for _, m := range modules {
		name := filepath.Join(m.Dir, "go.mod")
		old, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if !bytes.Contains(old, []byte(requireMark)) {
			continue
		}
		text, path, err := dropRequire(old)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if !filepath.IsAbs(path) {
			path = filepath.Join(m.Dir, filepath.FromSlash(path))
		}
		left, err := spansLeft(files, m.Dir)
		if err != nil {
			return nil, err
		}
		if !left {
			files[name] = text
		}
		needed[path] = needed[path] || left
	}
	return slices.DeleteFunc(sortedKeys(needed), func(path string) bool { return needed[path] }), nil
}

// dropRequire undoes addRequire.
func dropRequire(mod []byte) (text []byte, path string, err error) {
	nl := newlineOf(mod)
	lines := requireLines("", nl)
	at := bytes.Index(mod, []byte(lines))
	if at < 0 {
		return nil, "", fmt.Errorf("the lines below %q were changed: restore them, or drop the requirement of %s yourself", requireMark, libraryModule)
	}
	rest := mod[at+len(lines):]
	end := bytes.IndexByte(rest, '\n')
	before := bytes.TrimSuffix(mod[:at], []byte(nl)) // the empty line
	if end < 0 {
		path, rest = string(rest), nil
		before = bytes.TrimSuffix(before, []byte(nl)) // there was no end of line to begin with
	} else {
		path, rest = string(bytes.TrimSuffix(rest[:end], []byte("\r"))), rest[end+1:]
	}
	return slices.Concat(before, rest), strings.Trim(path, `"`), nil
}

// spansLeft reports whether a file of the module, as files leave it, still imports the library under our name.
func spansLeft(files map[string][]byte, dir string) (left bool, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if path != dir && (skippedFolder(d.Name()) || isModule(path)) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		text, ok := files[path]
		if !ok {
			if text, err = os.ReadFile(path); err != nil {
				return err
			}
		}
		if bytes.Contains(text, []byte(spans.Alias+` "`+spans.Path+`"`)) {
			left = true
			return fs.SkipAll
		}
		return nil
	})
	return left, err
}

// removeLibrary deletes a folder that holds the library and nothing else.
func removeLibrary(dir string) error {
	if filepath.Base(dir) != libraryFolder {
		return nil
	}
	same, err := isLibrary(dir)
	if err != nil {
		return err
	}
	if !same {
		if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return fmt.Errorf("%s is left: it holds more than package trace, or another version of it", dir)
	}
	return os.RemoveAll(dir)
}
