// Package rewrite turns a decision ("the object that this call builds can live as long as the instance") into text
// edits. It moves syntax with github.com/dave/dst and knows nothing of handlers, platforms or the catalogue. What cannot
// be moved without a doubt is refused with a *Refusal.
package rewrite

import (
	"errors"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"sort"

	"golang.org/x/tools/go/analysis"
)

// A Package is the unit that is rewritten: its syntax and types, and the names given out so far.
// It is not safe for concurrent use.
type Package struct {
	Fset  *token.FileSet
	Files []*ast.File
	Types *types.Package
	Info  *types.Info // with Defs, Uses, Types, Selections, Scopes and Implicits
	Read  func(filename string) ([]byte, error)

	used    names                     // identifiers of the package and those given out
	anchors map[token.Pos]bool        // places of new declarations given out
	stubbed map[string]*types.Package // see stub
	clean   bool                      // the package is known to have no type errors
	bare    map[*ast.File]*ast.File   // see withoutBodies
}

// A Form is the shape that keeps a built object.
type Form uint8

const (
	Variable Form = iota // package variable with an initialiser: cannot fail, constant inputs
	Once                 // sync.OnceValue: inputs known only after start-up; sync.OnceValues if Fallible, whose failure is final
	Mutex                // inline guard for one request at a time
	Shared               // inline guard whose attempt is shared by all who wait
)

// An Object is what a call builds on every request, and how it is to be kept instead.
//
// Form is what the caller's proof allows. A simpler form that does the same is used where one is right (Once for an
// object that cannot fail), and a stronger one where the moved text asks for it: Once for a Variable whose inputs move,
// Mutex for Once with a probe, with parameters or with an input that can fail, Mutex for Shared when the moved text
// may panic in another goroutine (a Must function) or cannot fail.
type Object struct {
	Calls    []*ast.CallExpr // the calls that build it, all in Package; more than one when the same text builds the same object
	Result   int             // index of the object among the call's results
	What     string          // noun for comments, e.g. "gocql session"
	Form     Form
	Fallible bool                  // the call's last result is an error
	Ctx      int                   // index of the context argument, -1 for none
	KeepsCtx bool                  // the object keeps the context: it is given context.Background()
	Close    []string              // methods whose deferred call goes away with the hoist; the first closes a replaced object
	Probe    string                // expression of type error on x, "" for none
	Returned bool                  // the enclosing function may return the object: all its callers agreed to share it
	Params   bool                  // parameters, the receiver's fields and outer variables are the same on every request too: pass them on
	Keyed    bool                  // as Params, but they have a few values, not one: keep one object for each
	Check    []string              // methods that only ask whether the object answers: a check right after the call moves with it
	Safe     func(types.Type) bool // nobody changes values of the type; nil for none
	Wait     string                // in the Shared form, a context in scope at all calls which bounds the wait when the call takes none
}

// Hoist returns the edits that keep the object at package level and make the calls use it.
// The edits lie in the files of the calls, are complete with imports, and leave a package that type-checks.
func (p *Package) Hoist(o Object) (edits []analysis.TextEdit, err error) {
	if len(o.Calls) == 0 {
		return nil, refuse(NotAnObject, token.NoPos, "there is no call")
	}
	defer recovered(o.Calls[0], &edits, &err)
	edits, moved, err := p.hoist(&o, false)
	if r, ok := errors.AsType[*Refusal](err); ok && moved && r.Code == SelfCheck {
		// What moved was needed after all, e.g. as the definition of a later err. Then move nothing.
		if again, _, err := p.hoist(&o, true); err == nil {
			return again, nil
		}
	}
	return edits, err
}

// hoist also reports whether statements moved.
func (p *Package) hoist(o *Object, asParams bool) (edits []analysis.TextEdit, moved bool, err error) {
	h := &hoist{p: p, o: o, trees: map[ast.Decl]*tree{}, sources: map[*ast.File]*source{}}
	if err := h.plan(asParams); err != nil {
		return nil, false, err
	}
	moved = len(h.slices[0].moved) > 0
	if edits, err = h.rewrite(); err != nil {
		return nil, moved, err
	}
	if edits, err = h.finish(edits); err != nil {
		return nil, moved, err
	}
	for _, name := range h.names {
		p.taken()[name] = true
	}
	if p.anchors == nil {
		p.anchors = map[token.Pos]bool{}
	}
	p.anchors[h.anchor] = true
	return edits, moved, nil
}

// DropClose returns the edits that remove the deferred Close of the object which call returns, for a helper that now
// keeps the object for all its callers. There are none when the object is used but never closed.
func (p *Package) DropClose(call *ast.CallExpr, result int, close []string) (edits []analysis.TextEdit, err error) {
	defer recovered(call, &edits, &err)
	s, err := p.locate(call)
	if err != nil {
		return nil, err
	}
	f := s.flow(close, false, []*ast.CallExpr{call})
	if err := f.result(call, result); err != nil {
		return nil, err
	}
	if len(f.defers) == 0 {
		return nil, nil
	}
	h := &hoist{p: p, trees: map[ast.Decl]*tree{}, sources: map[*ast.File]*source{}}
	if err := h.dropDefers(s, f.defers); err != nil {
		return nil, err
	}
	if edits, err = h.treeEdits(); err != nil {
		return nil, err
	}
	return h.finish(edits)
}

// recovered turns a panic, of dst on a syntax that it does not know, into a refusal: an analyzer that crashes takes the
// findings of every importer with it.
func recovered(call *ast.CallExpr, edits *[]analysis.TextEdit, err *error) {
	if r := recover(); r != nil {
		*edits, *err = nil, refuse(Internal, call.Pos(), "the rewriter failed: %v", r)
	}
}

// finish adds the import edits, type-checks the edited package and sorts. Imports that nothing uses any more go too.
func (h *hoist) finish(edits []analysis.TextEdit) ([]analysis.TextEdit, error) {
	extra := map[string]*types.Package{}
	for _, im := range h.allImports() {
		maps.Copy(extra, im.pkgs)
	}
	all := append(edits[:len(edits):len(edits)], h.importEdits(nil)...)
	unused, err := h.p.check(all, extra)
	if err != nil {
		return nil, err
	}
	if len(unused) > 0 {
		all = append(edits[:len(edits):len(edits)], h.importEdits(unused)...)
		if unused, err = h.p.check(all, extra); err != nil {
			return nil, err
		}
		if len(unused) > 0 {
			return nil, refuse(SelfCheck, unused[0].Pos(), "the import of %s is of no use", unused[0].Path.Value)
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].Pos < all[j].Pos })
	return all, nil
}

func (h *hoist) allImports() []*imports {
	if h.imports == nil {
		return h.extra
	}
	return append([]*imports{h.imports}, h.extra...)
}

// importEdits returns the edits that add the guard's imports and remove those whose last use is gone.
func (h *hoist) importEdits(unused []*ast.ImportSpec) (edits []analysis.TextEdit) {
	gone := map[*ast.ImportSpec]bool{}
	for _, spec := range unused {
		gone[spec] = true
	}
	for _, im := range h.allImports() {
		im.gone = gone
		edits = append(edits, im.edits(h.sources[im.file])...)
	}
	for _, spec := range unused {
		for file, src := range h.sources {
			if within(file, spec.Pos()) && gone[spec] {
				im := &imports{p: h.p, file: file}
				edits = append(edits, im.remove(src, spec))
			}
		}
	}
	return edits
}
