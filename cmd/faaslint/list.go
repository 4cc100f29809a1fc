package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

// A listing is what go list knows about the packages that some patterns name.
type listing struct {
	packages []*listedPackage // those that load, sorted by path; test variants are folded into them
	broken   []*listedPackage // those that do not
	problems []string         // why they do not, each cause once
	patterns []string
	byPath   map[string]*listedPackage // of packages
}

// listedPackage is the part of go list -json that we need.
type listedPackage struct {
	ImportPath, Dir, Name, ForTest string
	Standard                       bool
	Module                         *listedModule
	GoFiles, CgoFiles              []string
	TestGoFiles, XTestGoFiles      []string
	IgnoredGoFiles                 []string
	Match, Deps                    []string
	Error                          *listError
	DepsErrors                     []*listError

	hideTests bool // its tests do not compile: it is checked as if it had none
}

type listedModule struct {
	Path, Dir, Version string
	Main               bool
	Replace            *listedModule
}

type listError struct{ Pos, Err string }

const listFields = "-json=ImportPath,Dir,Name,ForTest,Standard,Module,GoFiles,CgoFiles,TestGoFiles,XTestGoFiles," +
	"IgnoredGoFiles,Match,Deps,Error,DepsErrors"

// load asks go list first, because one package that does not load keeps go vet from looking at any other.
func (c *command) load(ctx context.Context, patterns []string) (*listing, error) {
	args := slices.Concat([]string{"list", "-e", "-test", listFields}, c.buildFlags(), []string{"--"}, patterns)
	cmd := c.goCommand(ctx, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %s", cmp.Or(strings.TrimSpace(stderr.String()), err.Error()))
	}
	l := &listing{patterns: patterns, byPath: make(map[string]*listedPackage)}
	if err := l.decode(out); err != nil {
		return nil, fmt.Errorf("reading what go list printed: %v", err)
	}
	l.noteUnmatched(c.env.GOWORK)
	return l, nil
}

func (l *listing) decode(out []byte) error {
	variants := make(map[string][]*listError) // by the path of the package under test
	var all []*listedPackage
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		p := new(listedPackage)
		err := dec.Decode(p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if p.ForTest != "" {
			variants[p.ForTest] = append(variants[p.ForTest], p.errors()...)
			continue
		}
		if len(p.Match) > 0 { // not the main package of a test
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b *listedPackage) int { return strings.Compare(a.ImportPath, b.ImportPath) })
	for _, p := range all {
		errs := p.errors()
		if len(errs) > 0 {
			l.broken = append(l.broken, p)
		} else {
			p.hideTests = len(variants[p.ImportPath]) > 0
			l.packages = append(l.packages, p)
			l.byPath[p.ImportPath] = p
		}
		for _, e := range append(errs, variants[p.ImportPath]...) {
			l.addProblem(e)
		}
	}
	return nil
}

func (p *listedPackage) errors() []*listError {
	if p.Error != nil {
		return append([]*listError{p.Error}, p.DepsErrors...)
	}
	return p.DepsErrors
}

func (l *listing) addProblem(e *listError) {
	text := strings.TrimSpace(e.Err)
	if e.Pos != "" {
		text = e.Pos + ": " + text
	}
	if strings.Contains(text, "modules listed in go.work") {
		text += "; for all modules of the workspace use the pattern work"
	}
	if !slices.Contains(l.problems, text) {
		l.problems = append(l.problems, text)
	}
}

// noteUnmatched adds the patterns that name no package at all; go list only warns of them.
func (l *listing) noteUnmatched(gowork string) {
	matched := make(map[string]bool)
	for _, p := range slices.Concat(l.packages, l.broken) {
		for _, pattern := range p.Match {
			matched[pattern] = true
		}
	}
	for _, pattern := range l.patterns {
		if matched[pattern] || strings.HasSuffix(pattern, ".go") {
			continue
		}
		text := fmt.Sprintf("%q matches no packages", pattern)
		if gowork != "" && strings.HasPrefix(pattern, ".") {
			text += "; for all modules of " + gowork + " use the pattern work"
		}
		l.problems = append(l.problems, text)
	}
}

func (l *listing) ok() bool { return len(l.problems) == 0 && len(l.broken) == 0 }

func (l *listing) has(path string) bool { return l.byPath[path] != nil }

// vetArgs names the packages for go vet: as the user did if all of them load (file names have no other spelling), and
// one by one if some do not.
func (l *listing) vetArgs() []string {
	if l.ok() {
		return l.patterns
	}
	return l.paths()
}

func (l *listing) paths() (paths []string) {
	for _, p := range l.packages {
		paths = append(paths, p.ImportPath)
	}
	return paths
}

// without returns the listing less the packages named and all that import them: go vet passes those over in silence.
func (l *listing) without(failed map[string]bool) (rest *listing, dropped []*listedPackage) {
	if len(failed) == 0 {
		return l, nil
	}
	rest = &listing{broken: slices.Clone(l.broken), problems: l.problems, byPath: make(map[string]*listedPackage)}
	for _, p := range l.packages {
		if failed[p.ImportPath] || slices.ContainsFunc(p.Deps, func(dep string) bool { return failed[dep] }) {
			dropped = append(dropped, p)
			rest.broken = append(rest.broken, p)
			continue
		}
		rest.packages = append(rest.packages, p)
		rest.byPath[p.ImportPath] = p
	}
	rest.patterns = rest.paths()
	return rest, dropped
}

// hidden lists the test files that must not be seen.
func (l *listing) hidden() (files []string) {
	for _, p := range l.packages {
		if p.hideTests {
			files = append(files, p.abs(p.TestGoFiles, p.XTestGoFiles)...)
		}
	}
	return files
}

func (p *listedPackage) abs(names ...[]string) (files []string) {
	for _, name := range slices.Concat(names...) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(p.Dir, name)
		}
		files = append(files, name)
	}
	return files
}
