// Package routes finds the routes of a program and what each of them needs. Which calls register a handler is data, in
// routers.txt of the catalogue; what a handler needs is asked of the graph of declarations, package reach.
package routes

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"github.com/faaslint/faaslint/internal/catalog"
	"github.com/faaslint/faaslint/internal/reach"
)

// A Route is what one registration, or one case of a switch over requests, answers.
type Route struct {
	Methods []string // empty for all
	Path    string   // a pattern, as its router writes it; ? stands for a part that is not constant
	Open    bool     // there is such a part
	Router  string   // the package of the router that reads the pattern; none for a case of a switch
	Head    bool     // its router answers HEAD as it does GET
	Pos     token.Pos
	Node    *reach.Node // the declaration that registers it
	Cut     ast.Node    // the statement or case to leave out with the route; nil if there is no such piece
	Fixed   string      // why there is none
	Around  []Around    // what the route is registered through

	set   *reach.Set // what the route needs
	spans []span     // the code that is there for this route only
	below bool       // the path stands for all that begin with it
}

// An Around is the mount or the group of a router. When all of its routes are left out, so is it.
type Around struct {
	Node *reach.Node
	Cut  ast.Node // nil if it cannot be left out
}

type span struct{ from, to token.Pos }

func (s span) has(pos token.Pos) bool { return s.from <= pos && pos < s.to }

// String is the route as its users say it: GET /things/{id}.
func (r *Route) String() string {
	if len(r.Methods) == 0 {
		return "ANY " + r.Path
	}
	return strings.Join(r.Methods, ",") + " " + r.Path
}

// Uses are the mentions that are there for this route only.
func (r *Route) Uses() (list []reach.Use) {
	for _, u := range r.Node.Uses() {
		if r.Holds(u.Pos) {
			list = append(list, u)
		}
	}
	return list
}

// opens are the places from which the route may reach more. That middleware calls the next handler says nothing.
func (r *Route) opens(start *reach.Set) (list []reach.Open) {
	for _, o := range r.set.Opens() {
		if o.What != reach.CallsHandler || !start.Has(o.Node) {
			list = append(list, o)
		}
	}
	for _, o := range r.Node.Opens() {
		if r.Holds(o.Pos) {
			list = append(list, o)
		}
	}
	return list
}

// Holds reports whether a position is in the code that is there for this route only.
func (r *Route) Holds(pos token.Pos) bool {
	return slices.ContainsFunc(r.spans, func(s span) bool { return s.has(pos) })
}

// Match reports whether a request goes to this route, and how exactly its path says so: the more exact of two routes
// answers.
func (r *Route) Match(method, path string) (exact int, ok bool) {
	if len(r.Methods) > 0 && !slices.Contains(r.Methods, method) {
		return 0, false
	}
	return r.matchPath(path)
}

// The patterns of all routers are matched alike: {name}, {name:expression}, :name and * stand for a segment, and
// {name...}, {name+}, and a * at the end, for all that follows. What a router's expressions refuse counts all the same.
func (r *Route) matchPath(path string) (exact int, ok bool) {
	pattern := r.Path
	if i := strings.IndexByte(pattern, '/'); i > 0 {
		pattern = pattern[i:] // after a host
	}
	if pattern, ok = strings.CutSuffix(pattern, "{$}"); ok {
		return 3 * len(pattern), path == pattern
	}
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	for i, segment := range want {
		last := i == len(want)-1
		if last && (isRest(segment) || r.below && segment == "") {
			return exact, len(got) > i || len(got) == i && segment != ""
		}
		if i >= len(got) {
			return 0, false
		}
		switch {
		case isParam(segment):
			if last && got[i] == "" { // within a path some routers let it be empty
				return 0, false
			}
			exact++
		case segment == got[i]:
			exact += 3
		default:
			return 0, false
		}
	}
	return exact, len(got) == len(want)
}

func isParam(segment string) bool {
	return segment == "*" || strings.HasPrefix(segment, ":") || strings.HasPrefix(segment, "{") || strings.Contains(segment, "?")
}

func isRest(segment string) bool {
	return strings.HasPrefix(segment, "*") || strings.HasSuffix(segment, "...}") || strings.HasSuffix(segment, "+}")
}

// Owner is the route that answers a request, nil if none does. A path that has routes for other methods only belongs to
// the first of these, which refuses it.
func Owner(list []*Route, method, path string) *Route {
	var best *Route
	most := -1
	for _, methods := range []bool{true, false} {
		for _, r := range list {
			exact, ok := r.matchPath(path)
			if methods {
				exact, ok = r.Match(method, path)
			}
			if ok && exact > most {
				best, most = r, exact
			}
		}
		if best != nil {
			return best
		}
	}
	return nil
}

// join puts a path below a prefix.
func join(prefix, path string) string {
	if prefix == "" || path == "" {
		return prefix + path
	}
	return strings.TrimSuffix(prefix, "/") + "/" + strings.TrimPrefix(path, "/")
}

// withMethod takes the method off a pattern such as "GET /things".
func withMethod(pattern string) (method, path string) {
	before, after, ok := strings.Cut(pattern, " ")
	upper := strings.ToUpper(before) // OpenWhisk has methods in lower case
	if !ok || before == "" || strings.Trim(upper, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return "", pattern
	}
	return upper, strings.TrimLeft(after, " ")
}

// IsHandler says for package reach which methods serve requests: those with the type of a handler, except where they
// have the name by which an interface of the platform calls them.
func IsHandler(n *reach.Node) bool {
	d, ok := n.Decl.(*ast.FuncDecl)
	if !ok || slices.Contains([]string{"ServeHTTP", "Invoke", "Handle"}, d.Name.Name) || len(n.Objs) == 0 {
		return false
	}
	shape := shapeOf(n.Objs[0])
	return slices.ContainsFunc(catalog.Default().Shapes(), func(h *catalog.Handler) bool { return slices.Contains(h.Shapes, shape) })
}

// kindOf says what a declaration is, in a word.
func kindOf(n *reach.Node) string {
	switch d := n.Decl.(type) {
	case *ast.FuncDecl:
		if d.Recv != nil {
			return "method"
		}
		return "function"
	case *ast.TypeSpec:
		if _, ok := d.Type.(*ast.StructType); ok {
			return "struct"
		}
		return "type"
	case *ast.ImportSpec:
		return "import"
	}
	return "variable"
}
