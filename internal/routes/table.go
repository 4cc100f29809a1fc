package routes

import (
	"cmp"
	"go/token"
	"slices"
	"strings"
	"time"

	"github.com/faaslint/faaslint/faas/replay"
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

// At is a position as file:line, relative to nothing.
func (t *Table) At(pos token.Pos) token.Position { return t.Program.Fset.Position(pos) }
