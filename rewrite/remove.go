package rewrite

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/dave/dst"
	"golang.org/x/tools/go/analysis"
)

// Remove returns the edits that take out a package variable which nothing reads, with the call that gives it its value.
// The call must be all of the variable's initialiser, or of an assignment to it, and must not be able to fail: else
// start-up would go on where it ended before.
//
//	var queue *sqs.Client
//	func init() { queue = sqs.NewFromConfig(cfg) }
func (p *Package) Remove(call *ast.CallExpr, v *types.Var) (edits []analysis.TextEdit, err error) {
	defer recovered(call, &edits, &err)
	l := p.late(&Object{Calls: []*ast.CallExpr{call}}, v)
	if err := l.mentions(); err != nil {
		return nil, err
	}
	switch {
	case len(l.uses) > 0:
		return nil, refuse(OtherUse, l.uses[0].Pos(), "%s is mentioned elsewhere", v.Name())
	case l.assign == nil && l.spec.Values[0] != ast.Expr(call), l.assign != nil && (len(l.assign.Lhs) != 1 || l.assign.Rhs[0] != ast.Expr(call)):
		return nil, refuse(FailureLost, call.Pos(), "the statement does more than to give %s its value", v.Name())
	}
	if l.assign != nil {
		if err := l.removeAssign(); err != nil {
			return nil, err
		}
	}
	cut, err := l.removeSpec()
	if err != nil {
		return nil, err
	}
	if edits, err = l.treeEdits(); err != nil {
		return nil, err
	}
	return l.finish(append(edits, cut...))
}

// RemoveImport returns the edits that take out an import which only its init is there for, with the comment on it.
func (p *Package) RemoveImport(spec *ast.ImportSpec) (edits []analysis.TextEdit, err error) {
	f := p.file(spec)
	if err := p.editable(f, spec.Pos()); err != nil {
		return nil, err
	}
	h := &hoist{p: p, trees: map[ast.Decl]*tree{}, sources: map[*ast.File]*source{}}
	src, err := p.source(f.Package)
	if err != nil {
		return nil, err
	}
	im := &imports{p: p, file: f}
	return h.finish([]analysis.TextEdit{im.remove(src, spec)})
}

func (l *late) removeAssign() error {
	f := l.p.file(l.assign)
	d := declAround(f, l.assign.Pos())
	owner := parents(d)[ast.Node(l.assign)]
	switch owner.(type) {
	case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
	default:
		return refuse(Declaration, l.assign.Pos(), "the assignment is part of another statement")
	}
	t, err := l.treeOf(f, d)
	if err != nil {
		return err
	}
	t.remove(owner, l.assign, true)
	return nil
}

// removeSpec removes the declaration of the variable: of several in one declaration only its own.
func (l *late) removeSpec() ([]analysis.TextEdit, error) {
	if l.spec.Doc != nil || l.spec.Comment != nil || l.gen.Doc != nil && len(l.gen.Specs) == 1 {
		return nil, refuse(Comments, l.spec.Pos(), "the comment on %s would be lost", l.v.Name())
	}
	src, err := l.source(l.file)
	if err != nil {
		return nil, err
	}
	if len(l.gen.Specs) > 1 {
		t, err := l.treeOf(l.file, l.gen)
		if err != nil {
			return nil, err
		}
		gen, gone := t.nodes[l.gen].(*dst.GenDecl), t.nodes[l.spec]
		gen.Specs = slices.DeleteFunc(gen.Specs, func(s dst.Spec) bool { return dst.Node(s) == gone })
		gen.Specs[0].Decorations().Before = dst.NewLine
		return nil, nil
	}
	from, to := src.offset(l.gen.Pos()), lineEnd(src.text, src.offset(l.gen.End()))
	if strings.TrimSpace(src.text[src.offset(l.gen.End()):to]) != "" {
		return nil, refuse(Comments, l.spec.Pos(), "the comment on %s would be lost", l.v.Name())
	}
	to = withBlank(src.text, min(to+1, len(src.text)))
	return []analysis.TextEdit{src.edit(from, to, "")}, nil
}
