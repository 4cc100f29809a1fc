package stage

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"iter"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/faaslint/faaslint/internal/catalog"
)

// A Hazard is a reason against moving an operation although its inputs are known at start-up.
type Hazard struct {
	Code   string // stable; the analyzer's page explains each
	Reason string // a clause for people
	Pos    token.Pos
}

// A Site is a costly call in this package that could be done once, whoever calls the function around it.
type Site struct {
	ID      string // as Op.Site
	Func    *types.Func
	Entry   *catalog.Costly
	What    string // the noun of what it builds
	Call    *ast.CallExpr
	Const   bool // the inputs are constants
	Given   bool // parameters of Func are among the inputs
	Ctx     int  // index of the context argument, -1 for none
	Wait    string
	Hazards []Hazard
	fn      *ssa.Function
}

// Sites yields the costly calls that no guard keeps and whose inputs are known at start-up, if need be by what the
// callers of a plain function pass, in source order.
func (r *Result) Sites() iter.Seq[*Site] {
	return func(yield func(*Site) bool) {
		if r.e == nil {
			return
		}
		for _, s := range locked(r, r.e.allSites) {
			if !yield(s) {
				return
			}
		}
	}
}

func (e *engine) allSites() (out []*Site) {
	seen := map[ssa.Instruction]bool{}
	for _, fn := range e.funcs {
		if fn.Synthetic != "" {
			continue
		}
		for _, op := range e.summarize(fn).Ops {
			if len(op.Via) != 1 || !op.Dep.known() && !(op.open() && isPlainFunc(fn)) || op.Guarded {
				continue
			}
			instr := e.sites[op.Symbol+"@"+op.Site()]
			if instr == nil || seen[instr] {
				continue
			}
			seen[instr] = true
			if s := e.siteFor(op, instr); s != nil {
				out = append(out, s)
			}
		}
	}
	slices.SortFunc(out, func(a, b *Site) int { return int(a.Call.Pos() - b.Call.Pos()) })
	return out
}

// SiteOf is the operation of a row that stands in this package as a call, nil for another.
func (r *Result) SiteOf(u *Use) *Site {
	if u.instr == nil || u.Call == nil {
		return nil
	}
	return locked(r, func() *Site {
		if u.Whole != nil {
			return r.e.wholeSite(u)
		}
		return r.e.siteFor(u.Op, u.instr)
	})
}

// wholeSite is the call of another package's function that does nothing but to open what it returns.
func (e *engine) wholeSite(u *Use) *Site {
	call := u.instr.(*ssa.Call)
	sum := e.fact(callee(call.Common()))
	entry := &catalog.Costly{Loses: u.Op.Loses, Shared: true, Ctx: catalog.CtxDial}
	if sum.KeepsCtx {
		entry.Ctx = catalog.CtxRetained
	}
	s := &Site{ID: u.Op.Site(), Entry: entry, Call: u.Call, Ctx: contextArg(u.Call, e.pass.TypesInfo), Wait: waitIn(call.Parent()), fn: call.Parent()}
	s.Hazards = append(s.Hazards, flagged(u.Op.Dep, call.Pos())...)
	return s
}

// Safe reports whether requests may use values of a type side by side, and nobody changes them.
func (r *Result) Safe(t types.Type) bool {
	return locked(r, func() bool { return r.e.isSafe(t) })
}

func (e *engine) siteFor(op Op, instr ssa.Instruction) *Site {
	call, ok := instr.(ssa.CallInstruction)
	if !ok {
		return nil
	}
	x, obj := e.callExpr(call), callee(call.Common())
	if x == nil || obj == nil {
		return nil
	}
	entry := e.costly(obj)
	if entry == nil {
		return nil
	}
	c := call.Common()
	inputs := e.inputs(entry, obj, c)
	s := &Site{
		ID: op.Site(), Given: op.Given, Entry: entry, What: op.What, Call: x, Ctx: contextArg(x, e.pass.TypesInfo), Wait: waitIn(instr.Parent()), fn: instr.Parent(),
		Const: inputs.Stage == Build && inputs.Params == 0 && inputs.Flags == 0,
	}
	for f := s.fn; f != nil; f = f.Parent() {
		s.Func = objectOf(f)
	}
	s.Hazards = e.hazards(entry, op.Dep.join(inputs), call)
	return s
}

func contextArg(call *ast.CallExpr, info *types.Info) int {
	for i, a := range call.Args {
		if t := info.TypeOf(a); t != nil && isContext(t) {
			return i
		}
	}
	return -1
}

// waitIn spells the context of the request that the function serves, "" if it has none.
func waitIn(fn *ssa.Function) string {
	for _, p := range fn.Params {
		if p.Name() == "" || p.Name() == "_" {
			continue
		}
		if isContext(p.Type()) {
			return p.Name()
		}
		if n, ok := types.Unalias(deref(p.Type())).(*types.Named); ok && n.Obj().Name() == "Request" && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "net/http" {
			return p.Name() + ".Context()"
		}
	}
	return ""
}

// hazards lists what stands against keeping the object of a call for later requests.
func (e *engine) hazards(entry *catalog.Costly, d Dep, call ssa.CallInstruction) (out []Hazard) {
	add := func(code, reason string) { out = append(out, Hazard{code, reason, call.Pos()}) }
	switch {
	case entry.Read && entry.Loses == catalog.Remote:
		add("remote-read", "what is read may change: keep it for a limited time")
	case entry.Read:
		add("local-read", "what is read may change while the instance lives")
	case entry.Result < 0:
		add("no-object", "the call gives nothing to keep")
	case !entry.Shared && entry.Instead != "":
		add("not-shareable", "a "+entry.What+" must not be shared between requests; use "+entry.Instead)
	case !entry.Shared:
		add("not-shareable", "a "+entry.What+" must not be shared between requests")
	case entry.Flush:
		add("flushes", "closing it has an effect that each request needs")
	}
	out = append(out, flagged(d, call.Pos())...)
	if e.variesInLoop(call) {
		add("loop", "its inputs differ from one round of the loop to the next")
	}
	if name := changingFile(call); name != "" {
		add("file-input", name+" may change while the instance lives")
	}
	if bad := badPattern(call); bad != "" {
		add("bad-pattern", bad)
	}
	if v, ok := call.(*ssa.Call); ok {
		out = append(out, e.objectHazards(v, entry)...)
	}
	return out
}

// flagged lists what stands against an object whose inputs are bound like this.
func flagged(d Dep, pos token.Pos) (out []Hazard) {
	for _, f := range flagHazards {
		if d.Flags&f.flag != 0 {
			out = append(out, Hazard{f.code, f.reason, pos})
		}
	}
	return out
}

var flagHazards = []struct {
	flag         Flags
	code, reason string
}{
	{Expires, "expiring-credential", "an input is a credential that expires"},
	{Remote, "remote-input", "an input is read from another system and may change"},
	{File, "file-input", "an input is read from a file that may change"},
	{TestSet, "tests-replace", "a test replaces what it is made from"},
	{Mutable, "set-later", "a package variable that it is made from can be set at any time"},
}

// changingFile names a file that a call reads and that is not known to come with the function: one with an absolute or
// unknown path. What a relative constant names was deployed together with the code.
func changingFile(call ssa.CallInstruction) string {
	obj := callee(call.Common())
	if obj == nil || !strings.Contains(obj.Name(), "File") && !strings.Contains(obj.Name(), "Glob") {
		return ""
	}
	for _, arg := range call.Common().Args {
		for _, v := range spread(arg) {
			c, ok := v.(*ssa.Const)
			switch {
			case !ok && types.Identical(v.Type().Underlying(), types.Typ[types.String]):
				return "the file"
			case ok && strings.HasPrefix(constString(c), "/"):
				return constString(c)
			}
		}
	}
	return ""
}

// variesInLoop reports whether a call stands in a loop and is given something that the loop changes.
func (e *engine) variesInLoop(call ssa.CallInstruction) bool {
	b := call.Block()
	if !e.reachable(b)[b] {
		return false
	}
	seen := map[ssa.Value]bool{}
	var varies func(v ssa.Value) bool
	varies = func(v ssa.Value) bool {
		if v == nil || seen[v] {
			return false
		}
		seen[v] = true
		instr, ok := v.(ssa.Instruction)
		if !ok || !e.reachable(instr.Block())[instr.Block()] {
			return false
		}
		switch v.(type) {
		case *ssa.Phi, *ssa.Next:
			return true
		}
		for _, op := range instr.Operands(nil) {
			if *op != nil && varies(*op) {
				return true
			}
		}
		return false
	}
	return slices.ContainsFunc(call.Common().Args, varies)
}

// badPattern compiles the constant pattern of a regular expression: one that does not compile must go on failing where
// it fails now.
func badPattern(call ssa.CallInstruction) string {
	obj := callee(call.Common())
	if obj == nil || obj.Pkg() == nil || obj.Pkg().Path() != "regexp" || len(call.Common().Args) == 0 {
		return ""
	}
	c, ok := call.Common().Args[0].(*ssa.Const)
	if !ok || c.Value == nil || c.Value.Kind() != constant.String {
		return ""
	}
	compile := regexp.Compile
	if strings.HasSuffix(obj.Name(), "POSIX") {
		compile = regexp.CompilePOSIX
	}
	if _, err := compile(constant.StringVal(c.Value)); err != nil {
		return "the pattern does not compile: " + err.Error()
	}
	return ""
}

// objectHazards follows the object through this package: somebody may close or change it.
func (e *engine) objectHazards(call *ssa.Call, entry *catalog.Costly) (out []Hazard) {
	w := &objectWalk{e: e, entry: entry, seen: map[ssa.Value]bool{}, loaded: map[ssa.Value]bool{}}
	if call.Call.Signature().Results().Len() == 1 {
		w.walk(call)
	} else {
		for _, ref := range *call.Referrers() {
			if x, ok := ref.(*ssa.Extract); ok && x.Index == entry.Result {
				w.walk(x)
			}
		}
	}
	return w.out
}

type objectWalk struct {
	e      *engine
	entry  *catalog.Costly
	seen   map[ssa.Value]bool // as the object
	loaded map[ssa.Value]bool // as the address of a variable that holds it
	out    []Hazard
}

func (w *objectWalk) walk(v ssa.Value) {
	if w.seen[v] || v.Referrers() == nil || len(w.seen) > 300 {
		return
	}
	w.seen[v] = true
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Phi, *ssa.MakeInterface, *ssa.ChangeType, *ssa.ChangeInterface:
			w.walk(ref.(ssa.Value))
		case *ssa.FieldAddr:
			if fieldOf(ref).Embedded() { // the receiver of a promoted method, as of gin's Engine.GET
				w.walk(ref)
				w.loads(ref)
			}
		case *ssa.Store:
			if ref.Val != v {
				continue
			}
			switch a := ref.Addr.(type) {
			case *ssa.Alloc:
				w.loads(a)
			case *ssa.FieldAddr:
				for _, load := range w.e.loadsOf(a) {
					w.walk(load)
				}
			}
		case ssa.CallInstruction:
			w.call(v, ref)
		}
	}
}

// loadsOf lists what this package reads from a field, whichever struct of that type it is a field of.
func (e *engine) loadsOf(a *ssa.FieldAddr) []ssa.Value {
	if e.fieldLoads == nil {
		e.fieldLoads = map[*types.Var][]ssa.Value{}
		for _, fn := range e.funcs {
			for _, b := range fn.Blocks {
				for _, instr := range b.Instrs {
					if f, ok := instr.(*ssa.FieldAddr); ok {
						for _, ref := range *f.Referrers() {
							if load, ok := ref.(*ssa.UnOp); ok {
								e.fieldLoads[fieldOf(f)] = append(e.fieldLoads[fieldOf(f)], load)
							}
						}
					}
				}
			}
		}
	}
	return e.fieldLoads[fieldOf(a)]
}

func fieldOf(a *ssa.FieldAddr) *types.Var {
	return deref(a.X.Type()).Underlying().(*types.Struct).Field(a.Field)
}

// loads follows a local variable, also into the literals that capture it.
func (w *objectWalk) loads(a ssa.Value) {
	if w.loaded[a] || a.Referrers() == nil {
		return
	}
	w.loaded[a] = true
	for _, ref := range *a.Referrers() {
		switch ref := ref.(type) {
		case *ssa.UnOp:
			w.walk(ref)
		case *ssa.MakeClosure:
			fn := ref.Fn.(*ssa.Function)
			for i, b := range ref.Bindings {
				if b == a && i < len(fn.FreeVars) {
					w.loads(fn.FreeVars[i])
				}
			}
		}
	}
}

func (w *objectWalk) call(v ssa.Value, call ssa.CallInstruction) {
	c := call.Common()
	obj := callee(c)
	if obj != nil && w.e.cat.Mutates(obj) != nil && len(c.Args) > 0 && c.Args[0] == v {
		w.out = append(w.out, Hazard{"mutated", obj.Name() + " changes the " + w.entry.What + " after it is built", call.Pos()})
		return
	}
	if made, ok := call.(*ssa.Call); ok && types.Identical(made.Type(), v.Type()) {
		w.walk(made) // template.Must(t): the same object by another name
	}
	for _, t := range w.e.targets(c) {
		sum := w.e.summaryOf(t)
		if sum == nil {
			continue
		}
		args := w.e.argsFor(c, t)
		for _, p := range sum.Params {
			if p.Index >= len(args) || args[p.Index] != v {
				continue
			}
			if p.Closes {
				w.out = append(w.out, Hazard{"closed-elsewhere", w.e.targetName(t) + " closes the " + w.entry.What, call.Pos()})
			}
			if p.Mutates {
				w.out = append(w.out, Hazard{"mutated", w.e.targetName(t) + " changes the " + w.entry.What, call.Pos()})
			}
		}
	}
}

// A Handed is a call that gets an object from a helper which builds it anew for every caller.
type Handed struct {
	Offer  string // names the object and the way it took: the site, then the functions that passed it on
	In     *types.Func
	Call   *ast.CallExpr // nil for a mention of the helper other than by a call
	Pos    token.Pos
	Result int
	Close  []string
	To     string // the offer under which the function around hands the object on, if it does
	Test   bool
}

// Handed yields the calls, and the other mentions, of functions that return an object which could be kept.
func (r *Result) Handed() iter.Seq[*Handed] {
	return func(yield func(*Handed) bool) {
		if r.e == nil {
			return
		}
		for _, h := range locked(r, r.e.handed) {
			if !yield(h) {
				return
			}
		}
	}
}

func (e *engine) handed() (out []*Handed) {
	for _, file := range e.pass.Files {
		test := e.inTest(file.FileStart)
		called := map[*ast.Ident]bool{}
		for _, decl := range file.Decls {
			in := e.declared(decl)
			ast.Inspect(decl, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					if id := calleeIdent(call); id != nil {
						called[id] = true
						out = append(out, e.handedBy(call, id, in, test)...)
					}
				}
				return true
			})
		}
		for id, obj := range e.pass.TypesInfo.Uses {
			if id.Pos() < file.FileStart || id.Pos() > file.FileEnd || called[id] {
				continue
			}
			for _, o := range e.offersOf(obj) {
				out = append(out, &Handed{Offer: o.key, Pos: id.Pos(), Test: test})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b *Handed) int { return int(a.Pos - b.Pos) })
	return out
}

func (e *engine) declared(decl ast.Decl) *types.Func {
	if fd, ok := decl.(*ast.FuncDecl); ok {
		fn, _ := e.pass.TypesInfo.Defs[fd.Name].(*types.Func)
		return fn
	}
	return nil
}

func calleeIdent(call *ast.CallExpr) *ast.Ident {
	switch f := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		return f
	case *ast.SelectorExpr:
		return f.Sel
	}
	return nil
}

// An offered object: an operation of a function's summary whose object a result is.
type offered struct {
	key    string
	result int
	op     Op
}

// offersOf lists the objects that a function builds for its callers although they could be kept.
func (e *engine) offersOf(obj types.Object) (out []offered) {
	fn, ok := obj.(*types.Func)
	if !ok || fn.Pkg() == nil {
		return nil
	}
	sum := e.summaryOfFunc(fn)
	if sum == nil {
		return nil
	}
	for _, r := range sum.Results {
		for _, i := range r.From {
			if op := sum.Ops[i]; (op.Dep.known() || op.open()) && !op.Guarded && !op.Read && op.Shared {
				out = append(out, offered{offerKey(op), r.Index, op})
			}
		}
	}
	return out
}

// summaryOfFunc is the summary of a function of this package, tests aside, or of another one.
func (e *engine) summaryOfFunc(fn *types.Func) *Summary {
	fn = fn.Origin()
	if fn.Pkg() == e.pass.Pkg {
		if f := body(e.pkg.Prog.FuncValue(fn)); f != nil && !e.inTest(f.Pos()) {
			return e.summarize(f)
		}
	}
	return e.fact(fn)
}

// offerKey names an object by its site and by the functions that handed it on, innermost first.
func offerKey(op Op) string {
	key := op.Site()
	for i := len(op.Via) - 2; i >= 0; i-- {
		key += "<-" + op.Via[i].Func
	}
	return key
}

func (e *engine) handedBy(call *ast.CallExpr, id *ast.Ident, in *types.Func, test bool) (out []*Handed) {
	for _, o := range e.offersOf(e.pass.TypesInfo.Uses[id]) {
		h := &Handed{Offer: o.key, In: in, Call: call, Pos: call.Pos(), Result: o.result, Test: test}
		if entry := e.entryNamed(o.op); entry != nil {
			h.Close = entry.Close
		}
		if in == nil {
			out = append(out, h)
			continue // a package variable's initialiser
		}
		for _, mine := range e.offersOf(in) {
			if mine.key == o.key+"<-"+in.FullName() {
				h.To = mine.key
			}
		}
		out = append(out, h)
	}
	return out
}

// entryNamed is the catalogue's line for an operation of another package.
func (e *engine) entryNamed(op Op) *catalog.Costly { return e.cat.CostlyNamed(op.Symbol) }
