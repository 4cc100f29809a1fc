package stage

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/faaslint/faaslint/internal/catalog"
)

// A Need says whether a handler needs what was built before its request came.
type Need struct {
	Handler Handler
	Extent  Extent
	At      token.Pos // the first place on its way that reads the object, NoPos if there is none
}

// An Extent says on how many ways through a handler something is needed.
type Extent uint8

const (
	Never     Extent = iota // on none
	Sometimes               // there is a way through the handler that succeeds without it
	Always                  // on all, or this package cannot tell
)

// A startWalk follows an object that is built at start-up to where it is kept.
type startWalk struct {
	e        *engine
	call     ssa.Instruction // what builds it; nil for a parameter
	entry    *catalog.Costly // of the operation, nil if another package performs it
	alone    bool            // what the function returns is its callers' business
	fn       *ssa.Function   // with alone: the function of the parameter
	seen     map[ssa.Value]bool
	keepers  map[string]*types.Var
	captured map[*ssa.FreeVar]bool
	results  map[int]bool // with alone: the results that are the object or made from it
	sinks    int          // how often the object, or something made from it, came to rest
	needed   bool         // start-up itself needs the object, or it goes where nobody can follow it
	setUp    bool         // start-up sets it up, e.g. with SetMaxOpenConns
	asked    bool         // start-up asks whether it answers
	open     bool         // other packages, too, can read a keeper
	derived  bool         // what is kept is made from the object
	used     bool         // what it is made by may do more than that: a topic of a client
}

func (e *engine) newStartWalk(call ssa.Instruction) *startWalk {
	return &startWalk{e: e, call: call, seen: map[ssa.Value]bool{}, keepers: map[string]*types.Var{}, captured: map[*ssa.FreeVar]bool{}, results: map[int]bool{}}
}

// startRows lists the operations that an instance performs once, with the handlers that need what they give, where not
// all do. It asks the cheap question first: is there a handler, and anything costly outside of one?
func (e *engine) startRows() (rows []*Use) {
	if len(e.roots) == 0 || e.rehearses() {
		return nil
	}
	for _, fn := range e.funcs {
		if !e.starting[fn] && !e.serving[fn] || e.listens(fn) {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(*ssa.Call)
				if !ok || e.inTest(call.Pos()) {
					continue
				}
				rows = append(rows, e.startRowsOf(call)...)
			}
		}
	}
	return withoutParts(rows)
}

// rehearses reports whether this is a program that nobody deploys as a function.
func (e *engine) rehearses() bool {
	name := path.Base(e.pass.Pkg.Path())
	if m := e.pass.Module; m != nil && within(e.pass.Pkg.Path(), m.Path) {
		name = e.pass.Pkg.Path()[len(m.Path):]
	}
	isMain := e.pass.Pkg.Name() == "main"
	return isMain && catalog.Rehearses(name) || e.isTwin(isMain)
}

// listens reports whether a function makes a server of its own of a program that a platform starts elsewhere. It asks the
// cheap question first: what a function calls is asked of those alone that listen.
func (e *engine) listens(fn *ssa.Function) bool {
	if !slices.ContainsFunc(fn.Blocks, func(b *ssa.BasicBlock) bool { return slices.ContainsFunc(b.Instrs, isListening) }) {
		return false
	}
	var starts []*ssa.Function
	for _, r := range e.roots {
		if r.reg != nil && r.as.Platform != "http" {
			starts = append(starts, r.reg.Parent())
		}
	}
	calls := e.needs().callsOf(fn)
	return len(starts) > 0 && !slices.ContainsFunc(starts, func(start *ssa.Function) bool { return calls[start] })
}

func isListening(instr ssa.Instruction) bool {
	call, ok := instr.(ssa.CallInstruction)
	return ok && callee(call.Common()) != nil && listening.MatchString(callee(call.Common()).FullName())
}

var listening = regexp.MustCompile(`^(net/http\.|\(\*net/http\.Server\)\.)(ListenAndServe|Serve)(TLS)?$|` +
	`^\(\*github\.com/(gin-gonic/gin\.Engine\)\.Run|labstack/echo(/v\d+)?\.Echo\)\.Start|gofiber/fiber(/v\d+)?\.App\)\.Listen)`)

// isTwin reports whether the package is of a server of its own beside what a platform of functions runs. Such is a program
// cmd/server beside cmd/lambda, a module's main.go or a program called server beside another one of the module or the folder
// api of Vercel, and all of a module that starts no function where modules in folders of it do: the one is for whoever works on
// the other, or runs for ever. That is read from disk, since a check sees one package; without a disk there is none.
func (e *engine) isTwin(isMain bool) bool {
	if slices.ContainsFunc(e.roots, func(r root) bool { return !r.maybePlain() }) || len(e.pass.Files) == 0 {
		return false
	}
	dir := filepath.Dir(e.pass.Fset.Position(e.pass.Files[0].FileStart).Filename)
	parent := filepath.Dir(dir)
	if isMain && (hasVercel(dir) || filepath.Base(parent) == "cmd" && holdsLambda(parent, dir, false)) {
		return true
	}
	top := e.moduleDir(dir)
	if top == "" {
		return false
	}
	if !holdsLambda(top, dir, false) {
		return holdsLambda(top, dir, true)
	}
	return isMain && (dir == top || servers.MatchString(filepath.Base(dir)))
}

// servers matches the names of programs that serve by themselves.
var servers = regexp.MustCompile(`(?i)^(.*[-_])?(server|httpd?|web|rest|api|standalone)$`)

// moduleDir is the folder of the module of a package in a folder; "" without modules.
func (e *engine) moduleDir(dir string) string {
	m := e.pass.Module
	if m == nil || !within(e.pass.Pkg.Path(), m.Path) {
		return ""
	}
	return strings.TrimSuffix(dir, filepath.FromSlash(strings.TrimPrefix(e.pass.Pkg.Path(), m.Path)))
}

// holdsLambda reports whether a package in or below a folder, other than that in a folder, starts a function: one of the same
// module, or of modules in its folders as well.
func holdsLambda(top, own string, nested bool) (found bool) {
	filepath.WalkDir(top, func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return nil
		}
		if dir != top && (notOurs.MatchString(d.Name()) || !nested && isModule(dir)) {
			return fs.SkipDir
		}
		if found = dir != own && startsLambda(dir); found {
			return fs.SkipAll
		}
		return nil
	})
	return found
}

// notOurs matches the folders that the go command passes over, and those of others.
var notOurs = regexp.MustCompile(`^([._].*|testdata|vendor|node_modules)$`)

func isModule(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil
}

// hasVercel reports whether a folder holds functions for Vercel: Go files in api, of which vercel.json or a name such as
// [id].go tells that they are.
// See https://vercel.com/docs/functions/runtimes/go and https://vercel.com/docs/project-configuration.
func hasVercel(dir string) bool {
	files, _ := filepath.Glob(filepath.Join(dir, "api", "*.go")) // the patterns are right
	deeper, _ := filepath.Glob(filepath.Join(dir, "api", "*", "*.go"))
	files = append(files, deeper...)
	_, err := os.Stat(filepath.Join(dir, "vercel.json"))
	return err == nil && len(files) > 0 || slices.ContainsFunc(files, func(name string) bool {
		return strings.HasPrefix(filepath.Base(name), "[")
	})
}

// startsLambda reports whether a folder holds a package that imports what starts a function.
func startsLambda(dir string) bool {
	files, _ := filepath.Glob(filepath.Join(dir, "*.go")) // the pattern is right
	return slices.ContainsFunc(files, func(name string) bool {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		return err == nil && slices.ContainsFunc(f.Imports, func(spec *ast.ImportSpec) bool {
			return lambdaStart.MatchString(spec.Path.Value)
		})
	})
}

var lambdaStart = regexp.MustCompile(`^"github\.com/(aws/aws-lambda-go/lambda|akrylysov/algnhsa|apex/gateway(/v2)?)"$`)

// startRowsOf makes the rows of one call. One row for all that it opens comes first: that can be mended where the call
// stands. If there is nothing to say of the whole, because all handlers need some part of it, there may be of the parts.
func (e *engine) startRowsOf(call *ssa.Call) (rows []*Use) {
	if whole, ok := e.wholeOp(call); ok {
		if u := e.startRow(call, whole); u != nil && !u.Dead {
			return []*Use{u}
		}
	}
	for _, op := range e.startOps(call) {
		if u := e.startRow(call, op); u != nil && !(u.Dead && e.constructs(call.Parent())) {
			rows = append(rows, u)
		}
	}
	return rows
}

// withoutParts leaves out what is built only for another object that has a row of its own.
func withoutParts(rows []*Use) []*Use {
	return slices.DeleteFunc(rows, func(u *Use) bool {
		return u.part && slices.ContainsFunc(rows, func(o *Use) bool { return !o.part && slices.Equal(o.keepers, u.keepers) })
	})
}

// markStarting notes the functions of this package that run before the first request: what package initialisation, main
// and the functions that register handlers call.
func (e *engine) markStarting() {
	work := []*ssa.Function{e.pkg.Func("init")}
	for _, fn := range e.funcs {
		if strings.HasPrefix(fn.Name(), "init#") || fn.Name() == "main" && fn.Parent() == nil && e.pass.Pkg.Name() == "main" {
			work = append(work, fn)
		}
	}
	for _, r := range e.roots {
		if r.reg != nil {
			work = append(work, r.reg.Parent())
		}
	}
	if !e.isTop() {
		e.owners = e.handlerOwners()
		work = append(work, slices.DeleteFunc(slices.Clone(e.funcs), func(fn *ssa.Function) bool { return !e.constructs(fn) })...)
	}
	for len(work) > 0 {
		fn := work[len(work)-1]
		work = work[:len(work)-1]
		if fn == nil || e.starting[fn] || e.isRoot(fn) {
			continue
		}
		e.starting[fn] = true
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if call, ok := instr.(ssa.CallInstruction); ok {
					for _, t := range e.targets(call.Common()) {
						work = append(work, t.fn)
					}
				}
			}
		}
	}
}

// handlerOwners are the types of this package whose methods are handlers, or register them.
//
//	func (s *Server) Handler() http.Handler {
//		mux := http.NewServeMux()
//		mux.HandleFunc("/", s.home)
//		return mux
//	}
func (e *engine) handlerOwners() map[*types.TypeName]bool {
	out := map[*types.TypeName]bool{}
	add := func(fn *ssa.Function) {
		if fn == nil || fn.Signature.Recv() == nil {
			return
		}
		if n, ok := types.Unalias(deref(fn.Signature.Recv().Type())).(*types.Named); ok && n.Obj().Pkg() == e.pass.Pkg {
			out[n.Obj()] = true
		}
	}
	for _, r := range e.roots {
		add(r.t.fn)
		if r.reg != nil {
			add(r.reg.Parent())
		}
	}
	return out
}

// constructs reports whether fn makes what the handlers are methods of, in a package where nothing says when: whoever calls
// it does so before there is a handler.
//
//	func New(ctx context.Context, cfg Config) (*Server, error)
func (e *engine) constructs(fn *ssa.Function) bool {
	if len(e.owners) == 0 || fn.Parent() != nil || fn.Signature.Recv() != nil || fn.Signature.Results().Len() == 0 || e.serving[fn] {
		return false
	}
	n, ok := types.Unalias(deref(fn.Signature.Results().At(0).Type())).(*types.Named)
	return ok && e.owners[n.Obj()]
}

// onlyRegisters reports whether fn is a literal that registers handlers, as routers take it for a group of routes: it runs
// at start-up, and what it mentions are handlers.
//
//	r.Route("/api", func(r chi.Router) { r.Get("/sensors", s.sensors) })
func (e *engine) onlyRegisters(fn *ssa.Function) bool {
	return fn.Parent() != nil && slices.ContainsFunc(e.roots, func(r root) bool { return r.reg != nil && r.reg.Parent() == fn })
}

// A startOp is a costly operation that a call performs, itself or by another package's function.
type startOp struct {
	op      Op
	entry   *catalog.Costly // nil if another package performs it
	results []int           // of the call, that are the object or made from it
	whole   []string        // what all is built, if the object is all that another package's function opens
}

// wholeOp is the operation of a call that does nothing but to open what it returns, however many parts that has:
//
//	s.store, err = store.Open(ctx, cfg)
//
// It may return another object of the type on some ways, made in memory, say: whoever does not read what it returns needs
// neither.
func (e *engine) wholeOp(call *ssa.Call) (whole startOp, ok bool) {
	c := call.Common()
	obj := callee(c)
	if obj == nil || c.IsInvoke() || e.costly(obj) != nil {
		return whole, false
	}
	sum := e.fact(obj)
	if sum == nil || !sum.Opens && !sum.Builds || !e.follows(obj.Pkg()) {
		return whole, false
	}
	whole.op.Partly = true
	for _, op := range sum.Ops {
		if op.Loses < catalog.Disk || op.Guarded || op.Told {
			continue
		}
		partly := whole.op.Partly && op.Partly
		if whole.op.Symbol == "" || op.Waits() > whole.op.Waits() {
			whole.op = op
		}
		whole.op.Partly = partly
		if !slices.Contains(whole.whole, op.What) {
			whole.whole = append(whole.whole, op.What)
		}
	}
	if len(whole.whole) == 0 {
		return whole, false
	}
	whole.op = whole.op.lifted(e.frameOf(call, call.Pos()), e.argDeps(call, target{obj: obj}), nil)
	whole.op.Kept, whole.op.Lost, whole.op.SetUp = nil, false, false // what happens to it in there is part of opening it
	whole.results = []int{0}
	return whole, true
}

// startOps lists the costly operations that a call performs. Of those of another package's function which end in the
// same keepers it is the dearest. Cheap ones are not worth a condition.
func (e *engine) startOps(call *ssa.Call) (out []startOp) {
	c := call.Common()
	obj := callee(c)
	if obj == nil || c.IsInvoke() {
		return nil
	}
	if entry := e.costly(obj); entry != nil {
		if entry.Loses < catalog.Disk && !heavyPattern(call, obj) || entry.Result < 0 {
			return nil
		}
		op := newOp(entry, obj)
		op.Dep, op.Via = e.inputs(entry, obj, c).at(Init), []Frame{e.frameOf(call, call.Pos())}
		return []startOp{{op: op, entry: entry, results: []int{entry.Result}}}
	}
	sum := e.fact(obj)
	if sum == nil {
		return nil // of this package: its own calls are asked
	}
	for i, op := range sum.Ops {
		results := sum.givenBy(i)
		if op.Loses < catalog.Disk || op.Guarded || op.Told || op.Partly && e.follows(obj.Pkg()) || op.Lost || len(results)+len(op.Kept) == 0 {
			continue
		}
		op = op.lifted(e.frameOf(call, call.Pos()), e.argDeps(call, target{obj: obj}), nil)
		same := slices.IndexFunc(out, func(o startOp) bool { return slices.Equal(o.results, results) && slices.Equal(o.op.Kept, op.Kept) })
		switch {
		case same < 0:
			out = append(out, startOp{op: op, results: results})
		case op.Waits() > out[same].op.Waits():
			out[same].op = op
		}
	}
	return out
}

// givenBy lists the results that are, or are made from, the object of an operation of the summary. A result that holds it
// in a field is none: the field is a keeper, and who does not read that does not need the object.
func (s *Summary) givenBy(op int) (out []int) {
	held := false
	for _, r := range s.Results {
		if slices.Contains(r.Made, op) {
			out = append(out, r.Index)
		}
		held = held || r.Index == 0 && slices.Contains(r.From, op)
	}
	if held && len(out)+len(s.Ops[op].Kept) == 0 {
		return []int{0} // of a library, which says no more
	}
	return out
}

// heavyPattern reports whether a call compiles a regular expression that takes milliseconds. Compiling copies the ranges
// of character classes once for each repetition: \p{L}{1,128} has a hundred thousand, most expressions some dozens.
func heavyPattern(call ssa.CallInstruction, obj *types.Func) bool {
	const heavy = 10_000 // about a millisecond
	if obj.Pkg() == nil || obj.Pkg().Path() != "regexp" || len(call.Common().Args) == 0 {
		return false
	}
	c, ok := call.Common().Args[0].(*ssa.Const)
	if !ok {
		return false
	}
	re, err := syntax.Parse(constString(c), syntax.Perl)
	if err != nil {
		return false
	}
	prog, err := syntax.Compile(re.Simplify())
	if err != nil {
		return false
	}
	size := 0
	for _, inst := range prog.Inst {
		size += 1 + len(inst.Rune)
	}
	return size >= heavy
}

// startRow makes a row of an operation that not all who pay for it need.
func (e *engine) startRow(call *ssa.Call, o startOp) *Use {
	n, first := e.needs(), e.serving[call.Parent()]
	if e.reachable(call.Block())[call.Block()] || !first && e.conditional(call) {
		return nil // many objects, or only where the configuration asks for one
	}
	w := e.newStartWalk(call)
	w.from(call, o)
	if w.needed || w.open && !e.isTop() || o.whole != nil && w.derived {
		return nil
	}
	kept := len(w.keepers)+len(w.captured) > 0
	if !kept && (o.entry == nil || o.entry.Error || o.entry.Read) {
		return nil // perhaps made to see whether it works
	}
	if first && kept && !e.keptByGuard(call, w) {
		return nil
	}
	reads, ok := n.readsOf(w)
	if !ok || w.needed {
		return nil
	}
	op := o.op
	u := &Use{Op: op, Entry: o.entry, Runs: Init, Could: op.Dep.Stage, Local: o.entry != nil, Whole: o.whole, First: first, SetUp: w.setUp || op.SetUp, instr: call, part: w.derived}
	if e.constructs(call.Parent()) {
		u.Maker = call.Parent().Name()
	}
	if kept {
		u.Needs = n.all(reads, call.Parent(), first)
	}
	if u.Needs == nil {
		if u.Handlers = n.dead(reads, call.Parent(), first); w.used || len(u.Handlers) == 0 {
			return nil
		}
		u.Dead = true
	}
	if u.Op.Asked = w.asked; !u.Dead && u.Op.Waits() < op.Loses {
		return nil // its first use opens it, as it is
	}
	for _, need := range u.Needs {
		if need.Extent != Always {
			u.Handlers = append(u.Handlers, need.Handler)
		}
	}
	for k, v := range w.keepers {
		u.keepers = append(u.keepers, k)
		if len(w.keepers) == 1 && len(w.captured) == 0 && v != nil && v.Pkg() == e.pass.Pkg {
			u.Keeper = v
		}
		u.Abroad = u.Abroad || v == nil || v.Pkg() != e.pass.Pkg
	}
	slices.Sort(u.keepers)
	u.Pos, u.End = call.Pos(), call.Pos()
	if x := e.callExpr(call); x != nil {
		u.Call, u.Pos, u.End = x, x.Pos(), x.End()
	}
	for _, f := range op.Via {
		u.Path = append(u.Path, Step{f, e.positionOf(f)})
	}
	return u
}

// keep notes for each operation of a summary that is worth waiting for where its object goes, for the packages that call
// the function. It returns the operations by the results that are made from their objects.
func (e *engine) keep(fn *ssa.Function, s *Summary) map[int][]int {
	made := map[int][]int{}
	for i := range s.Ops {
		op := &s.Ops[i]
		if op.Loses < catalog.Disk || op.Guarded {
			continue
		}
		call, o := e.performs(fn, op)
		if call == nil || e.reachable(call.Block())[call.Block()] {
			op.Lost = true // by a function that it passes on, or many times
			continue
		}
		w := e.newStartWalk(call)
		w.alone = true
		w.from(call, o)
		w.readsWithin(fn)
		op.Kept, op.Lost, op.SetUp, op.Asked = w.names(), w.needed || w.hidden(), op.SetUp || w.setUp, w.asked
		for index := range w.results {
			made[index] = append(made[index], i)
		}
	}
	return made
}

// performs finds the call in fn by which an operation of its summary is performed.
func (e *engine) performs(fn *ssa.Function, op *Op) (*ssa.Call, startOp) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(*ssa.Call)
			if !ok || call.Common().IsInvoke() || e.frameOf(call, call.Pos()) != op.Via[0] {
				continue
			}
			obj := callee(call.Common())
			if len(op.Via) == 1 {
				if obj != nil && obj.FullName() == op.Symbol {
					entry := e.costly(obj)
					return call, startOp{op: *op, entry: entry, results: []int{entry.Result}}
				}
				continue
			}
			for _, t := range e.targets(call.Common()) {
				sum := e.summaryOf(t)
				if sum == nil {
					continue
				}
				i := slices.IndexFunc(sum.Ops, func(o Op) bool { return o.Symbol == op.Symbol && slices.Equal(o.Via, op.Via[1:]) })
				if i >= 0 {
					return call, startOp{op: sum.Ops[i], results: sum.givenBy(i)}
				}
			}
		}
	}
	return nil, startOp{}
}

// from follows what one call gives.
func (w *startWalk) from(call *ssa.Call, o startOp) {
	w.entry = o.entry
	w.needed, w.setUp, w.asked = o.op.Lost, o.op.SetUp, o.op.Asked
	for _, k := range o.op.Kept {
		w.rest(k, nil)
	}
	for _, index := range o.results {
		w.result(call, index)
	}
}

// result follows one result of a call.
func (w *startWalk) result(call *ssa.Call, index int) {
	if call.Call.Signature().Results().Len() == 1 {
		w.walk(call)
		return
	}
	for _, ref := range *call.Referrers() {
		if x, ok := ref.(*ssa.Extract); ok && x.Index == index {
			w.walk(x)
		}
	}
}

// rest notes a keeper.
func (w *startWalk) rest(k string, v *types.Var) {
	w.sinks++
	w.keepers[k] = v
	w.open = w.open || v == nil || v.Pkg() != w.e.pass.Pkg || !w.e.closed(v)
}

func (w *startWalk) names() (out []string) {
	for k := range w.keepers {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// hidden reports whether the object lies where no name leads: in a captured variable, or in a struct without a name.
func (w *startWalk) hidden() bool {
	return len(w.captured) > 0 || slices.ContainsFunc(w.names(), func(k string) bool { return strings.ContainsRune(k, ':') })
}

// readsWithin follows what fn, and what it calls, reads from the keepers again.
func (w *startWalk) readsWithin(fn *ssa.Function) {
	n := w.e.needs()
	within := n.callsOf(fn)
	done := map[ssa.Instruction]bool{}
	for again := true; again && !w.needed; {
		again = false
		for _, k := range w.names() {
			for _, instr := range n.reads[k] {
				v, isValue := instr.(ssa.Value)
				if done[instr] || !within[instr.Parent()] || isValue && isTestOrClose(v) {
					continue
				}
				done[instr], again = true, true
				if !w.readAgain(instr) {
					w.needed = true
				}
			}
			for _, o := range n.outside[k] {
				now, _ := o.comesTo(map[string]*types.Var{k: nil})
				w.needed = w.needed || within[o.instr.Parent()] && o.instr != w.call && now
			}
		}
	}
}

// readAgain follows what start-up reads from a keeper, or the address of a keeper that it passes on.
func (w *startWalk) readAgain(instr ssa.Instruction) bool {
	if call, ok := instr.(ssa.CallInstruction); ok {
		for _, a := range call.Common().Args {
			if k := w.e.keeperAt(a); k != "" {
				if _, ok := w.keepers[k]; ok {
					w.passed(call, a)
				}
			}
		}
		return true
	}
	v, ok := instr.(ssa.Value)
	if ok {
		w.walk(v)
	}
	return ok
}

// keeperAt names the package variable or field at an address.
func (e *engine) keeperAt(addr ssa.Value) string {
	switch addr := addr.(type) {
	case *ssa.Global:
		if v, ok := addr.Object().(*types.Var); ok {
			return globalKeeper(v)
		}
	case *ssa.FieldAddr:
		k, _ := e.fieldKeeper(addr.X.Type(), addr.Field)
		return k
	}
	return ""
}

// keptParam lists the keepers in which a function stores a parameter, nil if that is not all that it does with it.
func (e *engine) keptParam(p *ssa.Parameter) []string {
	w := e.newStartWalk(nil)
	w.alone, w.fn = true, p.Parent()
	w.walk(p)
	if w.needed || w.setUp || w.derived || len(w.results)+len(w.captured) > 0 {
		return nil
	}
	return w.names()
}

// conditional reports whether start-up may succeed without the call. All of package initialisation stands under a test
// that it runs once.
func (e *engine) conditional(call *ssa.Call) bool {
	if call.Parent() == e.pkg.Func("init") {
		return false
	}
	for b := call.Block(); b.Idom() != nil; b = b.Idom() {
		cond := condition(b.Idom())
		if cond != nil && errorSide(cond) < 0 && e.leaves(b.Idom(), b) {
			return true
		}
	}
	return false
}

// keptByGuard reports whether the first request that comes past a test of the keeper builds the object.
func (e *engine) keptByGuard(call *ssa.Call, w *startWalk) bool {
	for b := call.Block(); b.Idom() != nil; b = b.Idom() {
		cond := condition(b.Idom())
		if cond == nil {
			continue
		}
		for _, loc := range e.tested(cond) {
			if loc.global == nil || !loc.lives.forever() {
				continue
			}
			if v, ok := loc.global.Object().(*types.Var); ok && w.keepers[globalKeeper(v)] != nil {
				return true
			}
		}
	}
	return false
}

// walk follows a value that is the object, holds it or was read from it.
func (w *startWalk) walk(v ssa.Value) {
	if v == nil || w.seen[v] || w.needed || v.Referrers() == nil {
		return
	}
	if len(w.seen) > 300 {
		w.needed = true
		return
	}
	w.seen[v] = true
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Phi, *ssa.MakeInterface, *ssa.ChangeType, *ssa.ChangeInterface, *ssa.TypeAssert, *ssa.UnOp, *ssa.Field, *ssa.Extract, *ssa.Convert, *ssa.Slice:
			w.walk(ref.(ssa.Value))
		case *ssa.FieldAddr:
			w.walkField(ref)
		case *ssa.Store:
			if ref.Val == v {
				w.store(ref.Addr)
			}
		case *ssa.MakeClosure:
			w.capture(ref, v)
		case *ssa.Return:
			w.returned(ref, v)
		case ssa.CallInstruction:
			w.passed(ref, v)
		case *ssa.BinOp:
			if ref.Op == token.ADD {
				w.walk(ref)
			}
		case *ssa.DebugRef:
		default:
			w.needed = true
		}
	}
}

// options follows a struct of a library that holds the object in a field, to where it is passed on:
// s3.New(s3.Options{Credentials: cfg.Credentials}).
func (w *startWalk) options(local *ssa.Alloc, field int) {
	followed := w.seen[local] // with another field, or in a circle of such structs
	w.seen[local] = true
	for _, ref := range *local.Referrers() {
		if at, ok := ref.(*ssa.FieldAddr); ok {
			for _, use := range *at.Referrers() {
				if load, ok := use.(*ssa.UnOp); ok && at.Field == field {
					w.walk(load)
				}
			}
			continue
		}
		if followed {
			continue
		}
		switch ref := ref.(type) {
		case *ssa.UnOp:
			w.walk(ref)
		case *ssa.Store:
			if ref.Val == local {
				w.store(ref.Addr)
			}
		case ssa.CallInstruction:
			w.passed(ref, local)
		case *ssa.Return:
			w.returned(ref, local)
		case *ssa.DebugRef:
		default:
			w.needed = true
		}
	}
}

// walkField follows what is read from a field of the object; to set one is to set it up.
func (w *startWalk) walkField(addr *ssa.FieldAddr) {
	for _, ref := range *addr.Referrers() {
		if s, ok := ref.(*ssa.Store); ok && s.Addr == addr {
			w.setUp = true
			continue
		}
		if load, ok := ref.(*ssa.UnOp); ok {
			w.walk(load)
			continue
		}
		w.needed = true
	}
}

func (w *startWalk) store(addr ssa.Value) {
	switch addr := addr.(type) {
	case *ssa.Global:
		v, ok := addr.Object().(*types.Var)
		if !ok {
			w.needed = true
			return
		}
		w.rest(globalKeeper(v), v)
	case *ssa.FieldAddr:
		if options, ok := addr.X.(*ssa.Alloc); ok && w.e.isForeign(options.Type()) {
			w.options(options, addr.Field)
			return
		}
		w.rest(w.e.fieldKeeper(addr.X.Type(), addr.Field))
	case *ssa.Alloc:
		w.walk(addr)
	case *ssa.FreeVar:
		w.sinks++
		w.captured[addr] = true
	default:
		w.needed = true
	}
}

// closed reports whether only this package can read the variable or field.
func (e *engine) closed(v *types.Var) bool { return !v.Exported() || e.pass.Pkg.Name() == "main" }

func (w *startWalk) capture(mc *ssa.MakeClosure, v ssa.Value) {
	fn := mc.Fn.(*ssa.Function)
	if fn.Synthetic != "" {
		w.needed = true // x.Method as a value
		return
	}
	for i, b := range mc.Bindings {
		if b == v && i < len(fn.FreeVars) {
			w.sinks++
			w.captured[fn.FreeVars[i]] = true
		}
	}
}

// at is the function that a walk with alone does not leave.
func (w *startWalk) at() *ssa.Function {
	if w.call != nil {
		return w.call.Parent()
	}
	return w.fn
}

// returned follows a result to the callers, which are all in sight unless the function is exported.
func (w *startWalk) returned(ret *ssa.Return, v ssa.Value) {
	fn := ret.Parent()
	if w.alone && fn == w.at() {
		w.sinks++
		for i, r := range ret.Results {
			if r == v {
				w.results[i] = true
			}
		}
		return
	}
	calls := w.e.callers[fn]
	if len(calls) == 0 || w.e.open(fn) && w.e.pass.Pkg.Name() != "main" {
		w.needed = true
		return
	}
	index := slices.Index(ret.Results, v)
	for _, ci := range calls {
		call, ok := ci.(*ssa.Call)
		switch {
		case !ok:
		case len(ret.Results) == 1:
			w.walk(call)
		default:
			for _, ref := range *call.Referrers() {
				if x, ok := ref.(*ssa.Extract); ok && x.Index == index {
					w.walk(x)
				}
			}
		}
	}
}

// passed looks at a call that gets the object. Closing it when the program ends, and setting it up, are no needs.
func (w *startWalk) passed(call ssa.CallInstruction, v ssa.Value) {
	c := call.Common()
	if fn := body(c.StaticCallee()); fn != nil && !c.IsInvoke() {
		for i, a := range c.Args {
			if a == v && i < len(fn.Params) {
				w.walk(fn.Params[i])
			}
		}
		return
	}
	obj := callee(c)
	receiver := obj != nil && (c.IsInvoke() && c.Value == v || !c.IsInvoke() && obj.Signature().Recv() != nil && len(c.Args) > 0 && c.Args[0] == v)
	switch {
	case receiver && closeNames[obj.Name()]:
	case receiver && (strings.HasPrefix(obj.Name(), "Set") || obj.Name() == "Register"):
		w.setUp = true
		w.sinks++
	case receiver && w.entry != nil && slices.Contains(w.entry.Check, obj.Name()):
		w.setUp, w.asked = true, w.asked || !w.e.isAside(call)
		w.sinks++
	case obj != nil && strings.HasPrefix(obj.Name(), "Must") && sameResult(call, v):
		w.walk(call.Value())
	case obj != nil && w.keptBy(c, obj, v):
	default:
		w.derive(call)
	}
}

// isAside reports whether a call runs beside what comes after it: "go func() { pool.Ping() }()". Nobody waits for it.
func (e *engine) isAside(call ssa.CallInstruction) bool {
	waits := func(call ssa.CallInstruction) bool { _, aside := call.(*ssa.Go); return !aside }
	callers := e.callers[call.Parent()]
	return !waits(call) || len(callers) > 0 && !slices.ContainsFunc(callers, waits)
}

// keptBy sees a function of another package that does nothing with a parameter but to keep it.
func (w *startWalk) keptBy(c *ssa.CallCommon, obj *types.Func, v ssa.Value) bool {
	sum := w.e.fact(obj)
	if sum == nil || c.IsInvoke() || !w.e.follows(obj.Pkg()) {
		return false
	}
	found := false
	for i, a := range c.Args {
		if a != v {
			continue
		}
		j := slices.IndexFunc(sum.Params, func(f Effect) bool { return f.Index == i && len(f.Kept) > 0 })
		if j < 0 {
			return false
		}
		found = true
		for _, k := range sum.Params[j].Kept {
			w.rest(k, nil)
		}
	}
	return found
}

// derive follows what a call makes from the object: s3.NewFromConfig(cfg). If that comes to rest nowhere, the call is
// made for its own sake, and start-up needs the object.
func (w *startWalk) derive(call ssa.CallInstruction) {
	w.used = w.used || !w.e.onlyMakes(callee(call.Common()))
	before := w.sinks
	if v, ok := call.(*ssa.Call); ok && !w.seen[v] {
		derived := w.derived
		if v.Call.Signature().Results().Len() > 1 {
			w.seen[v] = true
		}
		for i := range v.Call.Signature().Results().Len() {
			if !isError(v.Call.Signature().Results().At(i).Type()) {
				w.result(v, i)
			}
		}
		w.derived = derived || w.sinks > before
	} else if ok {
		return // asked for another argument, or under way
	}
	w.needed = w.needed || w.sinks == before
}

// sameResult recognises template.Must(t, err), which gives what it is given.
func sameResult(call ssa.CallInstruction, v ssa.Value) bool {
	made := call.Value()
	return made != nil && types.Identical(made.Type(), v.Type())
}

// onlyMakes reports whether a function is known to do nothing else than to make what it returns.
func (e *engine) onlyMakes(fn *types.Func) bool {
	if fn == nil {
		return false
	}
	if sum := e.fact(fn); sum != nil && e.follows(fn.Pkg()) {
		return sum.Builds
	}
	return e.onlyReturns(fn) || e.cat.Plain(fn) != nil
}
