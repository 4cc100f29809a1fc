package routes

import (
	"path"
	"slices"
	"strings"

	"github.com/faaslint/faaslint/internal/catalog"
	"github.com/faaslint/faaslint/internal/reach"
)

// A Block is a declaration that joins clients, so that whoever needs one needs all; or one that is needed at each start.
type Block struct {
	Node *reach.Node
	Deps []*Dep // what it leads to; one if every start needs it
	Rows []*Row // the routes that get there by it; none if every start does
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

// Objects are the nouns, as checks say them, of what the program builds with a block's dependencies.
func (t *Table) Objects(b *Block) (nouns []string) {
	for _, n := range t.Program.Nodes() {
		for _, u := range n.Uses() {
			if !slices.ContainsFunc(b.Deps, func(d *Dep) bool { return d.packages[u.Path] }) {
				continue
			}
			symbol := u.Path + "." + u.Name
			if typ, method, ok := strings.Cut(u.Name, "."); ok {
				symbol = "(*" + u.Path + "." + typ + ")." + method
			}
			line := catalog.Default().CostlyNamed(symbol)
			if line == nil {
				continue
			}
			if noun := strings.ReplaceAll(line.What, "{package}", path.Base(u.Path)); !slices.Contains(nouns, noun) {
				nouns = append(nouns, noun)
			}
		}
	}
	return nouns
}
