package stage

import (
	"go/ast"
	"go/token"
	"go/types"
	"iter"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// A Given is a place that decides what a function of another place builds: a call that passes it an input. A function
// can keep an object for each value of its inputs only if there are few of them, that is if they are known at start-up.
type Given struct {
	Site string      // as Op.Site
	In   *types.Func // Code is "": passes its own parameters on, so that its callers decide
	Pos  token.Pos
	Code string // why not
	Why  string
}

// open reports that all inputs are known but those that a caller decides.
func (op *Op) open() bool {
	return op.Given && op.Dep.Params != 0 && op.Dep.Stage < Request && op.Dep.Flags&Asks == 0
}

// isPlainFunc reports whether all callers of fn can be told by its name: it is no method, which an interface may stand
// for, and no literal.
func isPlainFunc(fn *ssa.Function) bool {
	return fn.Parent() == nil && objectOf(fn) != nil && fn.Signature.Recv() == nil
}

// Given yields the places outside of tests that decide what a function builds, but for those whose answer is known at
// start-up.
func (r *Result) Given() iter.Seq[*Given] {
	return func(yield func(*Given) bool) {
		if r.e == nil {
			return
		}
		for _, g := range locked(r, r.e.given) {
			if !yield(g) {
				return
			}
		}
	}
}

func (e *engine) given() (out []*Given) {
	for _, fn := range e.funcs {
		if e.inTest(fn.Pos()) || fn.Synthetic != "" && fn.Name() != "init" {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if call, ok := instr.(ssa.CallInstruction); ok {
					out = append(out, e.givenBy(call)...)
				}
			}
		}
	}
	out = append(out, e.givenByName()...)
	slices.SortStableFunc(out, func(a, b *Given) int {
		if a.Pos != b.Pos {
			return int(a.Pos - b.Pos)
		}
		return strings.Compare(a.Site, b.Site)
	})
	return out
}

// givenBy judges what one call passes.
func (e *engine) givenBy(call ssa.CallInstruction) (out []*Given) {
	for _, t := range e.targets(call.Common()) {
		sum := e.summaryOf(t)
		if sum == nil {
			continue
		}
		for _, op := range sum.Ops {
			if !op.open() {
				continue
			}
			g := &Given{Site: op.Site(), Pos: call.Pos()}
			switch d := op.Dep.subst(e.argDeps(call, t)); {
			case d.Stage >= Request || d.Flags&Asks != 0:
				g.Code, g.Why = "varying-input", "a caller passes what is not known at start-up"
			case d.Flags&(Expires|Remote|File) != 0:
				g.Code, g.Why = "varying-input", "a caller passes what may change while the instance lives"
			case d.Params != 0 && e.isRoot(call.Parent()):
				g.Code, g.Why = "varying-input", "a handler passes what is of the request"
			case d.Params != 0 && isPlainFunc(call.Parent()):
				g.In = objectOf(call.Parent())
			case d.Params != 0:
				g.Code, g.Why = "varying-input", "what a method or a function literal passes on cannot be followed"
			default:
				continue
			}
			out = append(out, g)
		}
	}
	return out
}

// isRoot reports whether fn is a handler of this package: its parameters are the request.
func (e *engine) isRoot(fn *ssa.Function) bool {
	return fn != nil && slices.ContainsFunc(e.roots, func(r root) bool { return r.t.fn == fn })
}

// givenByName finds mentions of such functions other than by a call: who calls them, and with what, is not known.
func (e *engine) givenByName() (out []*Given) {
	called := map[*ast.Ident]bool{}
	for _, file := range e.pass.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if id := calleeIdent(call); id != nil {
					called[id] = true
				}
			}
			return true
		})
	}
	for id, obj := range e.pass.TypesInfo.Uses {
		fn, ok := obj.(*types.Func)
		if !ok || called[id] || fn.Pkg() == nil || e.inTest(id.Pos()) || e.isRoot(e.pkg.Prog.FuncValue(fn)) {
			continue
		}
		sum := e.summaryOfFunc(fn)
		if sum == nil {
			continue
		}
		for _, op := range sum.Ops {
			if op.open() {
				out = append(out, &Given{Site: op.Site(), Pos: id.Pos(), Code: "not-a-call", Why: fn.Name() + " is mentioned other than by a call"})
			}
		}
	}
	return out
}
