package main

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A workspace answers what no analyzer can see: callers in files that are not compiled here, in packages that do not
// load, and in modules of other people.
type workspace struct {
	listing *listing
	unseen  []unseenFile
	walked  bool
}

// An unseenFile is Go source that was not analysed.
type unseenFile struct{ name, code, why string }

// object returns a reason not to change what the offer's helper promises its callers.
func (w *workspace) object(offer string) (code, why string) {
	h := parseOffer(offer)
	if w.isLibrary(h) {
		return "library-callers", h.name + " is exported by a library, so that callers may be out of sight"
	}
	w.walk()
	for _, u := range w.unseen {
		if mentions(u.name, h, w.dirOf(h.pkg)) {
			return u.code, u.why + " mentions " + h.name + ": " + filepath.Base(u.name)
		}
	}
	return "", ""
}

// isLibrary reports whether modules that we do not see can call the helper: it is exported, not below an internal
// folder, and its module is there for others, since it holds no command.
func (w *workspace) isLibrary(h helper) bool {
	p := w.listing.byPath[h.pkg]
	if p == nil || p.Name == "main" || p.Module == nil {
		return false
	}
	if !ast.IsExported(h.name) || slices.Contains(strings.Split(h.pkg, "/"), "internal") {
		return false
	}
	return !slices.ContainsFunc(w.listing.packages, func(q *listedPackage) bool {
		return q.Name == "main" && q.Module != nil && q.Module.Path == p.Module.Path
	})
}

func (w *workspace) dirOf(path string) string {
	if p := w.listing.byPath[path]; p != nil {
		return p.Dir
	}
	return ""
}

// walk lists the unseen files, on first use.
func (w *workspace) walk() {
	if w.walked {
		return
	}
	w.walked = true
	known := make(map[string]bool)
	modules := make(map[string]bool)
	for _, p := range slices.Concat(w.listing.packages, w.listing.broken) {
		known[p.Dir] = true
		if p.Module != nil && p.Module.Main {
			modules[p.Module.Dir] = true
		}
		for _, file := range p.abs(p.IgnoredGoFiles) {
			w.unseen = append(w.unseen, excluded(file))
		}
	}
	for _, file := range w.listing.hidden() {
		w.unseen = append(w.unseen, unseenFile{file, "not-loaded", "a test that does not compile"})
	}
	for _, p := range w.listing.broken {
		for _, file := range p.abs(p.GoFiles, p.CgoFiles, p.TestGoFiles, p.XTestGoFiles) {
			w.unseen = append(w.unseen, unseenFile{file, "not-loaded", "a package that does not load"})
		}
	}
	// go list passes over a folder all of whose files are excluded.
	for _, dir := range sortedKeys(modules) {
		for _, file := range filesOutside(dir, known) {
			w.unseen = append(w.unseen, excluded(file))
		}
	}
}

func excluded(file string) unseenFile {
	return unseenFile{file, "build-tags", "a file that is not built here"}
}

// filesOutside lists the Go files of a module in folders that are not known.
func filesOutside(root string, known map[string]bool) (files []string) {
	filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil // unreadable for the go command too
		}
		if d.IsDir() {
			if path != root && (skippedFolder(d.Name()) || isModule(path)) {
				return fs.SkipDir
			}
			return nil
		}
		if strings.HasSuffix(path, ".go") && !known[filepath.Dir(path)] {
			files = append(files, path)
		}
		return nil
	})
	return files
}

func skippedFolder(name string) bool {
	return name == "testdata" || name == "vendor" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

func isModule(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return !errors.Is(err, fs.ErrNotExist)
}

// mentions reports whether a file may use the helper: its name is a word of the text and, for a function, the file
// is of the helper's package or imports it. (A method may be called on a value whose package is not imported.)
func mentions(file string, h helper, dir string) bool {
	content, err := os.ReadFile(file)
	if err != nil {
		return true // not seen is not absent
	}
	if !regexp.MustCompile(`\b` + regexp.QuoteMeta(h.name) + `\b`).Match(content) {
		return false
	}
	if h.method || filepath.Dir(file) == dir {
		return true
	}
	syntax, err := parser.ParseFile(token.NewFileSet(), file, content, parser.ImportsOnly)
	if err != nil {
		return true
	}
	return slices.ContainsFunc(syntax.Imports, func(spec *ast.ImportSpec) bool {
		path, err := strconv.Unquote(spec.Path.Value)
		return err != nil || path == h.pkg
	})
}
