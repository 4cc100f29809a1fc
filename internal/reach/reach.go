package reach

import (
	"cmp"
	"go/ast"
	"go/token"
	"maps"
	"slices"
)

// A Set is what some declarations need: themselves, and what they lead to.
type Set struct {
	prog    *Program
	steps   map[*Node]Step
	order   []*Node
	foreign map[string]Step // by path: packages of others that are mentioned
	opens   []Open

	shapes  map[shape]bool
	waiting map[shape][]waiting // methods of types that are needed
	all     []waiting           // all of them, for calls by name
	byName  string              // the package that may call any of them
}

// A Step is how something was reached first.
type Step struct {
	From *Node // nil for a beginning
	Pos  token.Pos
	Name string // of what is mentioned in a package of others
	How  string // "" if it is mentioned
}

type waiting struct{ method, of *Node }

// A Skipper leaves out mentions.
type Skipper func(n *Node, u Use) bool

// Reach follows all mentions from some nodes, and from some mentions, breadth first.
//
// A method is needed if it is mentioned, or if its type is needed and somebody may call it through an interface: one in
// a needed declaration of ours, or in a package of others.
func (p *Program) Reach(from []*Node, mentions []Use, skip Skipper) *Set {
	s := &Set{prog: p, steps: map[*Node]Step{}, foreign: map[string]Step{}, shapes: map[shape]bool{}, waiting: map[shape][]waiting{}}
	for _, n := range from {
		s.add(n, Step{})
	}
	for _, u := range mentions {
		s.follow(nil, u)
	}
	for i := 0; i < len(s.order); i++ {
		n := s.order[i]
		s.enter(n)
		for _, u := range n.uses {
			if skip == nil || !skip(n, u) {
				s.follow(n, u)
			}
		}
	}
	return s
}

func (s *Set) add(n *Node, step Step) {
	if _, ok := s.steps[n]; !ok {
		s.steps[n] = step
		s.order = append(s.order, n)
	}
}

func (s *Set) follow(from *Node, u Use) {
	if u.Node != nil {
		s.add(u.Node, Step{From: from, Pos: u.Pos})
		return
	}
	if _, ok := s.foreign[u.Path]; !ok {
		s.foreign[u.Path] = Step{From: from, Pos: u.Pos, Name: u.Name}
		if s.byName == "" && s.prog.callsByName(u.Path) {
			s.byName = u.Path
			for _, w := range s.all {
				s.callByName(w)
			}
		}
	}
}

// enter looks at what a needed node brings besides its mentions.
func (s *Set) enter(n *Node) {
	s.opens = append(s.opens, n.opens...)
	own := n.shapes
	if d, ok := n.Decl.(*ast.FuncDecl); ok && d.Recv != nil && len(own) > 0 {
		own = own[1:] // the first is the method's own
	}
	for _, m := range own {
		s.called(m)
	}
	for _, m := range n.methods {
		w := waiting{m, n}
		shape := m.shapes[0]
		if !m.handler {
			shape = shape.rough()
		}
		if s.prog.shapes[shape] || s.shapes[shape] {
			s.add(m, Step{From: n, Pos: m.Pos(), How: "may be called through an interface"})
			continue
		}
		s.waiting[shape] = append(s.waiting[shape], w)
		s.all = append(s.all, w)
		if s.byName != "" {
			s.callByName(w)
		}
	}
}

// called notes a method of an interface of ours.
func (s *Set) called(m shape) {
	for _, m := range []shape{m, m.rough()} {
		if s.shapes[m] {
			continue
		}
		s.shapes[m] = true
		for _, w := range s.waiting[m] {
			s.add(w.method, Step{From: w.of, Pos: w.method.Pos(), How: "may be called through an interface"})
		}
	}
}

// callByName adds a method that templates and the like may name in a text. None calls a handler.
func (s *Set) callByName(w waiting) {
	if ast.IsExported(w.method.Objs[0].Name()) && !w.method.handler {
		s.add(w.method, Step{From: w.of, Pos: w.method.Pos(), How: Short(s.byName) + " may call it by its name"})
	}
}

// Has reports whether a node is needed.
func (s *Set) Has(n *Node) bool { _, ok := s.steps[n]; return ok }

// Nodes are the needed nodes, nearest first.
func (s *Set) Nodes() []*Node { return s.order }

// Packages are the packages of others that needed nodes mention.
func (s *Set) Packages() []string { return slices.Sorted(maps.Keys(s.foreign)) }

// Mentions reports whether a needed node mentions a package of others.
func (s *Set) Mentions(path string) bool { _, ok := s.foreign[path]; return ok }

// Opens are the places from which more may be reached, by position.
func (s *Set) Opens() []Open {
	list := slices.Clone(s.opens)
	slices.SortFunc(list, func(a, b Open) int { return cmp.Or(cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.What, b.What)) })
	return slices.Compact(list)
}

// A Mention is one link of a path of declarations.
type Mention struct {
	Name string    // of what is mentioned
	Pos  token.Pos // where
	How  string    // "" if it is mentioned
	Node *Node     // nil for a package of others
}

// Path is a shortest path to a package of others.
func (s *Set) Path(path string) []Mention {
	step, ok := s.foreign[path]
	if !ok {
		return nil
	}
	list := []Mention{{Name: Short(path) + "." + step.Name, Pos: step.Pos}}
	for n := step.From; n != nil; {
		step := s.steps[n]
		m := Mention{Name: n.Name, Pos: step.Pos, How: step.How, Node: n}
		if step.From == nil && !step.Pos.IsValid() {
			m.Pos = n.Pos()
		}
		list = append(list, m)
		n = step.From
	}
	slices.Reverse(list)
	return list
}
