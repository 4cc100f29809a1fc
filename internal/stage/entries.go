package stage

import (
	"cmp"
	"go/ast"
	"go/types"
	"iter"
	"slices"

	"github.com/faaslint/faaslint/internal/catalog"
)

// An Entry is a function that a platform calls for each request.
type Entry struct {
	Name string
	Func *types.Func // nil for a literal
	Node ast.Node    // its *ast.FuncDecl or *ast.FuncLit; nil for a function of another package
}

// Entries yields the handlers that this package declares or registers, each once: first its own in source order, then
// those of other packages by name.
func (r *Result) Entries() iter.Seq[Entry] {
	var out []Entry
	if r.e == nil {
		return slices.Values(out)
	}
	seen := map[any]bool{}
	for _, root := range r.e.roots {
		entry := Entry{Name: root.name, Func: root.t.obj}
		if root.t.fn != nil {
			entry.Node = root.t.fn.Syntax()
		}
		key := any(entry.Node)
		if entry.Node == nil {
			key = entry.Func
		}
		if entry.Node == nil && entry.Func == nil || seen[key] {
			continue // made by another package, which knows better where
		}
		seen[key] = true
		out = append(out, entry)
	}
	slices.SortFunc(out, func(a, b Entry) int {
		if a.Node == nil || b.Node == nil {
			return cmp.Or(cmp.Compare(btoi(a.Node == nil), btoi(b.Node == nil)), cmp.Compare(a.Name, b.Name))
		}
		return cmp.Compare(a.Node.Pos(), b.Node.Pos())
	})
	return slices.Values(out)
}

// Platforms lists for which platforms a main package registers handlers, itself or by way of another package, sorted. For a
// server of its own that is "http".
func (r *Result) Platforms() (out []string) {
	if r.e == nil || r.pass.Pkg.Name() != "main" {
		return nil
	}
	for _, root := range r.e.roots {
		out = append(out, root.as.Platform)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Costly is what the catalogue or a directive, here or in another package, says of a function; nil if nothing.
func (r *Result) Costly(fn *types.Func) *catalog.Costly {
	if r.e == nil {
		return nil
	}
	return locked(r, func() *catalog.Costly { return r.e.costly(fn.Origin()) })
}

// Remote reports whether calling fn waits for another system.
func (r *Result) Remote(fn *types.Func) bool {
	if r.e == nil {
		return false
	}
	a := r.e.cat.Ambient(fn)
	return a != nil && a.Remote
}

// Serial is what the catalogue says of a function that encodes or decodes; nil if nothing.
func (r *Result) Serial(fn *types.Func) *catalog.Serial {
	if r.e == nil {
		return nil
	}
	return r.e.cat.Serial(fn)
}
