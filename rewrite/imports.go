package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// imports knows the names under which a file sees other packages, and adds what is missing.
type imports struct {
	p     *Package
	file  *ast.File
	added map[string]string         // path to local name
	pkgs  map[string]*types.Package // what was added, where it is known
	order []string
	gone  map[*ast.ImportSpec]bool // whose last use is gone
}

// name returns the name by which text at package level refers to the package; "" if it is imported with a dot.
func (im *imports) name(importPath, pkgName string) string {
	for _, spec := range im.file.Imports {
		if pathOf(spec) != importPath {
			continue
		}
		switch {
		case spec.Name == nil:
			return pkgName
		case spec.Name.Name == ".":
			return ""
		case spec.Name.Name != "_":
			return spec.Name.Name
		}
	}
	if name, ok := im.added[importPath]; ok {
		return name
	}
	name := pkgName
	if im.clashes(name) {
		name = im.p.variableFresh("std" + pkgName)
	}
	im.added[importPath] = name
	im.order = append(im.order, importPath)
	return name
}

// clashes reports whether the file or the package has another meaning for name at package level.
func (im *imports) clashes(name string) bool {
	if im.p.Types.Scope().Lookup(name) != nil {
		return true
	}
	scope := im.p.Info.Scopes[im.file]
	return scope != nil && scope.Lookup(name) != nil
}

// qualified returns prefix for a name of the package: "sync." or "".
func (im *imports) qualified(importPath string) string {
	if name := im.name(importPath, path.Base(importPath)); name != "" {
		return name + "."
	}
	return ""
}

// typeText spells a type as the file's package level does, and refuses what has no name there.
func (im *imports) typeText(t types.Type, pos token.Pos) (string, error) {
	if err := im.nameable(t, pos, map[types.Type]bool{}); err != nil {
		return "", err
	}
	return types.TypeString(t, func(pkg *types.Package) string {
		if pkg == im.p.Types {
			return ""
		}
		im.pkgs[pkg.Path()] = pkg
		return im.name(pkg.Path(), pkg.Name())
	}), nil
}

// nameable walks the parts of a type that its text mentions.
func (im *imports) nameable(t types.Type, pos token.Pos, seen map[types.Type]bool) error {
	if seen[t] {
		return nil
	}
	seen[t] = true
	switch t := t.(type) {
	case *types.TypeParam:
		return refuse(TypeParameter, pos, "its type depends on the type parameter %s", t)
	case *types.Alias:
		return im.nameableObj(t.Obj(), t.TypeArgs(), pos, seen)
	case *types.Named:
		return im.nameableObj(t.Obj(), t.TypeArgs(), pos, seen)
	case *types.Pointer:
		return im.nameable(t.Elem(), pos, seen)
	case *types.Slice:
		return im.nameable(t.Elem(), pos, seen)
	case *types.Array:
		return im.nameable(t.Elem(), pos, seen)
	case *types.Chan:
		return im.nameable(t.Elem(), pos, seen)
	case *types.Map:
		if err := im.nameable(t.Key(), pos, seen); err != nil {
			return err
		}
		return im.nameable(t.Elem(), pos, seen)
	case *types.Signature:
		if err := im.nameable(t.Params(), pos, seen); err != nil {
			return err
		}
		return im.nameable(t.Results(), pos, seen)
	case *types.Tuple:
		for v := range t.Variables() {
			if err := im.nameable(v.Type(), pos, seen); err != nil {
				return err
			}
		}
	case *types.Struct, *types.Interface:
		if !types.Identical(t, types.NewInterfaceType(nil, nil)) && !types.Identical(t, types.NewStruct(nil, nil)) {
			return refuse(LocalType, pos, "its type has no name")
		}
	}
	return nil
}

func (im *imports) nameableObj(obj *types.TypeName, args *types.TypeList, pos token.Pos, seen map[types.Type]bool) error {
	pkg := obj.Pkg()
	switch {
	case pkg == nil: // error, any
	case pkg == im.p.Types && obj.Parent() != pkg.Scope():
		return refuse(LocalType, pos, "%s is a type of the function", obj.Name())
	case pkg != im.p.Types && !obj.Exported():
		return refuse(LocalType, pos, "%s.%s is not exported", pkg.Name(), obj.Name())
	case pkg != im.p.Types && internal(pkg.Path()) && !im.imported(pkg.Path()):
		return refuse(LocalType, pos, "%s is an internal package", pkg.Path())
	}
	for arg := range args.Types() {
		if err := im.nameable(arg, pos, seen); err != nil {
			return err
		}
	}
	return nil
}

func (im *imports) imported(importPath string) bool {
	for _, spec := range im.file.Imports {
		if pathOf(spec) == importPath {
			return true
		}
	}
	return false
}

func internal(importPath string) bool {
	for _, seg := range strings.Split(importPath, "/") {
		if seg == "internal" || seg == "vendor" {
			return true
		}
	}
	return false
}

func pathOf(spec *ast.ImportSpec) string {
	s, _ := strconv.Unquote(spec.Path.Value)
	return s
}

// edits returns one edit for each added import, so that two fixes which add the same one agree on it.
func (im *imports) edits(src *source) (edits []analysis.TextEdit) {
	for _, importPath := range im.order {
		own, spec := path.Base(importPath), strconv.Quote(importPath)
		if pkg := im.pkgs[importPath]; pkg != nil {
			own = pkg.Name()
		}
		if name := im.added[importPath]; name != own {
			spec = name + " " + spec
		}
		edits = append(edits, im.insert(src, importPath, spec))
	}
	return edits
}

// insert places one import. Three imports may have to go between the same two lines, and drivers order insertions at
// one offset as they like; so each has an offset of its own: the end of the line above, the start of the line below,
// and after the tab of the line below.
func (im *imports) insert(src *source, importPath, spec string) analysis.TextEdit {
	decl := im.block()
	if decl == nil {
		return im.insertAlone(src, importPath, spec)
	}
	group, std := im.group(decl, importPath)
	if len(group) == 0 {
		at := lineStart(src.text, src.offset(decl.Rparen))
		if len(decl.Specs) > 0 {
			at = lineStart(src.text, src.offset(specStart(decl.Specs[0].(*ast.ImportSpec))))
		}
		if std && len(decl.Specs) > 0 {
			spec += "\n"
		}
		return src.edit(at, at, "\t"+spec+"\n")
	}
	stay := slices.DeleteFunc(slices.Clone(group), func(s *ast.ImportSpec) bool { return im.gone[s] })
	if len(stay) == 0 { // it takes the place of one that goes
		delete(im.gone, group[0])
		return src.edit(src.offset(group[0].Pos()), src.offset(group[0].End()), spec)
	}
	below := lineStart(src.text, src.offset(specStart(stay[0])))
	for _, s := range stay {
		if pathOf(s) < importPath {
			below = lineEnd(src.text, src.offset(s.End())) + 1
		}
	}
	tabbed := strings.HasPrefix(src.text[below:], "\t")
	switch {
	case importPath == "time" && tabbed && !im.isGone(src, below):
		return src.edit(below+1, below+1, spec+"\n\t")
	case (importPath == "context" || importPath == "sync" && !tabbed) && !im.isGone(src, below-1):
		return src.edit(below-1, below-1, "\n\t"+spec)
	}
	return src.edit(below, below, "\t"+spec+"\n")
}

// isGone reports whether the line at offset is that of an import which goes.
func (im *imports) isGone(src *source, at int) bool {
	for spec := range im.gone {
		if im.gone[spec] && lineStart(src.text, src.offset(spec.Pos())) == lineStart(src.text, at) {
			return true
		}
	}
	return false
}

// insertAlone adds an import declaration of its own, for files without a parenthesised one.
func (im *imports) insertAlone(src *source, importPath, spec string) analysis.TextEdit {
	at, gap := lineEnd(src.text, src.offset(im.file.Name.End())), "\n"
	for _, s := range im.file.Imports {
		at, gap = lineEnd(src.text, src.offset(s.End())), ""
	}
	if importPath == "time" && gap == "" && at < len(src.text) {
		return src.edit(at+1, at+1, "import "+spec+"\n")
	}
	return src.edit(at, at, gap+"\nimport "+spec)
}

// block returns the first parenthesised import declaration, but not that of "C".
func (im *imports) block() *ast.GenDecl {
	for _, d := range im.file.Decls {
		gen, ok := d.(*ast.GenDecl)
		if ok && gen.Tok == token.IMPORT && gen.Lparen.IsValid() && im.p.line(gen.Lparen) != im.p.line(gen.Rparen) {
			return gen
		}
	}
	return nil
}

func (p *Package) line(pos token.Pos) int { return p.Fset.PositionFor(pos, false).Line }

// group returns the lines of the block that the import belongs to: the first that hold the standard library, or those
// around the path with the longest common beginning.
func (im *imports) group(decl *ast.GenDecl, importPath string) (best []*ast.ImportSpec, std bool) {
	std = stubs[importPath] != nil
	score := -1
	for _, g := range im.groups(decl) {
		for _, s := range g {
			if std && !isStd(pathOf(s)) {
				continue
			}
			n := 0
			if !std { // a path without a dot may be of the standard library or of a module that is called so
				n = 2 * common(pathOf(s), importPath)
				if isStd(pathOf(s)) == isStd(importPath) {
					n++
				}
			}
			if n > score {
				best, score = g, n
			}
		}
	}
	return best, std
}

// groups splits the specs of a block at its blank lines.
func (im *imports) groups(decl *ast.GenDecl) (groups [][]*ast.ImportSpec) {
	last := -1
	for _, s := range decl.Specs {
		spec := s.(*ast.ImportSpec)
		if last < 0 || im.p.line(specStart(spec)) > last+1 {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], spec)
		last = im.p.line(spec.End())
	}
	return groups
}

func isStd(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return !strings.Contains(first, ".")
}

// common counts the path segments that two paths share.
func common(a, b string) (n int) {
	x, y := strings.Split(a, "/"), strings.Split(b, "/")
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	return n
}

func specStart(s *ast.ImportSpec) token.Pos {
	if s.Doc != nil {
		return s.Doc.Pos()
	}
	return s.Pos()
}

// remove deletes an import whose last use is gone. It is for drivers that apply edits and nothing else, like gopls.
func (im *imports) remove(src *source, spec *ast.ImportSpec) analysis.TextEdit {
	from := lineStart(src.text, src.offset(specStart(spec)))
	to := min(lineEnd(src.text, src.offset(spec.End()))+1, len(src.text))
	for _, d := range im.file.Decls {
		gen, ok := d.(*ast.GenDecl)
		if !ok || gen.Tok != token.IMPORT || !within(gen, spec.Pos()) {
			continue
		}
		if len(gen.Specs) == 1 { // the whole declaration goes
			from = lineStart(src.text, src.offset(declStart(gen)))
			to = min(lineEnd(src.text, src.offset(gen.End()))+1, len(src.text))
			return src.edit(from, withBlank(src.text, to), "")
		}
		groups := im.groups(gen)
		for i, g := range groups {
			if len(g) != 1 || g[0] != spec {
				continue
			}
			to = withBlank(src.text, to)
			if i > 0 && i == len(groups)-1 && strings.HasSuffix(src.text[:from], "\n\n") {
				from-- // the blank line above the last group
			}
		}
	}
	return src.edit(from, to, "")
}

func withBlank(text string, at int) int {
	if at < len(text) && text[at] == '\n' {
		return at + 1
	}
	return at
}

func lineStart(text string, at int) int { return strings.LastIndexByte(text[:at], '\n') + 1 }

// lineEnd returns the offset of the line's newline.
func lineEnd(text string, at int) int {
	if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
		return at + i
	}
	return len(text)
}
