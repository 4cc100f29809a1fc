package routes

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/faaslint/faaslint/internal/catalog"
	"github.com/faaslint/faaslint/internal/reach"
)

// A condition is what a case of a switch says of a request.
type condition struct {
	methods []string
	path    string
	below   bool
}

// switches finds the routes of functions that look at the request by themselves:
//
//	switch e.HTTPMethod + " " + e.Path {
//	case "GET /things":
//		return list(ctx)
//	}
//
//	switch {
//	case r.Method == "GET" && r.URL.Path == "/things":
//
// and switches over the method in switches over the path. What stands in a default clause belongs to all routes.
func (f *finder) switches(n *reach.Node) (list []*Route) {
	if _, ok := n.Decl.(*ast.FuncDecl); !ok {
		return nil
	}
	s := &switcher{finder: f, node: n}
	s.walk(n.Decl, condition{})
	return s.list
}

type switcher struct {
	*finder
	node *reach.Node
	list []*Route
}

// walk looks for switches in a piece of code that runs for requests of a condition.
func (s *switcher) walk(code ast.Node, is condition) {
	ast.Inspect(code, func(n ast.Node) bool {
		sw, ok := n.(*ast.SwitchStmt)
		if !ok {
			return true
		}
		for _, c := range sw.Body.List {
			c := c.(*ast.CaseClause)
			conditions, ok := s.caseOf(sw, c, is)
			if !ok {
				for _, stmt := range c.Body {
					s.walk(stmt, is)
				}
				continue
			}
			before := len(s.list)
			if len(conditions) == 1 {
				for _, stmt := range c.Body {
					s.walk(stmt, conditions[0])
				}
			}
			if len(s.list) == before {
				s.add(c, conditions)
			}
		}
		return false
	})
}

func (s *switcher) add(c *ast.CaseClause, conditions []condition) {
	for _, is := range conditions {
		if is.path == "" && len(is.methods) == 0 {
			continue
		}
		r := &Route{Methods: is.methods, Path: is.path, below: is.below, Pos: c.Pos(), Node: s.node, Cut: c, spans: []span{{c.Pos(), c.End()}}}
		switch {
		case is.path == "":
			r.Path = "*"
		case is.below:
			r.Path += "*"
		}
		if falls(c) {
			r.Cut, r.Fixed = nil, "its case falls through"
		}
		if len(conditions) > 1 {
			r.Cut, r.Fixed = nil, "it shares its case with others"
		}
		s.list = append(s.list, r)
	}
}

func falls(c *ast.CaseClause) bool {
	if len(c.Body) == 0 {
		return false
	}
	b, ok := c.Body[len(c.Body)-1].(*ast.BranchStmt)
	return ok && b.Tok == token.FALLTHROUGH
}

// caseOf says which requests a case is for, if it asks for nothing else.
func (s *switcher) caseOf(sw *ast.SwitchStmt, c *ast.CaseClause, outer condition) (list []condition, ok bool) {
	if len(c.List) == 0 {
		return nil, false // default
	}
	for _, e := range c.List {
		is := condition{slices.Clone(outer.methods), outer.path, outer.below}
		if sw.Tag == nil {
			ok = s.compare(e, &is)
		} else {
			ok = s.equal(sw.Tag, e, &is)
		}
		if !ok {
			return nil, false
		}
		list = append(list, is)
	}
	return list, true
}

// compare reads r.Method == "GET" && r.URL.Path == "/things".
func (s *switcher) compare(e ast.Expr, is *condition) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.BinaryExpr:
		switch e.Op {
		case token.LAND:
			return s.compare(e.X, is) && s.compare(e.Y, is)
		case token.EQL:
			return s.equal(e.X, e.Y, is) || s.equal(e.Y, e.X, is)
		}
	case *ast.CallExpr:
		info := s.node.Pkg.TypesInfo
		if fn := calleeOf(info, e); fn == nil || fn.FullName() != "strings.HasPrefix" {
			return false
		}
		part, ok := s.part(e.Args[0], 0)
		text, known := s.constantText(info, e.Args[1])
		if ok && known && part == catalog.PartPath {
			is.path, is.below = text, true
			return true
		}
	}
	return false
}

func (s *switcher) equal(tag, e ast.Expr, is *condition) bool {
	part, ok := s.part(tag, 0)
	if !ok {
		return false
	}
	text, known := s.constantText(s.node.Pkg.TypesInfo, e)
	if !known {
		return false
	}
	switch part {
	case catalog.PartMethod:
		is.methods = append(is.methods, strings.ToUpper(text))
	case catalog.PartPath:
		is.path = text
	case catalog.PartBoth:
		method, path := withMethod(text)
		if method != "" {
			is.methods = append(is.methods, method)
		}
		is.path = path
	}
	return true
}

// part says what of the request an expression holds.
func (s *switcher) part(e ast.Expr, depth int) (part catalog.RoutePart, ok bool) {
	if depth > 5 {
		return 0, false
	}
	info := s.node.Pkg.TypesInfo
	switch e := ast.Unparen(e).(type) {
	case *ast.SelectorExpr:
		if sel := info.Selections[e]; sel != nil && sel.Kind() == types.FieldVal {
			if line := s.cat.RouteField(ownerOf(sel), e.Sel.Name); line != nil {
				return line.Of, true
			}
		}
	case *ast.IndexExpr:
		if key, known := s.constantText(info, e.Index); known {
			if line := s.cat.RouteKey(key); line != nil {
				return line.Of, true
			}
		}
	case *ast.TypeAssertExpr:
		return s.part(e.X, depth+1)
	case *ast.Ident:
		if vals := s.values[objectOf(info, e)]; len(vals) == 1 && vals[0].info == info {
			return s.part(vals[0].expr, depth+1)
		}
	case *ast.CallExpr:
		return s.partOfCall(e, depth)
	case *ast.BinaryExpr: // e.HTTPMethod + " " + e.Path
		left, ok := ast.Unparen(e.X).(*ast.BinaryExpr)
		if !ok || e.Op != token.ADD || left.Op != token.ADD {
			return 0, false
		}
		space, _ := s.constantText(info, left.Y)
		method, ok1 := s.part(left.X, depth+1)
		path, ok2 := s.part(e.Y, depth+1)
		if ok1 && ok2 && space == " " && method == catalog.PartMethod && path == catalog.PartPath {
			return catalog.PartBoth, true
		}
	}
	return 0, false
}

// partOfCall sees through a conversion, and through what tidies a path or a method up.
func (s *switcher) partOfCall(call *ast.CallExpr, depth int) (catalog.RoutePart, bool) {
	info := s.node.Pkg.TypesInfo
	if len(call.Args) == 0 {
		return 0, false
	}
	if info.Types[call.Fun].IsType() {
		return s.part(call.Args[0], depth+1)
	}
	fn := calleeOf(info, call)
	if fn != nil && slices.Contains([]string{"strings.ToUpper", "strings.ToLower", "strings.TrimSuffix", "strings.TrimRight", "path.Clean"}, fn.FullName()) {
		return s.part(call.Args[0], depth+1)
	}
	return 0, false
}

// ownerOf is the type that declares a selected field, also one that was promoted.
func ownerOf(sel *types.Selection) *types.TypeName {
	t := sel.Recv()
	for i, index := range sel.Index() {
		if ptr, ok := types.Unalias(t).(*types.Pointer); ok {
			t = ptr.Elem()
		}
		if i == len(sel.Index())-1 {
			break
		}
		st, ok := t.Underlying().(*types.Struct)
		if !ok {
			return types.NewTypeName(0, nil, "", nil)
		}
		t = st.Field(index).Type()
	}
	if named, ok := types.Unalias(t).(*types.Named); ok {
		return named.Origin().Obj()
	}
	return types.NewTypeName(0, nil, "", nil)
}
