package stage

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// longText is how long a constant must be for its decoding to be worth a word: a few lines take a microsecond or two.
const longText = 512

// decoding is what a call costs that decodes bytes which come with the program:
//
//	//go:embed units.json
//	var text []byte
//	…
//	err := json.Unmarshal(text, &units)
//
// Most calls decode what a request sends, and bytes from elsewhere may change: those are silent.
func (e *engine) decoding(call ssa.CallInstruction, obj *types.Func) (Op, bool) {
	c := call.Common()
	serial := e.cat.Serial(obj)
	if serial == nil || serial.What == "" || len(c.Args) == 0 || !e.comesWithProgram(c.Args[0], map[ssa.Value]bool{}) {
		return Op{}, false
	}
	return Op{
		Symbol: obj.FullName(), What: serial.What, Decodes: true,
		Dep: e.dep(c.Args[0]).at(Init), Via: []Frame{e.frameOf(call, call.Pos())},
	}, true
}

// comesWithProgram reports whether v is embedded, or a long constant.
func (e *engine) comesWithProgram(v ssa.Value, seen map[ssa.Value]bool) bool {
	if seen[v] {
		return true // a cycle adds nothing
	}
	seen[v] = true
	all := func(vs []ssa.Value) bool {
		return len(vs) > 0 && !slices.ContainsFunc(vs, func(v ssa.Value) bool { return !e.comesWithProgram(v, seen) })
	}
	switch v := v.(type) {
	case *ssa.Const:
		return len(constString(v)) >= longText
	case *ssa.Convert:
		return e.comesWithProgram(v.X, seen)
	case *ssa.ChangeType:
		return e.comesWithProgram(v.X, seen)
	case *ssa.Slice:
		return e.comesWithProgram(v.X, seen)
	case *ssa.Phi:
		return all(v.Edges)
	case *ssa.Extract:
		return e.comesWithProgram(v.Tuple, seen)
	case *ssa.UnOp:
		switch x := v.X.(type) {
		case *ssa.Global:
			obj, ok := x.Object().(*types.Var)
			return ok && e.embedded(obj) || all(storedValues(e.globals[x]))
		case *ssa.Alloc:
			return all(storedValues(directStores(x)))
		}
	case *ssa.Call:
		obj := callee(v.Common())
		switch {
		case obj == nil:
		case obj.FullName() == "(embed.FS).ReadFile":
			return true
		case obj.FullName() == "io/fs.ReadFile":
			mi, ok := v.Call.Args[0].(*ssa.MakeInterface)
			return ok && typeKey(mi.X.Type()) == "embed.FS"
		}
	}
	return false
}

func storedValues(stores []*ssa.Store) (vs []ssa.Value) {
	for _, s := range stores {
		vs = append(vs, s.Val)
	}
	return vs
}

// embedded reports whether a package variable gets its content from a //go:embed directive.
func (e *engine) embedded(v *types.Var) bool {
	if e.embeds == nil {
		e.embeds = map[types.Object]bool{}
		for _, file := range e.pass.Files {
			for _, decl := range file.Decls {
				if gen, ok := decl.(*ast.GenDecl); ok && gen.Tok == token.VAR {
					e.noteEmbeds(gen)
				}
			}
		}
	}
	return e.embeds[v]
}

func (e *engine) noteEmbeds(gen *ast.GenDecl) {
	for _, spec := range gen.Specs {
		spec := spec.(*ast.ValueSpec)
		for _, doc := range []*ast.CommentGroup{gen.Doc, spec.Doc} {
			if doc == nil || !slices.ContainsFunc(doc.List, func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//go:embed ") }) {
				continue
			}
			for _, name := range spec.Names {
				e.embeds[e.pass.TypesInfo.Defs[name]] = true
			}
		}
	}
}
