// Package rewrite turns a decision ("the object that this call builds can live as long as the instance") into text
// edits. It moves syntax with github.com/dave/dst and knows nothing of handlers, platforms or the catalogue. What cannot
// be moved without a doubt is refused with a *Refusal.
package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
)

// A Package is the unit that is rewritten: its syntax and types, and the names given out so far.
// It is not safe for concurrent use.
type Package struct {
	Fset  *token.FileSet
	Files []*ast.File
	Types *types.Package
	Info  *types.Info
	Read  func(filename string) ([]byte, error)
}

// A Form is the shape that keeps a built object.
type Form uint8

const (
	Variable Form = iota // package variable with an initialiser: cannot fail, constant inputs
	Once                 // sync.OnceValue: cannot fail, inputs known only after start-up
	Mutex                // inline guard for one request at a time
	Shared               // inline guard whose attempt is shared by all who wait
)

// An Object is what a call builds on every request, and how it is to be kept instead.
type Object struct {
	Calls    []*ast.CallExpr // the calls that build it, all in Package; more than one when the same text builds the same object
	Result   int             // index of the object among the call's results
	What     string          // noun for comments, e.g. "gocql session"
	Form     Form
	Fallible bool     // the call's last result is an error
	Ctx      int      // index of the context argument, -1 for none
	KeepsCtx bool     // the object keeps the context: it is given context.Background()
	Close    []string // methods whose deferred call goes away with the hoist
	Probe    string   // expression of type error on x, "" for none
	Returned bool     // the enclosing function may return the object: all its callers agreed to share it
}

// A Refusal says why there is no edit.
type Refusal struct {
	Code   string    // stable, e.g. "error-handling"
	Reason string    // a clause for people, e.g. "the session is stored in the response"
	Pos    token.Pos // what stands in the way; may be token.NoPos
}

func (r *Refusal) Error() string { return fmt.Sprintf("%s (%s)", r.Reason, r.Code) }

// Hoist returns the edits that keep the object at package level and make the calls use it.
// The edits lie in the files of the calls, are complete with imports, and leave a package that type-checks.
func (p *Package) Hoist(o Object) ([]analysis.TextEdit, error) {
	return nil, &Refusal{Code: "unsupported", Reason: "not written yet"}
}

// DropClose returns the edits that remove the deferred Close of the object which call returns, for a helper that now
// keeps the object for all its callers.
func (p *Package) DropClose(call *ast.CallExpr, result int, close []string) ([]analysis.TextEdit, error) {
	return nil, &Refusal{Code: "unsupported", Reason: "not written yet"}
}
