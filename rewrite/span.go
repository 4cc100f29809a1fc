package rewrite

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// A Layout is how inserted text lies in a file.
type Layout uint8

const (
	SameLine Layout = iota // no line moves, so that what a panic prints still names the lines of the original
	OwnLine                // as gofmt has it
)

// A SpanPackage inserts the calls of a tracing library: text goes in, and nothing that was there changes.
type SpanPackage struct {
	*Package
	Alias string // the name under which files import the library; a file that uses the name already is refused
	Path  string // import path of the library
}

// Editable returns a *Refusal for a file that must be left alone.
func (p *SpanPackage) Editable(file *ast.File) error {
	if err := p.editable(file, file.Package); err != nil {
		return err
	}
	taken := names{}
	taken.add(file)
	if taken[p.Alias] {
		return refuse(Shadowed, file.Package, "%s uses the name %s", p.base(file), p.Alias)
	}
	return nil
}

func (p *SpanPackage) base(file *ast.File) string {
	return filepath.Base(p.Fset.Position(file.Package).Filename)
}

// Import returns the edit that imports a package under a name: the library, or one that Around asks for.
func (p *SpanPackage) Import(file *ast.File, name, path string, layout Layout) (analysis.TextEdit, error) {
	text, tok, err := p.text(file)
	if err != nil {
		return analysis.TextEdit{}, err
	}
	at, nl := file.Name.End(), newline(text)
	gap := nl + nl
	if layout == OwnLine {
		for _, d := range file.Decls {
			if gen, ok := d.(*ast.GenDecl); ok && gen.Tok == token.IMPORT {
				at, gap = gen.End(), nl
			}
		}
	}
	spec := "import " + name + " " + strconv.Quote(path)
	if end, free := restOfLine(text, tok.Offset(at)); layout == OwnLine && free {
		return insert(tok.Pos(end), gap+spec), nil
	}
	return insert(at, "; "+spec), nil
}

// Enter returns the edit that makes stmt the first statement of a function's body.
func (p *SpanPackage) Enter(body *ast.BlockStmt, stmt string, layout Layout) (analysis.TextEdit, error) {
	file := p.file(body)
	if file == nil {
		return analysis.TextEdit{}, refuse(Source, body.Pos(), "the function is in none of the package's files")
	}
	text, tok, err := p.text(file)
	if err != nil {
		return analysis.TextEdit{}, err
	}
	after := tok.Offset(body.Lbrace) + 1
	end, free := restOfLine(text, after)
	if layout == SameLine || !free {
		return insert(body.Lbrace+1, " "+stmt+";"), nil
	}
	line := text[lineStart(text, after):]
	indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	return insert(tok.Pos(end), newline(text)+indent+"\t"+stmt), nil
}

// Around returns the edits that measure a call: start is evaluated before it. The results stay what they are, in number
// and type, so that the call may stand wherever it stood. The types of two results have to be spelled; imports are those
// that this takes, by name.
func (p *SpanPackage) Around(call *ast.CallExpr, start string) (edits []analysis.TextEdit, imports map[string]string, err error) {
	open := p.Alias + ".Value(" + start + ", "
	if t, ok := p.Info.TypeOf(call).(*types.Tuple); ok {
		if t.Len() != 2 {
			return nil, nil, refuse(NotAnObject, call.Pos(), "the call has %d results", t.Len())
		}
		imports = map[string]string{}
		var list []string
		for v := range t.Variables() {
			text, err := p.typeTextAt(v.Type(), call, imports)
			if err != nil {
				return nil, nil, err
			}
			list = append(list, text)
		}
		open = p.Alias + ".Pair[" + strings.Join(list, ", ") + "](" + start + ")("
	}
	return []analysis.TextEdit{insert(call.Pos(), open), insert(call.End(), ")")}, imports, nil
}

// typeTextAt spells a type with the names that are known where node stands, and makes sure that they mean it there. A
// package that the file does not import is added to imports.
func (p *SpanPackage) typeTextAt(t types.Type, node ast.Node, added map[string]string) (string, error) {
	file := p.file(node)
	if file == nil {
		return "", refuse(Source, node.Pos(), "the call is in none of the package's files")
	}
	im := &imports{p: p.Package, file: file}
	if err := im.nameable(t, node.Pos(), map[types.Type]bool{}); err != nil {
		if r, ok := errors.AsType[*Refusal](err); !ok || r.Code != TypeParameter { // it has its name in its function
			return "", err
		}
	}
	before := len(added)
	text := types.TypeString(t, func(pkg *types.Package) string {
		if pkg == p.Types {
			return ""
		}
		for _, spec := range file.Imports {
			if name := p.Info.PkgNameOf(spec); name != nil && name.Imported() == pkg && name.Name() != "." && name.Name() != "_" {
				return name.Name()
			}
		}
		name := p.Alias + "_" + pkg.Name()
		added[name] = pkg.Path()
		return name
	})
	if len(added) > before && len(file.Imports) > 0 {
		return text, nil // nothing can hide such a name
	}
	expr, err := parser.ParseExpr(text)
	if err != nil {
		return "", refuse(LocalType, node.Pos(), "the type %s has no name here", t)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	err = types.CheckExpr(p.Fset, p.Types, node.Pos(), expr, info)
	if tv := info.Types[expr]; err != nil || !tv.IsType() || !types.Identical(tv.Type, t) {
		return "", refuse(LocalType, node.Pos(), "the type %s has no name here", t)
	}
	return text, nil
}

func (p *SpanPackage) text(file *ast.File) (string, *token.File, error) {
	tok := p.Fset.File(file.FileStart)
	text, err := p.Read(tok.Name())
	if err != nil {
		return "", nil, err
	}
	if len(text) != tok.Size() {
		return "", nil, refuse(Source, file.Package, "%s is no longer what was parsed", p.base(file))
	}
	return string(text), tok, nil
}

func insert(at token.Pos, text string) analysis.TextEdit {
	return analysis.TextEdit{Pos: at, End: at, NewText: []byte(text)}
}

// restOfLine is where the line ends that goes on at offset at, and whether nothing but a comment stands there.
func restOfLine(text string, at int) (end int, free bool) {
	end = lineEnd(text, at)
	if end > at && text[end-1] == '\r' {
		end--
	}
	rest := strings.TrimLeft(text[at:end], " \t")
	return end, rest == "" || strings.HasPrefix(rest, "//")
}

func newline(text string) string {
	if strings.Contains(text, "\r\n") {
		return "\r\n"
	}
	return "\n"
}

// RemoveSpans returns the text of a file without what a SpanPackage inserted under this alias, in either layout and
// whatever was changed around it since; changed is false if there was nothing. A use of the alias that it would not
// have written is an error.
func RemoveSpans(name string, src []byte, alias string) (out []byte, changed bool, err error) {
	if !strings.Contains(string(src), alias) {
		return src, false, nil
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, false, err
	}
	r := &spanRemover{text: string(src), tok: fset.File(file.FileStart), alias: alias, known: map[*ast.Ident]bool{}}
	if !r.imports(file) {
		return src, false, nil
	}
	ast.Inspect(file, r.visit)
	ast.Inspect(file, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && r.isAlias(id.Name) && !r.known[id] && err == nil {
			err = fmt.Errorf("%s: %s is used otherwise than faaslint trace -add does: change that first", fset.Position(id.Pos()), id.Name)
		}
		return true
	})
	if err != nil {
		return nil, false, err
	}
	out, err = apply(r.tok, src, r.edits)
	return out, true, err
}

type spanRemover struct {
	text  string
	tok   *token.File
	alias string
	known map[*ast.Ident]bool // the alias, in what is removed
	edits []analysis.TextEdit
}

func (r *spanRemover) cut(from, to token.Pos) {
	r.edits = append(r.edits, analysis.TextEdit{Pos: from, End: to})
}

// imports removes the imports, and reports whether there are any.
func (r *spanRemover) imports(file *ast.File) (found bool) {
	for _, d := range file.Decls {
		gen, ok := d.(*ast.GenDecl)
		if !ok || gen.Tok != token.IMPORT || len(gen.Specs) != 1 || gen.Lparen.IsValid() {
			continue
		}
		spec := gen.Specs[0].(*ast.ImportSpec)
		if spec.Name == nil || !r.isAlias(spec.Name.Name) {
			continue
		}
		found = true
		r.known[spec.Name] = true
		lines := 1
		if len(file.Imports) == 1 {
			lines = 2
		}
		r.cut(r.before(gen.Pos(), lines), gen.End())
	}
	return found
}

// before is where the text begins that was inserted with what stands at pos: so many ends of line before it if it begins its
// line, else the semicolon or the blank before it.
func (r *spanRemover) before(pos token.Pos, lines int) token.Pos {
	at := r.tok.Offset(pos)
	start := lineStart(r.text, at)
	if strings.TrimLeft(r.text[start:at], " \t") != "" {
		head := strings.TrimRight(r.text[:at], " \t")
		return r.tok.Pos(len(strings.TrimSuffix(head, ";")))
	}
	start = r.above(start)
	if blank := lineStart(r.text, start); lines == 2 && strings.TrimSpace(r.text[blank:start]) == "" {
		start = r.above(blank)
	}
	return r.tok.Pos(start)
}

// above is the end of the line before the one that starts at offset start.
func (r *spanRemover) above(start int) int {
	head := strings.TrimSuffix(r.text[:start], "\n")
	return len(strings.TrimSuffix(head, "\r"))
}

func (r *spanRemover) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.DeferStmt:
		// defer alias.Start(…).End()
		if end, ok := n.Call.Fun.(*ast.SelectorExpr); ok && end.Sel.Name == "End" && r.start(end.X) {
			to := r.tok.Offset(n.End())
			if strings.HasPrefix(r.text[to:], ";") {
				to++
			}
			r.cut(r.before(n.Pos(), 1), r.tok.Pos(to))
		}
	case *ast.CallExpr:
		switch fun := n.Fun.(type) {
		case *ast.SelectorExpr: // alias.Value(alias.Start(…), call)
			if r.ours(fun, "Value") && len(n.Args) == 2 && r.start(n.Args[0]) {
				r.unwrap(n, fun, n.Args[1])
			}
		case *ast.CallExpr: // alias.Pair[A, B](alias.Start(…))(call)
			index, ok := fun.Fun.(*ast.IndexListExpr)
			if !ok || len(fun.Args) != 1 || len(n.Args) != 1 {
				break
			}
			if sel, ok := index.X.(*ast.SelectorExpr); ok && r.ours(sel, "Pair") && r.start(fun.Args[0]) {
				r.mark(index)
				r.unwrap(n, sel, n.Args[0])
			}
		}
	}
	return true
}

func (r *spanRemover) unwrap(outer *ast.CallExpr, sel *ast.SelectorExpr, inner ast.Expr) {
	r.known[sel.X.(*ast.Ident)] = true
	r.cut(outer.Pos(), inner.Pos())
	r.cut(inner.End(), outer.End())
}

// start reports whether x is alias.Start(…) or alias.Enter(…), and marks the alias in it as known.
func (r *spanRemover) start(x ast.Expr) bool {
	call, ok := x.(*ast.CallExpr)
	if !ok || len(call.Args) != 3 {
		return false
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !r.ours(sel, "Start") && !r.ours(sel, "Enter") {
		return false
	}
	r.mark(call)
	return true
}

// mark notes the uses of our names in what is removed.
func (r *spanRemover) mark(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && r.isAlias(id.Name) {
			r.known[id] = true
		}
		return true
	})
}

func (r *spanRemover) isAlias(name string) bool {
	return name == r.alias || strings.HasPrefix(name, r.alias+"_")
}

func (r *spanRemover) ours(sel *ast.SelectorExpr, name string) bool {
	id, ok := sel.X.(*ast.Ident)
	return ok && id.Name == r.alias && sel.Sel.Name == name
}
