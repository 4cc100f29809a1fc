package stage

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/faaslint/faaslint/internal/catalog"
)

// An engine answers questions about one package. It is made for one pass and thrown away with it.
type engine struct {
	pass    *analysis.Pass
	cat     *catalog.Catalog
	pkg     *ssa.Package
	modules []string // of the code that is analysed

	funcs       []*ssa.Function                         // source functions and their literals, without test files, in source order
	invokes     map[string][]ssa.CallInstruction        // calls through an interface, by the method's name
	callers     map[*ssa.Function][]ssa.CallInstruction // static calls inside the package
	makers      map[*ssa.Function][]*ssa.MakeClosure    // where a literal gets its captured variables
	fields      map[fieldKey][]*ssa.Store               // stores to a field of any struct of a type
	globals     map[*ssa.Global][]*ssa.Store            // stores to a package variable
	inside      map[*ssa.Global][]write                 // what is stored inside what a package variable holds
	maps        map[string][]*ssa.MapUpdate             // updates of any map of a type
	elems       map[string][]*ssa.Store                 // stores to elements of slices and arrays, by element type
	fieldReads  map[fieldKey][]ssa.Value                // what is read from a field of any struct of a type
	elemReads   map[string][]ssa.Value                  // what is read from slices, arrays and maps, by element type
	leak        map[*ssa.Function]leak                  // what functions give out of what they are given
	tests       map[*ssa.Global]bool                    // package variables that a test file assigns
	testEnv     map[string]bool                         // environment variables that a test file sets; "" for all
	dirs        map[*types.Func]*catalog.Costly         // functions with a costly directive
	handlerDirs map[*types.Func]*catalog.Handler        // functions with a handler directive

	deps   *solver
	walks  map[firstName]*storeWalk
	names  nameSets
	sums   map[*ssa.Function]*Summary
	facts  map[*types.Func]*Summary
	reach  map[*ssa.BasicBlock]map[*ssa.BasicBlock]bool
	frames map[ssa.Instruction]Frame
	sites  map[string]ssa.Instruction // by siteKey, the operations of this package

	needed        *needs
	fills         []Fill                // what the package puts into interfaces, as far as that reads keepers
	setenvs       []ssa.CallInstruction // os.Setenv
	roots         []root
	made          []Impl                   // what the package puts into interfaces
	handlerParams map[*ssa.Parameter]route // parameters that become handlers
	serving       map[*ssa.Function]bool   // functions that handlers reach
	starting      map[*ssa.Function]bool   // functions that run before the first request
	owners        map[*types.TypeName]bool // see handlerOwners; nil in a package at the top of the program
	registering   route                    // by which the arguments that are followed are registered
	perRequest    bool                     // the package has handlers that get a process for each request
	calls         map[token.Pos]*ast.CallExpr
	fieldLoads    map[*types.Var][]ssa.Value
	embeds        map[types.Object]bool // package variables that hold embedded files
	sharing       sharing
	callAt        map[Frame]ssa.CallInstruction
	files         map[string]*token.File
	root          string // the folder of the module, or of GOPATH mode

	typeKeys map[types.Type]string
	ends     map[ssa.Value][]ssa.Value // origins, once the package is indexed
}

type fieldKey struct {
	typ   string
	index int
}

func newEngine(pass *analysis.Pass, cat *catalog.Catalog, pkg *ssa.Package) *engine {
	e := &engine{
		pass: pass, cat: cat, pkg: pkg,
		callers: map[*ssa.Function][]ssa.CallInstruction{},
		invokes: map[string][]ssa.CallInstruction{},
		makers:  map[*ssa.Function][]*ssa.MakeClosure{},
		fields:  map[fieldKey][]*ssa.Store{},
		globals: map[*ssa.Global][]*ssa.Store{},
		inside:  map[*ssa.Global][]write{},
		maps:    map[string][]*ssa.MapUpdate{},
		elems:   map[string][]*ssa.Store{},
		tests:   map[*ssa.Global]bool{},
		testEnv: map[string]bool{},
		dirs:    map[*types.Func]*catalog.Costly{},
		deps:    newSolver(),
		walks:   map[firstName]*storeWalk{},
		leak:    map[*ssa.Function]leak{},

		fieldReads: map[fieldKey][]ssa.Value{},
		elemReads:  map[string][]ssa.Value{},
		sums:       map[*ssa.Function]*Summary{},
		facts:      map[*types.Func]*Summary{},
		reach:      map[*ssa.BasicBlock]map[*ssa.BasicBlock]bool{},
		frames:     map[ssa.Instruction]Frame{},
		sites:      map[string]ssa.Instruction{},

		handlerDirs:   map[*types.Func]*catalog.Handler{},
		handlerParams: map[*ssa.Parameter]route{},
		serving:       map[*ssa.Function]bool{},
		starting:      map[*ssa.Function]bool{},
		callAt:        map[Frame]ssa.CallInstruction{},

		sharing: newSharing(),

		typeKeys: map[types.Type]string{},
	}
	e.index()
	e.ends = map[ssa.Value][]ssa.Value{}
	return e
}

// index walks the package once and notes who calls, stores and captures what.
func (e *engine) index() {
	for _, fn := range sourceFuncs(e.pass, e.pkg) {
		if e.inTest(fn.Pos()) {
			e.indexTest(fn)
			continue
		}
		e.funcs = append(e.funcs, fn)
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				e.indexInstr(instr)
			}
		}
	}
}

func (e *engine) indexInstr(instr ssa.Instruction) {
	switch instr := instr.(type) {
	case *ssa.Store:
		e.indexStore(instr)
	case *ssa.MapUpdate:
		key := e.typeKey(instr.Map.Type())
		e.maps[key] = append(e.maps[key], instr)
		e.indexInside(instr.Map, instr.Parent(), instr.Value)
	case *ssa.MakeClosure:
		fn := instr.Fn.(*ssa.Function)
		e.makers[fn] = append(e.makers[fn], instr)
	default:
		if v, ok := instr.(ssa.Value); ok && mayHold(v.Type()) {
			e.indexRead(v)
		}
	}
	if call, ok := instr.(ssa.CallInstruction); ok {
		if obj := callee(call.Common()); obj != nil && obj.FullName() == "os.Setenv" {
			e.setenvs = append(e.setenvs, call)
		}
		if m := call.Common().Method; m != nil {
			e.invokes[m.Name()] = append(e.invokes[m.Name()], call)
		}
		if fn := body(call.Common().StaticCallee()); fn != nil {
			e.callers[fn] = append(e.callers[fn], call)
		}
	}
}

// indexRead notes what is read from a field or an element.
func (e *engine) indexRead(v ssa.Value) {
	elem := false
	switch v := v.(type) {
	case *ssa.UnOp:
		if addr, ok := v.X.(*ssa.FieldAddr); ok {
			e.fieldReads[e.keyOf(addr)] = append(e.fieldReads[e.keyOf(addr)], v)
		}
		_, elem = v.X.(*ssa.IndexAddr)
	case *ssa.Field:
		key := fieldKey{e.typeKey(v.X.Type()), v.Field}
		e.fieldReads[key] = append(e.fieldReads[key], v)
	case *ssa.Lookup, *ssa.Index:
		elem = true
	case *ssa.Extract:
		switch v.Tuple.(type) {
		case *ssa.Lookup, *ssa.Next:
			elem = true
		}
	}
	if elem {
		key := e.typeKey(v.Type())
		e.elemReads[key] = append(e.elemReads[key], v)
	}
}

func (e *engine) indexStore(s *ssa.Store) {
	switch addr := s.Addr.(type) {
	case *ssa.Global:
		e.globals[addr] = append(e.globals[addr], s)
	case *ssa.FieldAddr:
		key := e.keyOf(addr)
		e.fields[key] = append(e.fields[key], s)
		e.indexInside(addr.X, s.Parent(), s.Val)
	case *ssa.IndexAddr:
		key := e.typeKey(s.Val.Type())
		e.elems[key] = append(e.elems[key], s)
		e.indexInside(addr.X, s.Parent(), s.Val)
	}
}

// A write stores a value somewhere inside a package variable.
type write struct {
	fn  *ssa.Function
	val ssa.Value
}

// indexInside notes limits.tenant = v, hosts["a"] = v and the like.
func (e *engine) indexInside(base ssa.Value, fn *ssa.Function, val ssa.Value) {
	for {
		switch x := base.(type) {
		case *ssa.Global:
			e.inside[x] = append(e.inside[x], write{fn, val})
			return
		case *ssa.FieldAddr:
			base = x.X
		case *ssa.IndexAddr:
			base = x.X
		case *ssa.UnOp:
			base = x.X
		default:
			return
		}
	}
}

// indexTest notes what a test replaces: package variables and environment variables.
func (e *engine) indexTest(fn *ssa.Function) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.Store:
				if g, ok := instr.Addr.(*ssa.Global); ok {
					e.tests[g] = true
				}
			case ssa.CallInstruction:
				callee := callee(instr.Common())
				if callee == nil || callee.Name() != "Setenv" {
					continue
				}
				args := instr.Common().Args
				key := ""
				if len(args) >= 2 {
					if c, ok := args[len(args)-2].(*ssa.Const); ok {
						key = constString(c)
					}
				}
				e.testEnv[key] = true
			}
		}
	}
}

// sourceFuncs lists the functions that the package's source declares, with their literals, in source order, and the
// package initialiser last: it holds the initialisers of package variables.
func sourceFuncs(pass *analysis.Pass, pkg *ssa.Package) []*ssa.Function {
	var funcs []*ssa.Function
	var add func(fn *ssa.Function)
	add = func(fn *ssa.Function) {
		funcs = append(funcs, fn)
		for _, anon := range fn.AnonFuncs {
			add(anon)
		}
	}
	for _, file := range pass.Files {
		for _, decl := range file.Decls {
			decl, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			obj, ok := pass.TypesInfo.Defs[decl.Name].(*types.Func)
			if !ok {
				continue
			}
			if fn := pkg.Prog.FuncValue(obj); fn != nil {
				add(fn)
			}
		}
	}
	if init := pkg.Func("init"); init != nil {
		add(init)
	}
	return funcs
}

func (e *engine) inTest(pos token.Pos) bool {
	if !pos.IsValid() {
		return false
	}
	return strings.HasSuffix(e.pass.Fset.Position(pos).Filename, "_test.go")
}

// body is the function whose blocks say what fn does: a generic function for its instances, nil for another package's.
func body(fn *ssa.Function) *ssa.Function {
	if fn == nil {
		return nil
	}
	if o := fn.Origin(); o != nil {
		fn = o
	}
	if len(fn.Blocks) == 0 {
		return nil
	}
	return fn
}

// callee is the function that a call names, nil for a call through a value. For a method of an interface it is the
// interface's method.
func callee(c *ssa.CallCommon) *types.Func {
	if c.IsInvoke() {
		return c.Method
	}
	if fn := c.StaticCallee(); fn != nil {
		return objectOf(fn)
	}
	return nil
}

// objectOf is the declared function behind fn, nil for a literal.
func objectOf(fn *ssa.Function) *types.Func {
	if o := fn.Origin(); o != nil {
		fn = o
	}
	obj, _ := fn.Object().(*types.Func)
	if obj != nil {
		obj = obj.Origin()
	}
	return obj
}

func (e *engine) keyOf(addr *ssa.FieldAddr) fieldKey {
	return fieldKey{e.typeKey(addr.X.Type()), addr.Field}
}

// typeKey remembers the keys, which are asked for at each step through a field.
func (e *engine) typeKey(t types.Type) string {
	key, ok := e.typeKeys[t]
	if !ok {
		key = typeKey(t)
		e.typeKeys[t] = key
	}
	return key
}

// typeKey spells a type so that equal types have equal keys, without pointers and type arguments.
func typeKey(t types.Type) string {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		t = n.Origin()
	}
	return types.TypeString(t, nil)
}

func isContext(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "context" && n.Obj().Name() == "Context"
}

func isError(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

// frameOf is where an instruction stands.
func (e *engine) frameOf(instr ssa.Instruction, pos token.Pos) Frame {
	if f, ok := e.frames[instr]; ok {
		return f
	}
	p := e.pass.Fset.Position(pos)
	f := Frame{Func: fullName(instr.Parent()), Pkg: e.pass.Pkg.Path(), File: base(p.Filename), Line: p.Line}
	e.frames[instr] = f
	if call, ok := instr.(ssa.CallInstruction); ok && e.callAt[f] == nil {
		e.callAt[f] = call
	}
	return f
}

// fullName names a function as types.Func.FullName does; a literal is named after the function around it.
func fullName(fn *ssa.Function) string {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	if obj := objectOf(fn); obj != nil {
		return obj.FullName()
	}
	return fn.String()
}

func base(name string) string { return name[strings.LastIndexAny(name, `/\`)+1:] }

func paramIndex(p *ssa.Parameter) int { return slices.Index(p.Parent().Params, p) }
func freeIndex(f *ssa.FreeVar) int {
	return len(f.Parent().Params) + slices.Index(f.Parent().FreeVars, f)
}
