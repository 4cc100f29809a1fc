package stage

import (
	"go/ast"
	"go/token"
	"go/types"
	"iter"
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/faaslint/faaslint/internal/catalog"
)

// A Once is a call of sync.Once.Do, sync.OnceValue or the like whose function performs a costly operation itself, and
// that a handler of this package reaches.
type Once struct {
	Site     *Site         // the operation
	Op       Op            //
	Do       *ast.CallExpr // the call of Do or OnceValue
	By       string        // its name for people: "sync.Once", "sync.OnceValues"
	Lock     *types.Var    // the sync.Once, if it is a package variable
	Keeper   *types.Var    // the package variable that the function sets to the object, nil for none
	Poison   bool          // the operation may fail for a while, and its failure is final
	Lost     bool          // and nobody sees that it failed but the first who asks
	Hot      bool          // it cannot fail, needs nothing but constants, and each request needs what it gives
	Handlers []Handler     // sorted by name
	Pos, End token.Pos
}

// Onces yields these calls in source order, as far as there is something to say of them.
func (r *Result) Onces() iter.Seq[*Once] {
	return func(yield func(*Once) bool) {
		if r.e == nil {
			return
		}
		for _, o := range locked(r, r.e.onces) {
			if !yield(o) {
				return
			}
		}
	}
}

func (e *engine) onces() (out []*Once) {
	if len(e.roots) == 0 {
		return nil
	}
	for _, fn := range e.funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(*ssa.Call)
				if !ok {
					continue
				}
				obj := callee(call.Common())
				if obj == nil || e.cat.Once(obj) == nil {
					continue
				}
				if o := e.once(e.needs(), call, obj); o != nil {
					out = append(out, o)
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b *Once) int { return int(a.Pos - b.Pos) })
	return out
}

// once looks at one call: who reaches it, and what its function does.
func (e *engine) once(n *needs, call *ssa.Call, obj *types.Func) *Once {
	o := &Once{By: "sync." + obj.Name(), Do: e.callExpr(call)}
	if o.Do == nil {
		return nil
	}
	arg := e.cat.Once(obj).Arg
	var reads map[*ssa.Function][]ssa.Instruction
	if obj.Signature().Recv() != nil {
		o.By = "sync.Once"
		g, ok := call.Call.Args[0].(*ssa.Global)
		if !ok || g.Pkg != e.pkg || len(e.globals[g]) > 0 {
			return nil // one that does not live as long as the instance, or that somebody resets
		}
		o.Lock, _ = g.Object().(*types.Var)
		arg++
		reads = map[*ssa.Function][]ssa.Instruction{call.Parent(): {call}}
	} else if reads = e.readsOfOnceFunc(n, call); reads == nil {
		return nil
	}
	if o.Handlers = n.reaching(reads); len(o.Handlers) == 0 || arg >= len(call.Call.Args) {
		return nil
	}
	for _, t := range e.funcsOf(call.Call.Args[arg]) {
		if t.fn != nil && e.onceRuns(o, t.fn) {
			o.Hot = o.Hot && n.allNeed(reads)
			if o.Poison || o.Hot {
				return o
			}
		}
	}
	return nil
}

// readsOfOnceFunc lists where the package variable is read that holds what sync.OnceValue returned.
func (e *engine) readsOfOnceFunc(n *needs, call *ssa.Call) map[*ssa.Function][]ssa.Instruction {
	for _, ref := range *call.Referrers() {
		s, ok := ref.(*ssa.Store)
		if !ok {
			continue
		}
		g, ok := s.Addr.(*ssa.Global)
		if !ok || len(e.globals[g]) != 1 {
			continue
		}
		if v, ok := g.Object().(*types.Var); ok && e.closed(v) {
			out := map[*ssa.Function][]ssa.Instruction{}
			for _, instr := range n.reads[globalKeeper(v)] {
				out[instr.Parent()] = append(out[instr.Parent()], instr)
			}
			return out
		}
	}
	return nil
}

// reaching lists the handlers that come to one of the places.
func (n *needs) reaching(reads map[*ssa.Function][]ssa.Instruction) (out []Handler) {
	for _, u := range n.units {
		for fn := range reads {
			if u.reach[fn] && !slices.Contains(out, u.h) {
				out = append(out, u.h)
			}
		}
	}
	return out
}

// allNeed reports whether every request of every handler comes to one of the places.
func (n *needs) allNeed(reads map[*ssa.Function][]ssa.Instruction) bool {
	p := n.newPaths(true, slices.Concat(slices.Collect(maps.Values(reads))...), nil)
	for _, u := range n.units {
		if u.fn == nil || u.dispatches || p.avoid(u.fn) != noDetour {
			return false
		}
	}
	return true
}

// onceRuns looks for the operation in the function that runs once.
func (e *engine) onceRuns(o *Once, fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok {
				continue
			}
			obj := callee(call.Common())
			if obj == nil {
				continue
			}
			entry := e.costly(obj)
			if entry == nil || e.reachable(b)[b] {
				continue // in a loop, it may be tried again
			}
			op := newOp(entry, obj)
			op.Dep, op.Via = e.inputs(entry, obj, call.Common()).at(Init), []Frame{e.frameOf(call, call.Pos())}
			if o.Site = e.siteFor(op, call); o.Site == nil {
				continue
			}
			o.Op, o.Pos, o.End = op, o.Site.Call.Pos(), o.Site.Call.End()
			// One that waits for nothing fails for a driver or a text that is wrong, and would fail again.
			o.Poison = entry.Error && !entry.Later && entry.Loses >= catalog.Transport && returnsError(obj) && e.failureReturns(call, entry)
			o.Lost = fn.Signature.Results().Len() == 0 && e.setBy(call, call.Call.Signature().Results().Len()-1) == nil
			o.Hot = entry.Pure && !returnsError(obj) && o.Site.Const && entry.Result >= 0 && len(fn.Blocks) == 1
			o.Keeper = e.setBy(call, entry.Result)
			o.Poison = o.Poison && (o.Lock == nil || o.Keeper != nil)
			if o.Poison || o.Hot {
				return true
			}
		}
	}
	return false
}

// setBy is the package variable that gets the object of a call, nil for none.
func (e *engine) setBy(call *ssa.Call, index int) *types.Var {
	for _, ref := range *call.Referrers() {
		x, ok := ref.(*ssa.Extract)
		if !ok || x.Index != index {
			continue
		}
		for _, use := range *x.Referrers() {
			if s, ok := use.(*ssa.Store); ok && s.Val == x {
				if g, ok := s.Addr.(*ssa.Global); ok && g.Pkg == e.pkg {
					v, _ := g.Object().(*types.Var)
					return v
				}
			}
		}
	}
	return nil
}

// failureReturns reports whether the function comes to an end after the call failed: log.Fatal ends the instance, a panic
// most do, and the next one tries again.
func (e *engine) failureReturns(call *ssa.Call, entry *catalog.Costly) bool {
	results := call.Call.Signature().Results().Len()
	for _, ref := range *call.Referrers() {
		x, ok := ref.(*ssa.Extract)
		if !ok || x.Index != results-1 {
			continue
		}
		if b := e.testedAt(x); b != nil {
			return e.returnsFrom(b)
		}
		return true // handed on as it is
	}
	return true // not looked at
}

// testedAt is where a failure leads, nil if the error is not tested.
func (e *engine) testedAt(failed ssa.Value) *ssa.BasicBlock {
	vals := []ssa.Value{failed}
	for _, ref := range *failed.Referrers() {
		if s, ok := ref.(*ssa.Store); ok && s.Val == failed {
			if a, ok := s.Addr.(*ssa.Alloc); ok {
				for _, load := range *a.Referrers() {
					if u, ok := load.(*ssa.UnOp); ok {
						vals = append(vals, u)
					}
				}
			}
		}
		if phi, ok := ref.(*ssa.Phi); ok {
			vals = append(vals, phi)
		}
	}
	for _, v := range vals {
		for _, ref := range *v.Referrers() {
			cond, ok := ref.(*ssa.BinOp)
			if !ok || len(*cond.Referrers()) == 0 {
				continue
			}
			if br, ok := (*cond.Referrers())[0].(*ssa.If); ok && errorSide(cond) >= 0 {
				return br.Block().Succs[errorSide(cond)]
			}
		}
	}
	return nil
}

func (e *engine) returnsFrom(b *ssa.BasicBlock) bool {
	if _, ok := last(b).(*ssa.Return); ok {
		return true
	}
	for x := range e.reachable(b) {
		if _, ok := last(x).(*ssa.Return); ok {
			return true
		}
	}
	return false
}
