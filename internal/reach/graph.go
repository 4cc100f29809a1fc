package reach

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"
)

// A Node is the smallest piece of a source file that is kept or left out: a function or method, a type, the variables
// or constants of one specification, a whole group of constants that counts with iota, or an import for its effect.
type Node struct {
	Pkg  *packages.Package
	File *ast.File
	Decl ast.Node // *ast.FuncDecl, *ast.TypeSpec, *ast.ValueSpec, *ast.GenDecl or *ast.ImportSpec
	Objs []types.Object
	Name string // as a reader of the program says it: store.Open, store.Cassandra.Close
	Root Root

	uses    []Use
	opens   []Open
	shapes  []shape // method: its own; type: those of the interfaces in it
	methods []*Node // of the type
	handler bool
}

// A Use is one mention of an object in a node.
type Use struct {
	Pos  token.Pos
	Node *Node  // what is mentioned, if it is our own
	Path string // otherwise the package that it is of
	Name string // and its name there: Session.Query
}

// An Open is a place from which a node may get to code that it does not mention.
type Open struct {
	Pos  token.Pos
	What string // "a method is looked up by reflection"
	Node *Node
}

// CallsHandler is what middleware and dispatchers do: which handler, nothing in them says.
const CallsHandler = "another handler is called"

// Root says why a node runs, or may run, whatever requests come.
type Root uint8

const (
	NotRoot Root = iota
	MainFunc
	InitFunc
	Variable // its initialiser may do more than compute a value
	Blank    // an import for its effect
)

func (r Root) String() string {
	return [...]string{"", "main", "init", "package variable", "import for its effect"}[r]
}

// Nodes are all declarations, in the order of packages and sources.
func (p *Program) Nodes() []*Node { return p.sorted }

// NodeOf is the node that declares an object, nil for one that is local or of another module.
func (p *Program) NodeOf(obj types.Object) *Node { return p.nodes[origin(obj)] }

// Roots are the nodes that every instance runs at its start.
func (p *Program) Roots() (list []*Node) {
	for _, n := range p.sorted {
		if n.Root != NotRoot {
			list = append(list, n)
		}
	}
	return list
}

// Uses are the mentions in a node, in the order of the source.
func (n *Node) Uses() []Use { return n.uses }

// Opens are the places in a node from which more may be reached than it mentions.
func (n *Node) Opens() []Open { return n.opens }

// Pos is where the node is declared.
func (n *Node) Pos() token.Pos {
	switch d := n.Decl.(type) {
	case *ast.FuncDecl:
		return d.Name.Pos()
	case *ast.GenDecl:
		return d.TokPos
	}
	return n.Decl.Pos()
}

// IsMain reports whether a function is the program's entry: main, or Main of an OpenWhisk action without main.
func (p *Program) isMain(n *Node) bool {
	d, ok := n.Decl.(*ast.FuncDecl)
	if !ok || d.Recv != nil || n.Pkg != p.Main {
		return false
	}
	if p.Action() {
		return d.Name.Name == "Main"
	}
	return d.Name.Name == "main"
}

// Action reports whether the main package is an action that has Main, and gets its func main from the platform.
func (p *Program) Action() bool {
	scope := p.Main.Types.Scope()
	return scope.Lookup("main") == nil && scope.Lookup("Main") != nil
}

func (p *Program) makeGraph(isHandler func(*Node) bool) {
	p.nodes = map[any]*Node{}
	for _, pkg := range p.Own {
		for _, f := range pkg.Syntax {
			for _, d := range f.Decls {
				p.declare(pkg, f, d)
			}
		}
	}
	for _, n := range p.sorted {
		p.readUses(n)
		switch {
		case p.isMain(n):
			n.Root = MainFunc
		case n.Root == NotRoot:
			n.Root = rootOf(n)
		}
	}
	for _, n := range p.sorted {
		d, ok := n.Decl.(*ast.FuncDecl)
		if !ok || d.Recv == nil {
			continue
		}
		n.handler = isHandler != nil && isHandler(n)
		fn, _ := n.Objs[0].(*types.Func)
		if fn == nil {
			continue
		}
		if t := receiver(fn); t != nil && p.nodes[t] != nil {
			p.nodes[t].methods = append(p.nodes[t].methods, n)
		}
	}
}

// receiver is the type that a method is declared on.
func receiver(fn *types.Func) types.Object {
	recv := fn.Signature().Recv()
	if recv == nil {
		return nil
	}
	t := types.Unalias(recv.Type())
	if ptr, ok := t.(*types.Pointer); ok {
		t = types.Unalias(ptr.Elem())
	}
	if named, ok := t.(*types.Named); ok {
		return named.Origin().Obj()
	}
	return nil
}

func (p *Program) declare(pkg *packages.Package, f *ast.File, d ast.Decl) {
	add := func(decl ast.Node, names ...*ast.Ident) *Node {
		n := &Node{Pkg: pkg, File: f, Decl: decl}
		for _, id := range names {
			if obj := pkg.TypesInfo.Defs[id]; obj != nil {
				n.Objs = append(n.Objs, obj)
				p.nodes[obj] = n
			}
		}
		if len(names) > 0 {
			n.Name = nodeName(pkg, decl, names)
		}
		p.sorted = append(p.sorted, n)
		return n
	}
	switch d := d.(type) {
	case *ast.FuncDecl:
		add(d, d.Name)
	case *ast.GenDecl:
		if d.Tok == token.CONST && counts(d) {
			var names []*ast.Ident
			for _, s := range d.Specs {
				names = append(names, s.(*ast.ValueSpec).Names...)
			}
			add(d, names...)
			return
		}
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				add(s, s.Name)
			case *ast.ValueSpec:
				add(s, s.Names...)
			case *ast.ImportSpec:
				if s.Name != nil && s.Name.Name == "_" {
					p.blankImport(add(s), s)
				}
			}
		}
	}
}

// blankImport makes a root of an import for its effect. Of our own packages the roots are roots anyway.
func (p *Program) blankImport(n *Node, s *ast.ImportSpec) {
	path, _ := strconv.Unquote(s.Path.Value)
	n.Name, n.Root = "import _ "+s.Path.Value, Blank
	if path != "embed" && !p.IsOwn(path) {
		n.uses = append(n.uses, Use{Pos: s.Pos(), Path: path, Name: "init"})
	}
}

// counts reports whether the values of constants depend on their place in the group.
func counts(d *ast.GenDecl) (yes bool) {
	for _, s := range d.Specs {
		if len(s.(*ast.ValueSpec).Values) == 0 {
			return true
		}
	}
	ast.Inspect(d, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == "iota" {
			yes = true
		}
		return !yes
	})
	return yes
}

func nodeName(pkg *packages.Package, decl ast.Node, names []*ast.Ident) string {
	name := names[0].Name
	if d, ok := decl.(*ast.FuncDecl); ok && d.Recv != nil && len(d.Recv.List) > 0 {
		t := d.Recv.List[0].Type
		for done := false; !done; {
			switch x := t.(type) {
			case *ast.StarExpr:
				t = x.X
			case *ast.ParenExpr:
				t = x.X
			case *ast.IndexExpr:
				t = x.X
			case *ast.IndexListExpr:
				t = x.X
			default:
				done = true
			}
		}
		if id, ok := t.(*ast.Ident); ok {
			name = id.Name + "." + name
		}
	}
	return pkg.Types.Name() + "." + name
}

func (p *Program) readUses(n *Node) {
	info := n.Pkg.TypesInfo
	ast.Inspect(n.Decl, func(x ast.Node) bool {
		switch x := x.(type) {
		case *ast.Ident:
			if u, ok := p.use(n, info.Uses[x]); ok {
				u.Pos = x.Pos()
				n.uses = append(n.uses, u)
			}
		case *ast.InterfaceType:
			n.shapes = append(n.shapes, interfaceShapes(x)...)
		case *ast.TypeAssertExpr:
			if x.Type != nil {
				if _, ok := info.TypeOf(x.Type).Underlying().(*types.Signature); ok {
					n.opens = append(n.opens, Open{Pos: x.Pos(), What: "a function is taken out of an interface", Node: n})
				}
			}
		case *ast.CallExpr:
			if what := openCall(info, x); what != "" {
				n.opens = append(n.opens, Open{Pos: x.Pos(), What: what, Node: n})
			}
		}
		return true
	})
	if d, ok := n.Decl.(*ast.FuncDecl); ok && d.Recv != nil {
		n.shapes = append([]shape{methodShape(d.Name.Name, d.Type)}, n.shapes...)
	}
}

// use is what a mention of an object leads to. Names that are local, or of fields of our own types, lead nowhere.
func (p *Program) use(from *Node, obj types.Object) (Use, bool) {
	obj = origin(obj)
	if obj == nil || obj.Pkg() == nil {
		return Use{}, false
	}
	if _, isImport := obj.(*types.PkgName); isImport {
		return Use{}, false
	}
	if to := p.nodes[obj]; to != nil {
		return Use{Node: to}, to != from
	}
	if p.IsOwn(obj.Pkg().Path()) {
		return Use{}, false
	}
	return Use{Path: obj.Pkg().Path(), Name: foreignName(obj)}, true
}

func foreignName(obj types.Object) string {
	if fn, ok := obj.(*types.Func); ok {
		if t := receiver(fn); t != nil {
			return t.Name() + "." + fn.Name()
		}
	}
	return obj.Name()
}

func origin(obj types.Object) types.Object {
	switch o := obj.(type) {
	case *types.Func:
		return o.Origin()
	case *types.Var:
		return o.Origin()
	}
	return obj
}

// openCall says what a call may reach that nothing mentions.
func openCall(info *types.Info, call *ast.CallExpr) string {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	fn, ok := info.Uses[sel.Sel].(*types.Func)
	if !ok || fn.Pkg() == nil {
		return ""
	}
	switch fn.Origin().FullName() {
	case "(reflect.Value).MethodByName", "(reflect.Type).MethodByName", "(reflect.Value).Method", "(reflect.Type).Method":
		return "a method is looked up by reflection"
	case "(reflect.Value).Call", "(reflect.Value).CallSlice":
		return "a function is called by reflection"
	case "plugin.Open", "(*plugin.Plugin).Lookup":
		return "code is loaded while the program runs (plugin)"
	case "(net/http.Handler).ServeHTTP":
		return CallsHandler
	}
	return ""
}

// rootOf says whether a declaration runs at every start.
func rootOf(n *Node) Root {
	switch d := n.Decl.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil && d.Name.Name == "init" {
			return InitFunc
		}
	case *ast.ValueSpec:
		if slices.ContainsFunc(d.Values, func(e ast.Expr) bool { return mayAct(n.Pkg.TypesInfo, e) }) {
			return Variable
		}
	}
	return NotRoot
}

// Refusals lists what in the program's own files forbids to leave out declarations: they may be used where no Go code
// mentions them.
func (p *Program) Refusals() (list []Open) {
	for _, pkg := range p.Own {
		for _, name := range pkg.OtherFiles {
			if strings.HasSuffix(name, ".s") {
				list = append(list, Open{Pos: pkg.Syntax[0].Package, What: "package " + pkg.PkgPath + " has assembly"})
			}
		}
		for _, f := range pkg.Syntax {
			for _, s := range f.Imports {
				if s.Path.Value == `"C"` {
					list = append(list, Open{Pos: s.Pos(), What: "cgo"})
				}
			}
			for _, g := range f.Comments {
				for _, c := range g.List {
					if strings.HasPrefix(c.Text, "//go:linkname ") || strings.HasPrefix(c.Text, "//export ") {
						list = append(list, Open{Pos: c.Pos(), What: strings.Fields(c.Text)[0]})
					}
				}
			}
		}
	}
	for _, n := range p.sorted {
		for _, o := range n.opens {
			if strings.Contains(o.What, "looked up by reflection") || strings.Contains(o.What, "plugin") {
				list = append(list, o)
			}
		}
	}
	return list
}
