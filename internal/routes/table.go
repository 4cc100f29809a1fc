package routes

import (
	"cmp"
	"fmt"
	"go/token"
	"slices"
	"strings"
	"time"

	"github.com/faaslint/faaslint/faas/replay"
	"github.com/faaslint/faaslint/internal/catalog"
	"github.com/faaslint/faaslint/internal/reach"
	"github.com/faaslint/faaslint/internal/weigh"
)

// A Table says which route needs which dependency.
type Table struct {
	Program *reach.Program
	Start   *reach.Set   // what every request needs
	Opens   []reach.Open // places from which every request may reach more
	Deps    []*Dep       // those of the start first, then by name
	Rows    []*Row
	Groups  []*Group
	Blocks  []*Block

	Sizes    *weigh.Sizes          // nil if the program could not be built
	Inits    map[string]weigh.Init // nil unless measured
	Requests int                   // recorded
	Unowned  int                   // of them, those that no route answers
}

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

// A Row is a route with what it needs besides what every request needs.
type Row struct {
	*Route
	Needs    []*Dep
	Opens    []reach.Open // places from which it may reach more
	Group    *Group
	Requests int // recorded
}

// Has reports whether a route needs a dependency.
func (r *Row) Has(d *Dep) bool { return slices.Contains(r.Needs, d) }

// A Group is the routes that need the same heavy dependencies.
type Group struct {
	Name     string
	Needs    []*Dep
	Rows     []*Row
	Requests int
}

// A Block is a declaration that joins clients, so that whoever needs one needs all; or one that is needed at each start.
type Block struct {
	Node *reach.Node
	Deps []*Dep // what it leads to; one if every start needs it
	Rows []*Row // the routes that get there by it; none if every start does
}

// NewTable finds the routes of a program, and what they need.
func NewTable(prog *reach.Program, sizes *weigh.Sizes, inits map[string]weigh.Init) *Table {
	t := &Table{Program: prog, Sizes: sizes, Inits: inits}
	var list []*Route
	list, t.Start = Find(prog)
	for _, r := range list {
		t.Rows = append(t.Rows, &Row{Route: r, Opens: r.opens(t.Start)})
	}
	for _, o := range t.Start.Opens() {
		mine := slices.ContainsFunc(list, func(r *Route) bool { return r.Holds(o.Pos) })
		if !mine && o.What != reach.CallsHandler { // that middleware calls the next handler is what routes are about
			t.Opens = append(t.Opens, o)
		}
	}
	t.findDeps()
	for _, row := range t.Rows {
		for _, d := range t.Deps {
			if !d.Start && d.neededBy(prog, row.set) {
				row.Needs = append(row.Needs, d)
			}
		}
	}
	t.group()
	t.findBlocks()
	return t
}

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

// group puts routes together that need the same heavy dependencies.
func (t *Table) group() {
	byName := map[string]*Group{}
	for _, row := range t.Rows {
		var needs []*Dep
		var names []string
		for _, d := range row.Needs {
			if d.Heavy() {
				needs = append(needs, d)
				names = append(names, strings.ReplaceAll(d.Name, "/", "-"))
			}
		}
		name := cmp.Or(strings.Join(names, "-"), "plain")
		g := byName[name]
		if g == nil {
			g = &Group{Name: name, Needs: needs}
			byName[name] = g
			t.Groups = append(t.Groups, g)
		}
		g.Rows = append(g.Rows, row)
		row.Group = g
	}
	slices.SortFunc(t.Groups, func(a, b *Group) int {
		return cmp.Or(cmp.Compare(len(a.Needs), len(b.Needs)), cmp.Compare(a.Name, b.Name))
	})
}

// findBlocks finds what joins heavy dependencies: on a shortest path from a route to one, the last declaration that
// leads to another one too.
func (t *Table) findBlocks() {
	reaches := map[*reach.Node]*reach.Set{}
	of := func(n *reach.Node) *reach.Set {
		if reaches[n] == nil {
			reaches[n] = t.Program.Reach([]*reach.Node{n}, nil, nil)
		}
		return reaches[n]
	}
	byNode := map[*reach.Node]*Block{}
	for _, d := range t.Deps {
		if d.Start && d.Client {
			t.blockedAtStart(d)
		}
		if d.Start || !d.Heavy() {
			continue
		}
		for _, row := range t.Rows {
			if row.Has(d) {
				t.blocked(row, d, of, byNode)
			}
		}
	}
}

// blockedAtStart notes why every request needs a client: a variable, an init function or an import that runs at each
// start, or else the declaration that mentions the client.
func (t *Table) blockedAtStart(d *Dep) {
	path := t.Start.Path(d.through(t.Program, t.Start))
	node := path[0].Node
	for _, m := range path {
		if m.Node != nil && path[0].Node.Root == reach.MainFunc {
			node = m.Node
		}
	}
	for _, b := range t.Blocks {
		if b.Node == node && len(b.Rows) == 0 {
			b.Deps = append(b.Deps, d)
			return
		}
	}
	t.Blocks = append(t.Blocks, &Block{Deps: []*Dep{d}, Node: node})
}

// blocked notes what joins a dependency of a route with others.
func (t *Table) blocked(row *Row, d *Dep, of func(*reach.Node) *reach.Set, byNode map[*reach.Node]*Block) {
	for _, m := range slices.Backward(row.set.Path(d.through(t.Program, row.set))) {
		if m.Node == nil {
			continue
		}
		var joined []*Dep
		for _, o := range t.Deps {
			if o == d || !o.Start && o.Client && o.neededBy(t.Program, of(m.Node)) {
				joined = append(joined, o)
			}
		}
		if len(joined) < 2 {
			continue
		}
		b := byNode[m.Node]
		if b == nil {
			b = &Block{Node: m.Node, Deps: joined}
			byNode[m.Node] = b
			t.Blocks = append(t.Blocks, b)
		}
		if !slices.Contains(b.Rows, row) {
			b.Rows = append(b.Rows, row)
		}
		return
	}
}

// Count notes how many recorded requests each route answers.
func (t *Table) Count(all []replay.Exchange) {
	var list []*Route
	for _, row := range t.Rows {
		list = append(list, row.Route)
	}
	for _, e := range all {
		t.Requests++
		owner := Owner(list, e.Method, e.Path)
		i := slices.Index(list, owner)
		if owner == nil {
			t.Unowned++
			continue
		}
		t.Rows[i].Requests++
		t.Rows[i].Group.Requests++
	}
}

// Why is a shortest path of declarations from a route to a dependency, or from the start if every request needs it.
func (t *Table) Why(row *Row, d *Dep) []reach.Mention {
	set := row.set
	if d.Start {
		set = t.Start
	}
	through := d.through(t.Program, set)
	path := set.Path(through)
	if through != "" && !d.packages[through] {
		path = append(path, reach.Mention{Name: d.Path, How: "imported by " + through})
	}
	return path
}

// Row finds a route by its name, or by its path if no other has it.
func (t *Table) Row(name string) (*Row, error) {
	var names []string
	var byPath []*Row
	for _, row := range t.Rows {
		if row.String() == name {
			return row, nil
		}
		if row.Path == name {
			byPath = append(byPath, row)
		}
		names = append(names, row.String())
	}
	switch len(byPath) {
	case 0:
		return nil, fmt.Errorf("there is no route %q; the nearest is %q", name, nearest(name, names))
	case 1:
		return byPath[0], nil
	}
	return nil, fmt.Errorf("%q is the path of %s and of %s: say which", name, byPath[0], byPath[1])
}

// Dep finds a dependency by its short name, its path, or the path of one of its packages.
func (t *Table) Dep(name string) (*Dep, error) {
	var names []string
	for _, d := range t.Deps {
		if d.Name == name || d.Path == name || d.packages[name] {
			return d, nil
		}
		names = append(names, d.Name)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("there is no dependency %q: this program has none", name)
	}
	return nil, fmt.Errorf("there is no dependency %q; the nearest is %q", name, nearest(name, names))
}

// nearest is the name that takes the fewest changes of letters.
func nearest(name string, names []string) (best string) {
	least := -1
	for _, n := range names {
		if d := distance(strings.ToLower(name), strings.ToLower(n)); least < 0 || d < least {
			best, least = n, d
		}
	}
	return best
}

func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}

// InitOf adds up the start of packages.
func (t *Table) InitOf(paths map[string]bool) (sum weigh.Init) {
	for path := range paths {
		sum.Time += t.Inits[path].Time
		sum.Bytes += t.Inits[path].Bytes
		sum.Allocs += t.Inits[path].Allocs
	}
	return sum
}

// Milliseconds is a duration as it is printed.
func Milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// Kind says what a declaration is.
func (b *Block) Kind() string {
	switch b.Node.Root {
	case reach.Variable:
		return "package variable"
	case reach.Blank, reach.InitFunc, reach.MainFunc:
		return b.Node.Root.String()
	}
	return kindOf(b.Node)
}

// At is a position as file:line, relative to nothing.
func (t *Table) At(pos token.Pos) token.Position { return t.Program.Fset.Position(pos) }
