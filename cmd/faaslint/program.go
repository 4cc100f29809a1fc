package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/faaslint/faaslint/internal/buildfile"
	"github.com/faaslint/faaslint/internal/catalog"
)

// A program is a main package with all that it links.
type program struct {
	packages map[string]*linkedPackage
}

type linkedPackage struct {
	ImportPath, Dir string
	Standard        bool
	GoFiles         []string
	CgoFiles        []string
	Imports         []string
	Module          *listedModule

	names map[string]bool // that it mentions behind a dot; nil before it is asked
}

// program lists what a main package links.
func (b *builds) program(ctx context.Context, path string) (*program, error) {
	if p := b.programs[path]; p != nil {
		return p, nil
	}
	args := slices.Concat([]string{"list", "-e", "-deps", "-json=ImportPath,Dir,Standard,GoFiles,CgoFiles,Imports,Module"}, b.buildFlags(), []string{"--", path})
	out, err := b.goCommand(ctx, args...).Output()
	if err != nil {
		return nil, fmt.Errorf("go list -deps %s: %w", path, withStderr(err))
	}
	p := &program{packages: make(map[string]*linkedPackage)}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		l := new(linkedPackage)
		err := dec.Decode(l)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("reading what go list printed: %v", err)
		}
		p.packages[l.ImportPath] = l
	}
	b.programs[path] = p
	return p, nil
}

// tags are those that a command does not give, and that would leave something out of all that it builds which none needs.
func (b *builds) tags(ctx context.Context, cmd *buildfile.Command, targets []*listedPackage, old bool) (list []*catalog.Tag, err error) {
	if cmd.Via == "sam" {
		return nil, nil // what is to be said of it is said of its symbols
	}
	for _, tag := range catalog.Default().Tags() {
		if slices.Contains(cmd.Tags, tag.Name) || tag.Out != "" && (old || filepath.Base(cmd.Out) != tag.Out) {
			continue
		}
		useful := true
		for _, t := range targets {
			if !slices.Contains(t.Deps, tag.Path) {
				useful = false
				break
			}
			p, err := b.program(ctx, t.ImportPath)
			if err != nil {
				return nil, err
			}
			useful = useful && p.drops(tag)
		}
		if useful {
			list = append(list, tag)
		}
	}
	return list, nil
}

// drops reports whether the package, in the version that is linked, knows the tag, and no package of another module mentions
// what it leaves out.
func (p *program) drops(tag *catalog.Tag) bool {
	own := p.packages[tag.Path]
	if own == nil || own.Module == nil || !own.knows(tag.Name) {
		return false
	}
	for _, l := range p.packages {
		if l.Standard || l.Module != nil && l.Module.Path == own.Module.Path {
			continue
		}
		if tag.Imports != "" && slices.Contains(l.Imports, tag.Imports) {
			return false
		}
		if !slices.ContainsFunc(l.Imports, func(path string) bool { return within(path, own.Module.Path) }) {
			continue
		}
		if len(l.CgoFiles) > 0 || slices.ContainsFunc(tag.Names, l.mentions) {
			return false
		}
	}
	return true
}

// links reports whether a main package still links another one when some tags are given.
func (p *program) links(from, path string, tags []*catalog.Tag) bool {
	seen := map[string]bool{from: true}
	for todo := []string{from}; len(todo) > 0; {
		l := p.packages[todo[0]]
		todo = todo[1:]
		if l == nil {
			continue
		}
		for _, next := range l.Imports {
			goes := func(t *catalog.Tag) bool { return t.Path == l.ImportPath && t.Imports == next }
			if !seen[next] && !slices.ContainsFunc(tags, goes) {
				seen[next] = true
				todo = append(todo, next)
			}
		}
	}
	return seen[path]
}

func within(path, root string) bool { return path == root || strings.HasPrefix(path, root+"/") }

// knows reports whether one of the files that are compiled is left out with the tag.
func (l *linkedPackage) knows(tag string) bool {
	for _, name := range l.GoFiles {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(l.Dir, name), nil, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			return false
		}
		for _, group := range file.Comments {
			for _, c := range group.List {
				if c.Pos() > file.Package || !constraint.IsGoBuild(c.Text) {
					continue
				}
				expr, err := constraint.Parse(c.Text)
				if err == nil && expr.Eval(func(t string) bool { return t != tag }) && !expr.Eval(func(string) bool { return true }) {
					return true
				}
			}
		}
	}
	return false
}

// mentions reports whether a name stands behind a dot in a file. A file that does not parse may mention anything.
func (l *linkedPackage) mentions(name string) bool {
	if l.names == nil {
		l.names = make(map[string]bool)
		for _, base := range l.GoFiles {
			file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(l.Dir, base), nil, parser.SkipObjectResolution)
			if err != nil {
				l.names["*"] = true
				break
			}
			ast.Inspect(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.SelectorExpr:
					l.names[n.Sel.Name] = true
				case *ast.ImportSpec:
					l.names["*"] = l.names["*"] || n.Name != nil && n.Name.Name == "."
				}
				return true
			})
		}
	}
	return l.names[name] || l.names["*"]
}

// trims is -trimpath where it changes no more than the names of files in traces: a program that asks for them itself may look
// for its files under these names.
func (b *builds) trims(ctx context.Context, targets []*listedPackage) (string, error) {
	for _, t := range targets {
		p, err := b.program(ctx, t.ImportPath)
		if err != nil {
			return "", err
		}
		for _, l := range p.packages {
			ours := l.Module != nil && l.Module.Main
			if ours && (len(l.CgoFiles) > 0 || slices.ContainsFunc([]string{"Caller", "Callers", "CallersFrames", "FuncForPC"}, l.mentions)) {
				return "", nil
			}
		}
	}
	return " -trimpath", nil
}
