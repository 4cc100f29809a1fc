package stage

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/faaslint/faaslint/internal/catalog"
)

// An Ignore is a comment that silences a check on its own line or on the next.
type Ignore struct {
	Pos    token.Pos
	File   string
	Line   int // the line that is silenced
	Check  string
	Reason string
}

// A Problem is a directive that cannot be read.
type Problem struct {
	Pos token.Pos
	Err error
}

// readDirectives notes the functions that a //faaslint: comment makes costly or a handler, and what is to be ignored.
func (e *engine) readDirectives(res *Result) {
	for _, file := range e.pass.Files {
		owner := e.documented(file)
		for _, group := range file.Comments {
			for _, c := range group.List {
				if catalog.IsDirective(c.Text) {
					e.directive(res, file, c, owner[group])
				}
			}
		}
	}
}

// documented maps the doc comments of functions to these.
func (e *engine) documented(file *ast.File) map[*ast.CommentGroup]*types.Func {
	out := map[*ast.CommentGroup]*types.Func{}
	for _, decl := range file.Decls {
		if fd, ok := decl.(*ast.FuncDecl); ok && fd.Doc != nil {
			out[fd.Doc], _ = e.pass.TypesInfo.Defs[fd.Name].(*types.Func)
		}
	}
	return out
}

func (e *engine) directive(res *Result, file *ast.File, c *ast.Comment, fn *types.Func) {
	d, err := catalog.ParseDirective(strings.TrimSuffix(c.Text, "\r"))
	if err != nil {
		res.Problems = append(res.Problems, Problem{c.Pos(), err})
		return
	}
	switch {
	case d.Kind == "costly" && fn != nil:
		d.Costly.Symbol = fn.FullName()
		e.dirs[fn] = d.Costly
	case d.Kind == "handler" && fn != nil:
		e.handlerDirs[fn] = d.Handler
	case d.Kind == "ignore":
		at := e.pass.Fset.Position(c.Pos())
		line := at.Line
		if e.aloneOnLine(file, c) {
			line++
		}
		res.Ignores = append(res.Ignores, Ignore{c.Pos(), at.Filename, line, d.Check, d.Reason})
	default:
		res.Problems = append(res.Problems, Problem{c.Pos(), errNoFunction})
	}
}

var errNoFunction = directiveError("this directive belongs into the doc comment of a function")

type directiveError string

func (e directiveError) Error() string { return string(e) }

// aloneOnLine reports whether no code stands before the comment on its line.
func (e *engine) aloneOnLine(file *ast.File, c *ast.Comment) bool {
	line := e.pass.Fset.Position(c.Pos()).Line
	alone := true
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil || !alone {
			return false
		}
		switch n.(type) {
		case *ast.Comment, *ast.CommentGroup:
			return false
		}
		if n.End() <= c.Pos() && n.End() > file.FileStart && e.pass.Fset.Position(n.End()).Line == line {
			alone = false
		}
		return true
	})
	return alone
}

// Silenced returns the comment that silences a check at a position, nil for none.
func (r *Result) Silenced(fset *token.FileSet, check string, pos token.Pos) *Ignore {
	at := fset.Position(pos)
	i := slices.IndexFunc(r.Ignores, func(g Ignore) bool { return g.Check == check && g.File == at.Filename && g.Line == at.Line })
	if i < 0 {
		return nil
	}
	return &r.Ignores[i]
}
