package spans

import (
	"errors"
	"fmt"
	"go/ast"
	"go/types"
	"maps"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/faaslint/faaslint/internal/catalog"
	"github.com/faaslint/faaslint/rewrite"
	"github.com/faaslint/faaslint/trace"
)

// noteChecks learns from the constructors of a file which methods of their objects are part of connecting: pools dial
// when they are first asked whether they answer.
func (p *placer) noteChecks(file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		fn := p.callee(call)
		if fn == nil {
			return true
		}
		c := p.res.Costly(fn)
		if c == nil || c.Result < 0 || c.Result >= fn.Signature().Results().Len() {
			return true
		}
		built := fn.Signature().Results().At(c.Result).Type()
		for _, name := range c.Check {
			obj, _, _ := types.LookupFieldOrMethod(built, true, p.pass.Pkg, name)
			if m, ok := obj.(*types.Func); ok {
				p.checks[m.FullName()] = c.Noun(fn)
			}
		}
		return true
	})
}

// callee is the function or method, also of an interface, that a call names.
func (p *placer) callee(call *ast.CallExpr) *types.Func {
	fn, _ := typeutil.Callee(p.pass.TypesInfo, call).(*types.Func)
	return fn
}

// call places the span of one call, if it is worth one.
func (p *placer) call(cur inspector.Cursor) error {
	call := cur.Node().(*ast.CallExpr)
	fn := p.callee(call)
	if fn == nil {
		return nil
	}
	kind, name := p.classify(fn)
	if kind == "" || (kind == trace.Encode || kind == trace.Decode) && p.isCodec(cur) {
		return nil
	}
	if kind == trace.Store {
		// Of rows that are read one by one the call shows only the beginning: then the function that reads them is measured,
		// unless it is the handler itself, in which far more than that happens.
		chain := p.chain(cur)
		if f := enclosing(cur); p.lazy(chain.Node().(*ast.CallExpr)) && f != nil && p.entries[f] == "" {
			p.stores[f] = p.functionName(f)
			return nil
		}
		cur, call = chain, chain.Node().(*ast.CallExpr)
	}
	if p.done[call] {
		return nil
	}
	p.done[call] = true
	switch cur.Parent().Node().(type) {
	case *ast.GoStmt, *ast.DeferStmt:
		p.report(call.Pos(), Record{Kind: kind, Name: name, Left: "it is called by a go or defer statement"})
		return nil
	}
	start := fmt.Sprintf("%s.Start(%s, %s, %s)", Alias, p.context(call), constant(kind), strconv.Quote(name))
	edits, imports, err := p.pkg.Around(call, start)
	if refusal, ok := errors.AsType[*rewrite.Refusal](err); ok {
		p.report(call.Pos(), Record{Kind: kind, Name: name, Left: refusal.Reason})
		return nil
	}
	if err != nil {
		return err
	}
	maps.Copy(p.extra, imports)
	p.report(call.Pos(), Record{Kind: kind, Name: name}, fixes(edits, edits)...)
	return nil
}

// classify says what a call of fn spends its time on; "" is nothing worth a span.
func (p *placer) classify(fn *types.Func) (kind trace.Kind, name string) {
	if c := p.res.Costly(fn); c != nil {
		switch {
		case c.Read && c.Loses == catalog.Remote:
			return trace.Store, c.Noun(fn)
		case c.Loses == catalog.Connection || c.Loses == catalog.Remote:
			return trace.Connect, c.Noun(fn)
		}
		return trace.Create, c.Noun(fn)
	}
	if what, ok := p.checks[fn.FullName()]; ok {
		return trace.Connect, what + ": " + fn.Name()
	}
	if s := p.res.Serial(fn); s != nil {
		if s.Decodes {
			return trace.Decode, shortName(fn)
		}
		return trace.Encode, shortName(fn)
	}
	if p.res.Remote(fn) {
		return trace.Store, shortName(fn)
	}
	return "", ""
}

// constant is how instrumented code spells a kind.
func constant(kind trace.Kind) string {
	s := string(kind)
	return Alias + "." + strings.ToUpper(s[:1]) + s[1:]
}

// chain climbs from a call to those that finish it: db.QueryRow(q).Scan(&n) is one question, and asked by Scan.
func (p *placer) chain(cur inspector.Cursor) inspector.Cursor {
	for p.lazy(cur.Node().(*ast.CallExpr)) {
		sel, ok := cur.Parent().Node().(*ast.SelectorExpr)
		if !ok || sel.X != cur.Node() {
			break
		}
		outer, ok := cur.Parent().Parent().Node().(*ast.CallExpr)
		if !ok || outer.Fun != sel {
			break
		}
		cur = cur.Parent().Parent()
	}
	return cur
}

// lazy reports whether a call returns something from which its caller reads the answer bit by bit.
func (p *placer) lazy(call *ast.CallExpr) bool {
	t := p.pass.TypesInfo.TypeOf(call)
	if tuple, ok := t.(*types.Tuple); ok {
		if tuple.Len() == 0 {
			return false
		}
		t = tuple.At(0).Type()
	}
	for _, name := range []string{"Next", "Scan"} {
		obj, _, _ := types.LookupFieldOrMethod(t, true, p.pass.Pkg, name)
		if _, ok := obj.(*types.Func); ok {
			return true
		}
	}
	return false
}

// enclosing is the innermost function around a place, nil for a package variable.
func enclosing(cur inspector.Cursor) ast.Node {
	for f := range cur.Enclosing((*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)) {
		return f.Node()
	}
	return nil
}

// isCodec reports whether a place lies in a method that encoders call for each value, such as MarshalJSON: the span around
// the whole encoding includes it, and one for each value would cost more than what it measures.
func (p *placer) isCodec(cur inspector.Cursor) bool {
	for f := range cur.Enclosing((*ast.FuncDecl)(nil)) {
		decl := f.Node().(*ast.FuncDecl)
		for _, prefix := range []string{"Marshal", "Unmarshal", "Append", "Gob"} {
			if decl.Recv != nil && strings.HasPrefix(decl.Name.Name, prefix) {
				return true
			}
		}
	}
	return false
}

// function places the span of a whole function: a handler, one that reads from a store, or one that may be a handler
// for all that this package knows.
func (p *placer) function(n ast.Node) error {
	body := bodyOf(n)
	if body == nil {
		return nil
	}
	if name, ok := p.entries[n]; ok {
		return p.enter(n, body, Record{Kind: trace.Handler, Name: name})
	}
	if name, ok := p.stores[n]; ok {
		return p.enter(n, body, Record{Kind: trace.Store, Name: name})
	}
	if decl, ok := n.(*ast.FuncDecl); ok && decl.Name.IsExported() {
		fn, ok := p.pass.TypesInfo.Defs[decl.Name].(*types.Func)
		if ok && fn.Signature().Params().Len() > 0 {
			return p.enter(n, body, Record{Kind: trace.Handler, Name: p.functionName(n), Handler: fn.FullName()})
		}
	}
	return nil
}

func bodyOf(n ast.Node) *ast.BlockStmt {
	switch n := n.(type) {
	case *ast.FuncDecl:
		return n.Body
	case *ast.FuncLit:
		return n.Body
	}
	return nil
}

// enter measures a function from its first statement to its return. A context among its parameters carries the span on.
func (p *placer) enter(n ast.Node, body *ast.BlockStmt, rec Record) error {
	start := fmt.Sprintf("%s.Start(%s", Alias, p.context(body))
	if name, ok := p.contextParam(n); ok {
		start = fmt.Sprintf("%s.Enter(&%s", Alias, name)
	}
	stmt := fmt.Sprintf("defer %s, %s, %s).End()", start, constant(rec.Kind), strconv.Quote(rec.Name))
	same, err := p.pkg.Enter(body, stmt, rewrite.SameLine)
	if err != nil {
		return err
	}
	own, err := p.pkg.Enter(body, stmt, rewrite.OwnLine)
	if err != nil {
		return err
	}
	p.report(body.Pos(), rec, fixes([]analysis.TextEdit{same}, []analysis.TextEdit{own})...)
	return nil
}

// functionName names a function as a reader of its package would.
func (p *placer) functionName(n ast.Node) string {
	for _, file := range p.pass.Files {
		for _, d := range file.Decls {
			decl, ok := d.(*ast.FuncDecl)
			if !ok || n.Pos() < d.Pos() || d.End() <= n.Pos() {
				continue
			}
			name := decl.Name.Name
			if fn, ok := p.pass.TypesInfo.Defs[decl.Name].(*types.Func); ok {
				_, name, _ = strings.Cut(shortName(fn), ".")
			}
			if n == ast.Node(decl) {
				return name
			}
			return "the function literal in " + name
		}
	}
	return "a function literal"
}

// shortName is p.F or p.T.M.
func shortName(fn *types.Func) string {
	name := fn.Name()
	if recv := fn.Signature().Recv(); recv != nil {
		t := recv.Type()
		if ptr, ok := types.Unalias(t).(*types.Pointer); ok {
			t = ptr.Elem()
		}
		if n, ok := types.Unalias(t).(*types.Named); ok {
			name = n.Obj().Name() + "." + name
		}
	}
	return fn.Pkg().Name() + "." + name
}
