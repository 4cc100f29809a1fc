package stage

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/tools/go/ssa"
)

// A Construction is a call of a function that only builds what it returns, on the way of a handler to what is costly in
// that. It can be called once instead.
type Construction struct {
	Func   *types.Func
	Call   *ast.CallExpr
	What   string // the noun of what it returns
	Partly bool   // not every request gets to it, as far as this function tells
}

// ConstructionsOf lists such calls of this package, on each way to the operation of a row the outermost.
func (r *Result) ConstructionsOf(u *Use) (out []*Construction) {
	if len(flagged(u.Op.Dep, u.Pos)) > 0 {
		return nil
	}
	return locked(r, func() []*Construction {
		for i := range u.ways {
			w := &u.ways[i]
			if w.built = r.e.constructionOn(w.path).built; w.built != nil && !slices.Contains(out, w.built) {
				out = append(out, w.built)
			}
		}
		return out
	})
}

// constructionOn asks the calls of a path, the outermost first.
func (e *engine) constructionOn(path []Step) (first onceCall) {
	for i, step := range path[:len(path)-1] {
		if step.Frame.Pkg != e.pass.Pkg.Path() {
			continue
		}
		q := e.construction(e.callOf(step.Frame, path[i+1].Frame.Func))
		if q.built != nil {
			return q
		}
		if first.no == nil {
			first = q
		}
	}
	return first
}

// Unbuilt is a reason why the call of a constructor on the way to a row cannot be made once, and its place; "" if there
// is no such call.
func (r *Result) Unbuilt(u *Use) (why string, pos token.Pos) {
	for _, w := range u.ways {
		if no := locked(r, func() onceCall { return r.e.constructionOn(w.path) }).no; no != nil {
			return no.why, no.pos
		}
	}
	return "", token.NoPos
}

// Construct is one row for all operations that a call leads to: whoever makes it once does all of them once.
func Construct(c *Construction, parts []*Use) *Use {
	u := &Use{
		Op: parts[0].Op, Runs: Request, Could: Build, Pos: c.Call.Pos(), End: c.Call.End(), Local: true, Call: c.Call,
		Built: c, Parts: parts,
	}
	u.Op.Symbol, u.Op.What, u.Op.Partly = c.Func.FullName(), c.What, c.Partly
	for _, part := range parts {
		u.Could = max(u.Could, part.Could)
		u.Op.Partly = u.Op.Partly && part.Op.Partly
		for _, w := range part.ways {
			if w.built != c {
				continue
			}
			u.add(w.from)
			for _, step := range w.path {
				if step.Pos != u.Pos && !slices.ContainsFunc(u.Path, func(s Step) bool { return s.Frame == step.Frame }) {
					u.Path = append(u.Path, step)
				}
			}
		}
	}
	return u
}

// Beside is the row as if there were only the ways to it that no kept call is on, nil if there are none.
func (u *Use) Beside(kept map[*Construction]bool) *Use {
	left := *u
	left.ways, left.Handlers = nil, nil
	for _, w := range u.ways {
		if w.built == nil || !kept[w.built] {
			left.ways = append(left.ways, w)
			left.add(w.from)
		}
	}
	if len(u.ways) == len(left.ways) {
		return u
	}
	if len(left.ways) == 0 {
		return nil
	}
	left.Path = left.ways[0].path
	return &left
}

// callOf is the call at a frame that leads to a function, nil if there is none or more than one.
func (e *engine) callOf(f Frame, leadsTo string) (found *ssa.Call) {
	if e.sharing.calls == nil {
		e.sharing.calls = map[Frame][]*ssa.Call{}
		for _, fn := range e.funcs {
			for _, b := range fn.Blocks {
				for _, instr := range b.Instrs {
					if call, ok := instr.(*ssa.Call); ok && call.Call.StaticCallee() != nil {
						at := e.frameOf(call, call.Pos())
						e.sharing.calls[at] = append(e.sharing.calls[at], call)
					}
				}
			}
		}
	}
	for _, call := range e.sharing.calls[f] {
		if obj := callee(call.Common()); obj == nil || obj.FullName() != leadsTo {
			continue
		}
		if found != nil {
			return nil
		}
		found = call
	}
	return found
}

// A onceCall says whether a call can be made once: it is a construction, or something stands against it. A call that
// makes nothing, or makes it from what is not known at start-up, has neither.
type onceCall struct {
	built *Construction
	no    *obstacle
}

func (e *engine) construction(call *ssa.Call) onceCall {
	if call == nil {
		return onceCall{}
	}
	q, ok := e.sharing.constructions[call]
	if !ok {
		q = e.askConstruction(call)
		e.sharing.constructions[call] = q
	}
	return q
}

func (e *engine) askConstruction(call *ssa.Call) onceCall {
	obj, x := callee(call.Common()), e.callExpr(call)
	results := obj.Signature().Results()
	if x == nil || results.Len() == 0 || isError(results.At(0).Type()) || e.costly(obj) != nil || e.variesInLoop(call) {
		return onceCall{}
	}
	d := e.result(call, 0)
	if !d.known() || len(flagged(d, x.Pos())) > 0 || e.lives(call).forever() || e.keptResult(call) {
		return onceCall{}
	}
	if _, kept := e.guard(call); kept {
		return onceCall{}
	}
	targets := e.targets(call.Common())
	if len(targets) != 1 {
		return onceCall{}
	}
	no := (&buildWalk{e: e}).buildsTarget(targets[0])
	if no == nil && contextArg(x, e.pass.TypesInfo) >= 0 {
		no = &obstacle{why: "it is given a context"}
	}
	if no == nil {
		no = e.sharesArgument(call, targets[0])
	}
	if no == nil && returnsError(obj) && !succeeded(call) {
		no = &obstacle{why: "what it returns is used without a look at its error"}
	}
	if no == nil {
		no = e.changedAfter(call)
	}
	if no != nil {
		pos := no.pos
		if !pos.IsValid() {
			pos = x.Pos()
		}
		return onceCall{no: &obstacle{shortName(obj, e.pass.Pkg) + " cannot be called once instead: " + no.why, pos}}
	}
	return onceCall{built: &Construction{
		Func: obj, Call: x, What: nounOf(obj), Partly: !e.isRoot(call.Parent()) || !e.onEveryPath(call.Block()),
	}}
}

// succeeded reports whether what a call returns is looked at only where its error is nil:
//
//	app, err := api.New()
//	if err != nil {
//		return err
//	}
//
// Once a failure is not kept nothing else is returned with it, where the constructor might have.
func succeeded(call *ssa.Call) bool {
	var ok *ssa.BasicBlock
	for _, ref := range *call.Referrers() {
		x, extract := ref.(*ssa.Extract)
		if !extract || !isError(x.Type()) {
			continue
		}
		for _, ref := range *x.Referrers() {
			if cond, is := ref.(*ssa.BinOp); is && cond.Block() == call.Block() && isNil(cond.Y) && condition(call.Block()) == cond {
				ok = call.Block().Succs[1]
				if cond.Op == token.EQL {
					ok = call.Block().Succs[0]
				}
			}
		}
	}
	if ok == nil || len(ok.Preds) != 1 {
		return false
	}
	for _, ref := range *call.Referrers() {
		x, extract := ref.(*ssa.Extract)
		if !extract || isError(x.Type()) {
			continue
		}
		for _, use := range *x.Referrers() {
			if !ok.Dominates(use.Block()) {
				return false
			}
		}
	}
	return true
}

// sharesArgument is what stands against sharing what a call is given, which it may keep.
func (e *engine) sharesArgument(call *ssa.Call, t target) *obstacle {
	for i, a := range e.argsFor(call.Common(), t) {
		if a == nil || isContext(a.Type()) || e.isSafe(a.Type()) || isNilOrFunc(a) {
			continue
		}
		if !isData(a.Type(), map[types.Type]bool{}) {
			return &obstacle{why: "it is not known what else is done with what it is given"}
		}
		if leads(a.Type()) && e.readingOf(t, i, a, false).found != nil {
			return &obstacle{why: "it changes what it is given"}
		}
	}
	return nil
}

// isNilOrFunc recognises a declared function, which holds nothing, as a literal may.
func isNilOrFunc(v ssa.Value) bool {
	switch v := strip(v).(type) {
	case *ssa.Function:
		return true
	case *ssa.Const:
		return v.IsNil()
	}
	return false
}

// isData reports whether values of a type are numbers and texts, and slices, maps and structs of these.
func isData(t types.Type, seen map[types.Type]bool) bool {
	if seen[t] {
		return true
	}
	seen[t] = true
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() != types.UnsafePointer
	case *types.Slice:
		return isData(u.Elem(), seen)
	case *types.Array:
		return isData(u.Elem(), seen)
	case *types.Map:
		return isData(u.Key(), seen) && isData(u.Elem(), seen)
	case *types.Struct:
		for f := range u.Fields() {
			if !isData(f.Type(), seen) {
				return false
			}
		}
		return true
	}
	return false
}

// nounOf is what one calls the result of a constructor: a *catalogue.Catalogue is a catalogue.
func nounOf(fn *types.Func) string {
	name := fn.Name()
	if n, ok := types.Unalias(deref(fn.Signature().Results().At(0).Type())).(*types.Named); ok {
		name = n.Obj().Name()
	} else {
		for _, verb := range []string{"New", "Load", "Parse", "Build", "Make", "Read", "Get", "new", "load", "parse", "build", "make", "read", "get"} {
			if rest, ok := strings.CutPrefix(name, verb); ok && rest != "" && unicode.IsUpper(rune(rest[0])) {
				name = rest
				break
			}
		}
	}
	var words strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 && !unicode.IsUpper(rune(name[i-1])) {
			words.WriteByte(' ')
		}
		words.WriteRune(r)
	}
	return strings.ToLower(words.String())
}
