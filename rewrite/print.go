package rewrite

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"reflect"
	"regexp"
	"sort"
	"strings"

	"github.com/aymanbagabas/go-udiff"
	"github.com/dave/dst"
	"github.com/dave/dst/decorator"
	"github.com/dave/dst/dstutil"
	"golang.org/x/tools/go/analysis"
)

// A source is a file's text. dst takes blank lines for none when lines end in CR LF, so all work is done on a copy
// without the CRs, and offsets are translated.
type source struct {
	name string
	tok  *token.File
	orig []byte
	text string // orig without the CR of CR LF
	crs  []int  // offsets in orig of the CRs left out
}

func (p *Package) source(pos token.Pos) (*source, error) {
	tok := p.Fset.File(pos)
	s := &source{name: tok.Name(), tok: tok}
	var err error
	if s.orig, err = p.Read(s.name); err != nil {
		return nil, refuse(Source, pos, "the file cannot be read: %v", err)
	}
	if len(s.orig) != tok.Size() {
		return nil, refuse(Source, pos, "the file has changed since it was parsed")
	}
	text := make([]byte, 0, len(s.orig))
	for i, c := range s.orig {
		if c == '\r' && i+1 < len(s.orig) && s.orig[i+1] == '\n' {
			s.crs = append(s.crs, i)
		} else {
			text = append(text, c)
		}
	}
	s.text = string(text)
	return s, nil
}

// offset translates a position to an offset in text.
func (s *source) offset(pos token.Pos) int {
	i := s.tok.Offset(pos)
	return i - sort.SearchInts(s.crs, i)
}

// pos translates an offset in text to a position; before a line end, to the one before its CR.
func (s *source) pos(offset int) token.Pos {
	n := sort.Search(len(s.crs), func(k int) bool { return s.crs[k]-k >= offset })
	return s.tok.Pos(offset + n)
}

// edit replaces text[from:to].
func (s *source) edit(from, to int, text string) analysis.TextEdit {
	if len(s.crs) > 0 {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	return analysis.TextEdit{Pos: s.pos(from), End: s.pos(to), NewText: []byte(text)}
}

// A tree is one declaration in dst's form, which carries its comments and blank lines along.
type tree struct {
	src      *source
	from, to int // in src.text, with the doc comment
	root     *dst.File
	nodes    map[ast.Node]dst.Node // from the package's syntax
	gone     map[ast.Node]bool     // statements removed
}

var blankLines = regexp.MustCompile(`\n[ \t\n]*\n`)

const header = "package p\n\n"

// declStart returns where a declaration begins, with its doc comment.
func declStart(d ast.Decl) token.Pos {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Doc != nil {
			return d.Doc.Pos()
		}
	case *ast.GenDecl:
		if d.Doc != nil {
			return d.Doc.Pos()
		}
	}
	return d.Pos()
}

// decorate parses the declaration alone: what stands around it is never printed anew.
func decorate(src *source, d ast.Decl) (*tree, error) {
	t := &tree{src: src, from: src.offset(declStart(d)), to: src.offset(d.End()), nodes: map[ast.Node]dst.Node{}, gone: map[ast.Node]bool{}}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, src.name, header+blank(src.text[t.from:t.to]), parser.ParseComments|parser.SkipObjectResolution)
	if err != nil || len(file.Decls) != 1 {
		return nil, refuse(Source, d.Pos(), "the file has changed since it was parsed")
	}
	dec := decorator.NewDecorator(fset) // without a resolver: names stay as written
	if t.root, err = dec.DecorateFile(file); err != nil {
		return nil, fmt.Errorf("decorating %s: %w", src.name, err)
	}
	old, copied := flatten(d), flatten(file.Decls[0])
	if len(old) != len(copied) {
		return nil, refuse(Source, d.Pos(), "the file has changed since it was parsed")
	}
	for i := range old {
		if reflect.TypeOf(old[i]) != reflect.TypeOf(copied[i]) {
			return nil, refuse(Source, d.Pos(), "the file has changed since it was parsed")
		}
		t.nodes[old[i]] = dec.Dst.Nodes[copied[i]]
	}
	return t, nil
}

// blank removes the white space on lines that hold nothing else, which dst does not take for blank lines. Inside strings
// and comments it stays.
func blank(text string) string {
	var out strings.Builder
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(text))
	s.Init(file, []byte(text), nil, scanner.ScanComments)
	end := 0 // of the last token
	for {
		pos, tok, lit := s.Scan()
		if lit == "" && tok.IsOperator() {
			lit = tok.String()
		}
		if tok == token.SEMICOLON && lit == "\n" {
			continue // put in by the scanner
		}
		start := file.Offset(pos)
		out.WriteString(blankLines.ReplaceAllStringFunc(text[end:start], func(gap string) string {
			return strings.Repeat("\n", strings.Count(gap, "\n"))
		}))
		if tok == token.EOF {
			return out.String()
		}
		out.WriteString(lit)
		end = start + len(lit)
	}
}

// flatten lists the nodes below n, comments aside. Two parses of one text give the same list.
func flatten(n ast.Node) (nodes []ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n.(type) {
		case nil, *ast.Comment, *ast.CommentGroup:
			return false
		}
		nodes = append(nodes, n)
		return true
	})
	return nodes
}

func (t *tree) expr(e ast.Expr) dst.Expr { return t.nodes[e].(dst.Expr) }

// copied returns a bare copy of an expression, for use at another place.
func (t *tree) copied(e ast.Expr) dst.Expr {
	c := dst.Clone(t.expr(e)).(dst.Expr)
	c.Decorations().Before, c.Decorations().After = dst.None, dst.None
	return c
}

// list returns the statement list of a block or clause.
func (t *tree) list(owner ast.Node) *[]dst.Stmt {
	switch n := t.nodes[owner].(type) {
	case *dst.BlockStmt:
		return &n.List
	case *dst.CaseClause:
		return &n.Body
	case *dst.CommClause:
		return &n.Body
	}
	panic("rewrite: a statement list has no owner")
}

// remove takes a statement out of its list. What stands free above or below it stays, as does its blank line.
func (t *tree) remove(owner ast.Node, stmt ast.Stmt, keepComments bool) dst.Stmt {
	list := t.list(owner)
	for i, s := range *list {
		if s != t.nodes[stmt] {
			continue
		}
		above, below := free(s, keepComments)
		*list = append((*list)[:i:i], (*list)[i+1:]...)
		switch {
		case i < len(*list):
			next := (*list)[i].Decorations()
			next.Start = append(append(above, below...), next.Start...)
			next.Before = max(next.Before, s.Decorations().Before)
			if i == 0 {
				next.Before = dst.NewLine
			}
		case i > 0:
			last := (*list)[i-1].Decorations()
			if rest := append(above, below...); len(rest) > 0 {
				last.End = append(append(last.End, "\n"), rest...)
			}
		default:
			if block, ok := t.nodes[owner].(*dst.BlockStmt); ok {
				block.Decs.Lbrace = append(block.Decs.Lbrace, append(above, below...)...)
			}
		}
		return s
	}
	panic("rewrite: a statement is not in its list")
}

// free splits off the comments of a statement that is going away which are not its own: above, those before a blank
// line, and below, those on lines of their own. With all set, every comment is.
func free(s dst.Stmt, all bool) (above, below dst.Decorations) {
	d := s.Decorations()
	if all {
		above, below = d.Start, d.End
		d.Start, d.End = nil, nil
		return above, below
	}
	for i := len(d.Start) - 1; i >= 0; i-- {
		if d.Start[i] == "\n" {
			above = append(above, d.Start[:i+1]...)
			d.Start = d.Start[i+1:]
			break
		}
	}
	for i, c := range d.End {
		if c == "\n" {
			below = append(below, d.End[i+1:]...)
			d.End = d.End[:i]
			break
		}
	}
	return above, below
}

// replace puts a node in the place of another one, with its comments and line breaks.
func replace(root dst.Node, old, with dst.Node) dst.Node {
	return dstutil.Apply(root, func(c *dstutil.Cursor) bool {
		if c.Node() != old {
			return true
		}
		*with.Decorations() = *old.Decorations()
		c.Replace(with)
		return false
	}, nil)
}

// edits returns the difference between the declaration as it was and as it is now.
func (t *tree) edits() ([]analysis.TextEdit, error) {
	now, err := printed(t.root)
	if err != nil {
		return nil, err
	}
	var edits []analysis.TextEdit
	for _, e := range udiff.Lines(t.src.text[t.from:t.to]+"\n", now+"\n") {
		if e.End > t.to-t.from { // the line end that was added
			e.End--
			e.New = strings.TrimSuffix(e.New, "\n")
		}
		edits = append(edits, t.src.edit(t.from+e.Start, t.from+e.End, e.New))
	}
	return edits, nil
}

// printed returns the declarations of a file.
func printed(f *dst.File) (string, error) {
	var buf bytes.Buffer
	if err := decorator.Fprint(&buf, f); err != nil {
		return "", fmt.Errorf("printing: %w", err)
	}
	return strings.TrimSpace(strings.TrimPrefix(buf.String(), strings.TrimSpace(header))), nil
}

// parseExpr turns a text of ours into syntax.
func parseExpr(text string) (dst.Expr, error) {
	f, err := decorator.Parse(header + "var _ = " + text + "\n")
	if err != nil {
		return nil, fmt.Errorf("parsing %q: %w", text, err)
	}
	e := f.Decls[0].(*dst.GenDecl).Specs[0].(*dst.ValueSpec).Values[0]
	return dst.Clone(e).(dst.Expr), nil
}
