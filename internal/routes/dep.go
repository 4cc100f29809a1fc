package routes

import (
	"cmp"
	"slices"

	"github.com/faaslint/faaslint/internal/catalog"
	"github.com/faaslint/faaslint/internal/reach"
	"github.com/faaslint/faaslint/internal/weigh"
)

// A Dep is a module of others, or a large package of the standard library.
type Dep struct {
	Name   string // short, and different for each
	Path   string // of the module, or of the package
	Client bool   // the catalogue knows of connections that it opens
	Start  bool   // every request needs it
	Linked []string
	Brings []string // what is linked because of it alone, itself included
	Bytes  int64    // of Brings; -1 if not known
	Init   weigh.Init

	std      bool
	packages map[string]bool
}

// Heavy dependencies are worth a function of their own, or the thought.
func (d *Dep) Heavy() bool { return d.Client || d.Bytes >= heavy }

const (
	heavy  = 1 << 20   // bytes that are some 40 ms of a cold start where code is delivered to each instance
	column = 256 << 10 // of a package of the standard library that has a column
)

func (d *Dep) neededBy(prog *reach.Program, set *reach.Set) bool { return d.through(prog, set) != "" }

// through is the package that a set mentions and with which the dependency is linked, itself if it can be.
func (d *Dep) through(prog *reach.Program, set *reach.Set) string {
	found := ""
	for _, path := range set.Packages() {
		if d.packages[path] {
			return path
		}
		if found == "" && !prog.Std(path) { // the standard library links what it likes
			for linked := range prog.Linked(path) {
				if d.packages[linked] {
					found = path
				}
			}
		}
	}
	if found == "" && d.std {
		for _, path := range set.Packages() {
			if prog.Linked(path)[d.Path] {
				return path
			}
		}
	}
	return found
}

// findDeps lists what our own declarations mention of others.
func (t *Table) findDeps() {
	prog := t.Program
	byPath := map[string]*Dep{}
	sets := []*reach.Set{t.Start}
	for _, row := range t.Rows {
		sets = append(sets, row.set)
	}
	for _, set := range sets {
		for _, path := range set.Packages() {
			if name := prog.Module(path); byPath[name] == nil {
				byPath[name] = &Dep{Path: name, Bytes: -1, std: prog.Std(path), packages: map[string]bool{}}
			}
		}
	}
	for _, path := range prog.Packages() {
		if d := byPath[prog.Module(path)]; d != nil {
			d.packages[path] = true
		}
	}
	for _, d := range byPath {
		d.Start = d.neededBy(prog, t.Start)
		t.weigh(d)
		if d.std && (d.Start || d.Bytes < column) {
			continue
		}
		t.Deps = append(t.Deps, d)
	}
	slices.SortFunc(t.Deps, func(a, b *Dep) int {
		return cmp.Or(-compare(a.Start, b.Start), cmp.Compare(a.Path, b.Path))
	})
	t.nameDeps()
	clients(t.Deps)
}

func compare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// nameDeps gives short names that are different from each other.
func (t *Table) nameDeps() {
	count := map[string]int{}
	for _, d := range t.Deps {
		d.Name = reach.Short(d.Path)
		count[d.Name]++
	}
	for _, d := range t.Deps {
		if count[d.Name] > 1 {
			d.Name = d.Path
		}
	}
}

// weigh adds up what is linked and started because of a dependency alone.
func (t *Table) weigh(d *Dep) {
	rest := t.Program.LinkedWithout(func(path string) bool { return d.packages[path] })
	for _, path := range t.Program.Packages() {
		if !rest[path] {
			d.Brings = append(d.Brings, path)
			init := t.Inits[path]
			d.Init.Time += init.Time
			d.Init.Bytes += init.Bytes
			d.Init.Allocs += init.Allocs
		}
		if d.packages[path] {
			d.Linked = append(d.Linked, path)
		}
	}
	if t.Sizes != nil {
		d.Bytes = t.Sizes.Of(d.Brings)
	}
}

// clients marks the dependencies of which the catalogue says that they connect to something.
func clients(deps []*Dep) {
	for _, line := range catalog.Default().Lines() {
		c, ok := line.Entry.(*catalog.Costly)
		if !ok || c.Loses != catalog.Connection && c.Loses != catalog.Remote && c.Loses != catalog.Transport {
			continue
		}
		path := catalog.PackagePath(line.Symbol)
		for _, d := range deps {
			if !d.Client && path != "" {
				d.Client = slices.ContainsFunc(d.Linked, func(linked string) bool { return catalog.Match(path, linked) })
			}
		}
	}
}
