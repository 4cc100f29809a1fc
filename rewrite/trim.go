package rewrite

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"

	"github.com/dave/dst"
	"github.com/dave/dst/decorator"
	"github.com/dave/dst/dstutil"
)

// A Range is a piece of a file, by offsets.
type Range struct{ From, To int }

// A Trimming says what to leave out of a file. All ranges are those of whole nodes: declarations, specifications,
// statements, cases, elements of composite literals.
type Trimming struct {
	Cut     []Range
	Use     map[Range][]string // local variables that a cut statement used last: the compiler wants a use of each
	Blank   []Range            // imports that are left for their effect alone
	Imports map[string]string  // paths to write in the place of others
}

// Trim returns a file without what a trimming names. A comment that stands by itself above something that goes stays.
func Trim(name string, src []byte, t Trimming) ([]byte, error) {
	// dst takes blank lines for none when lines end in CR LF, and offsets are those of the file: with both, the blank
	// lines are lost.
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("trimming: %w", err)
	}
	d := decorator.NewDecorator(fset)
	tree, err := d.DecorateFile(file)
	if err != nil {
		return nil, fmt.Errorf("trimming %s: %w", name, err)
	}
	tr := &trimmer{Trimming: t, nodes: map[dst.Node]Range{}}
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil {
			return true
		}
		r := Range{fset.Position(n.Pos()).Offset, fset.Position(n.End()).Offset}
		if node := d.Dst.Nodes[n]; node != nil {
			tr.nodes[node] = r
		}
		return true
	})
	tr.run(tree)
	for _, r := range t.Cut {
		if !tr.found[r] {
			return nil, fmt.Errorf("trimming %s: there is nothing at %d to %d that can be left out", name, r.From, r.To)
		}
	}
	var out bytes.Buffer
	if err := decorator.Fprint(&out, tree); err != nil {
		return nil, fmt.Errorf("trimming %s: %w", name, err)
	}
	return out.Bytes(), nil
}

type trimmer struct {
	Trimming
	nodes map[dst.Node]Range
	found map[Range]bool
	left  []string // comments that wait for the next declaration
}

func (t *trimmer) run(tree *dst.File) {
	t.found = map[Range]bool{}
	var decls []dst.Decl
	for _, d := range tree.Decls {
		if t.cuts(d) || t.empties(d) {
			t.keepComments(d)
			continue
		}
		if len(t.left) > 0 {
			d.Decorations().Start.Prepend(t.left...)
			d.Decorations().Before = dst.EmptyLine
			t.left = nil
		}
		decls = append(decls, d)
	}
	tree.Decls = decls
	if len(t.left) > 0 {
		tree.Decs.End.Append(append([]string{"\n"}, t.left...)...)
	}
	tree.Imports = slices.DeleteFunc(tree.Imports, func(s *dst.ImportSpec) bool { return t.found[t.nodes[s]] && slices.Contains(t.Cut, t.nodes[s]) })
	dstutil.Apply(tree, t.apply, nil)
}

// cuts reports whether a node is to go.
func (t *trimmer) cuts(n dst.Node) bool {
	r, known := t.nodes[n]
	if !known || !slices.Contains(t.Cut, r) {
		return false
	}
	t.found[r] = true
	return true
}

// empties cuts specifications out of a group, and reports whether none is left.
func (t *trimmer) empties(d dst.Decl) bool {
	g, ok := d.(*dst.GenDecl)
	if !ok || len(g.Specs) == 0 {
		return false
	}
	g.Specs = slices.DeleteFunc(g.Specs, func(s dst.Spec) bool { return t.cuts(s) })
	return len(g.Specs) == 0
}

// keepComments takes the comments above a declaration that a blank line parts from it: they are about more than that.
func (t *trimmer) keepComments(d dst.Decl) {
	start := d.Decorations().Start.All()
	for i, text := range slices.Backward(start) {
		if text == "\n" {
			t.left = append(t.left, start[:i+1]...)
			return
		}
	}
}

func (t *trimmer) apply(c *dstutil.Cursor) bool {
	switch n := c.Node().(type) {
	case *dst.ImportSpec:
		if slices.Contains(t.Blank, t.nodes[n]) {
			n.Name = dst.NewIdent("_")
		}
		if path, err := strconv.Unquote(n.Path.Value); err == nil && t.Imports[path] != "" {
			n.Path.Value = strconv.Quote(t.Imports[path])
		}
	case *dst.CompositeLit:
		n.Elts = slices.DeleteFunc(n.Elts, func(e dst.Expr) bool { return t.cuts(e) })
	case dst.Stmt:
		if c.Index() < 0 || !t.cuts(n) {
			return true
		}
		if names := t.Use[t.nodes[n]]; len(names) > 0 {
			use := &dst.AssignStmt{Tok: token.ASSIGN}
			for _, name := range names {
				use.Lhs, use.Rhs = append(use.Lhs, dst.NewIdent("_")), append(use.Rhs, dst.NewIdent(name))
			}
			use.Decs.Before, use.Decs.After = n.Decorations().Before, n.Decorations().After
			c.Replace(use)
			return false
		}
		c.Delete()
		return false
	}
	return true
}
