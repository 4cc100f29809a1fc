// Package split leaves out of a program what some of its routes do not need. Go links by package and runs the init
// functions of all that is imported, so registering fewer routes is not enough: the copies of a program's own files that
// this package makes lack the declarations and imports too.
package split

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/faaslint/faaslint/internal/reach"
	"github.com/faaslint/faaslint/internal/routes"
	"github.com/faaslint/faaslint/rewrite"
)

// A Function is a program with some of its routes.
type Function struct {
	Name string
	Rows []*routes.Row

	Files map[string][]byte // trimmed copies, by the names of the files that they stand for
	Kept  []string          // packages of others that stay for the effect of their import, with the place of the effect
	used  map[string]bool   // own packages that are still imported, and main
}

// Refusal says why a program cannot be split.
func Refusal(prog *reach.Program) error {
	if list := prog.Refusals(); len(list) > 0 {
		o := list[0]
		return fmt.Errorf("%s: %s: what is left out could be used from there", prog.Fset.Position(o.Pos), o.What)
	}
	return nil
}

// Shared are the routes that each function keeps, since they cannot be left out one by one.
func Shared(t *routes.Table) (list []*routes.Row) {
	for _, row := range t.Rows {
		if row.Cut == nil {
			list = append(list, row)
		}
	}
	return list
}

// New makes the function with some routes of a table. Those that cannot be left out it has too.
func New(t *routes.Table, name string, rows []*routes.Row) (*Function, error) {
	f := &Function{Name: name, Rows: slices.Clone(rows), Files: map[string][]byte{}}
	for _, row := range Shared(t) {
		if !slices.Contains(f.Rows, row) {
			f.Rows = append(f.Rows, row)
		}
	}
	var others []*routes.Row
	var uses []reach.Use
	for _, row := range t.Rows {
		if slices.Contains(f.Rows, row) {
			uses = append(uses, row.Uses()...)
		} else {
			others = append(others, row)
		}
	}
	empty := emptied(f.Rows, others)
	kept := t.Program.Reach(t.Program.Roots(), uses, func(n *reach.Node, u reach.Use) bool {
		return slices.ContainsFunc(others, func(row *routes.Row) bool { return row.Node == n && row.Holds(u.Pos) }) ||
			slices.ContainsFunc(empty, func(a routes.Around) bool { return a.Node == n && a.Cut.Pos() <= u.Pos && u.Pos < a.Cut.End() })
	})
	trim := &trimmer{prog: t.Program, files: map[*ast.File]*fileTrim{}, effects: map[string]bool{}}
	trim.declarations(kept)
	for _, row := range others {
		trim.piece(row.Node, row.Cut)
	}
	for _, a := range empty {
		trim.piece(a.Node, a.Cut)
	}
	trim.findLastUses()
	trim.imports()
	f.used, f.Kept = trim.used, trim.keptForEffect
	return f, trim.write(f.Files)
}

// A trimmer collects what is left out of each file.
type trimmer struct {
	prog    *reach.Program
	files   map[*ast.File]*fileTrim
	order   []*fileTrim
	effects map[string]bool // own packages whose import has an effect
	used    map[string]bool
	pieces  []piece

	keptForEffect []string
}

type fileTrim struct {
	rewrite.Trimming
	pkg  *packages.Package
	file *ast.File
	name string
	gone []span // in positions
	from *reach.Program
}

type span struct{ from, to token.Pos }

func (f *fileTrim) isGone(pos token.Pos) bool {
	return slices.ContainsFunc(f.gone, func(s span) bool { return s.from <= pos && pos < s.to })
}

func (f *fileTrim) cut(n ast.Node) rewrite.Range {
	f.gone = append(f.gone, span{n.Pos(), n.End()})
	r := f.rangeOf(n)
	if !slices.Contains(f.Cut, r) {
		f.Cut = append(f.Cut, r)
	}
	return r
}

func (f *fileTrim) rangeOf(n ast.Node) rewrite.Range {
	tok := f.from.Fset.File(n.Pos())
	return rewrite.Range{From: tok.Offset(n.Pos()), To: tok.Offset(n.End())}
}

// declarations cuts all that is not needed.
func (t *trimmer) declarations(kept *reach.Set) {
	for _, pkg := range t.prog.Own {
		for i, file := range pkg.Syntax {
			f := &fileTrim{pkg: pkg, file: file, name: pkg.CompiledGoFiles[i], from: t.prog}
			f.Use = map[rewrite.Range][]string{}
			t.files[file] = f
			t.order = append(t.order, f)
		}
	}
	for _, n := range t.prog.Nodes() {
		if n.Root != reach.NotRoot {
			t.effects[n.Pkg.PkgPath] = true
		}
		if !kept.Has(n) {
			t.files[n.File].cut(n.Decl)
		}
	}
}

// emptied are the mounts and groups of which no route stays.
func emptied(rows, others []*routes.Row) (list []routes.Around) {
	stays := map[ast.Node]bool{}
	for _, row := range rows {
		for _, a := range row.Around {
			stays[a.Cut] = true
		}
	}
	for _, row := range others {
		for _, a := range row.Around {
			if a.Cut != nil && !stays[a.Cut] {
				stays[a.Cut] = true // once
				list = append(list, a)
			}
		}
	}
	return list
}

// piece cuts a registration, a case of a switch, or a group of them.
func (t *trimmer) piece(n *reach.Node, cut ast.Node) {
	f := t.files[n.File]
	if !f.isGone(n.Decl.Pos()) { // otherwise it goes together with the declaration around it
		f.cut(cut)
		t.pieces = append(t.pieces, piece{f, n.Decl, cut})
	}
}

type piece struct {
	file      *fileTrim
	decl, cut ast.Node
}

func (t *trimmer) findLastUses() {
	for _, p := range t.pieces {
		if names := lastUses(p.file, p.decl, p.cut); len(names) > 0 {
			p.file.Use[p.file.rangeOf(p.cut)] = names
		}
	}
}

// lastUses are the local variables that a piece of code was the last to use: without a use they do not compile.
func lastUses(f *fileTrim, decl, cut ast.Node) (names []string) {
	info := f.pkg.TypesInfo
	left := map[types.Object]bool{}  // used elsewhere
	count := map[types.Object]bool{} // used in the piece
	assigned := map[*ast.Ident]bool{}
	ast.Inspect(decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				if id, ok := l.(*ast.Ident); ok {
					assigned[id] = true // which is no use
				}
			}
		case *ast.Ident:
			v, ok := info.Uses[n].(*types.Var)
			if !ok || assigned[n] || v.IsField() || v.Pkg() == nil || v.Parent() == v.Pkg().Scope() {
				return true
			}
			switch {
			case cut.Pos() <= n.Pos() && n.Pos() < cut.End():
				count[v] = true
			case !f.isGone(n.Pos()):
				left[v] = true
			}
		}
		return true
	})
	for v := range count {
		inside := cut.Pos() <= v.Pos() && v.Pos() < cut.End()
		if !left[v] && !inside && !isParameter(info, decl, v) {
			names = append(names, v.Name())
		}
	}
	slices.Sort(names)
	return names
}

// isParameter reports whether a variable is a parameter, receiver or result, which may be unused.
func isParameter(info *types.Info, decl ast.Node, v types.Object) (yes bool) {
	ast.Inspect(decl, func(n ast.Node) bool {
		if fields, ok := n.(*ast.FieldList); ok {
			for _, f := range fields.List {
				for _, id := range f.Names {
					yes = yes || info.Defs[id] == v
				}
			}
		}
		return !yes
	})
	return yes
}

// imports cuts the imports of which nothing is used any more, apart from those that have an effect.
func (t *trimmer) imports() {
	t.spreadEffects()
	unused := map[*fileTrim][]*ast.ImportSpec{}
	imports := map[string][]string{} // of own packages, what is still used
	for _, f := range t.order {
		still := t.stillUsed(f)
		for _, s := range f.file.Imports {
			path, _ := strconv.Unquote(s.Path.Value)
			switch {
			case s.Name != nil && s.Name.Name == "_" || still[path]:
				imports[f.pkg.PkgPath] = append(imports[f.pkg.PkgPath], path)
			case t.prog.IsOwn(path) && t.effects[path]:
				f.Blank = append(f.Blank, f.rangeOf(s))
				imports[f.pkg.PkgPath] = append(imports[f.pkg.PkgPath], path)
			default:
				unused[f] = append(unused[f], s)
			}
		}
	}
	linked := t.link(imports)
	for _, f := range t.order {
		for _, s := range unused[f] {
			path, _ := strconv.Unquote(s.Path.Value)
			at := ""
			if !t.prog.IsOwn(path) && t.used[f.pkg.PkgPath] {
				at = t.prog.Registers(path, func(path string) bool { return linked[path] })
			}
			if at == "" {
				f.cut(s)
				continue
			}
			// What it makes known may be looked up by what stays.
			f.Blank = append(f.Blank, f.rangeOf(s))
			if text := path + ", for what is registered at " + at; !slices.Contains(t.keptForEffect, text) {
				t.keptForEffect = append(t.keptForEffect, text)
			}
		}
	}
}

// spreadEffects marks the packages that import one whose import has an effect.
func (t *trimmer) spreadEffects() {
	for changed := true; changed; {
		changed = false
		for _, pkg := range t.prog.Own {
			for path := range pkg.Imports {
				if t.effects[path] && !t.effects[pkg.PkgPath] {
					t.effects[pkg.PkgPath], changed = true, true
				}
			}
		}
	}
}

// stillUsed are the imports of a file that what stays mentions.
func (t *trimmer) stillUsed(f *fileTrim) map[string]bool {
	info := f.pkg.TypesInfo
	used := map[string]bool{}
	dots := map[string]bool{}
	for _, s := range f.file.Imports {
		if s.Name != nil && s.Name.Name == "." {
			path, _ := strconv.Unquote(s.Path.Value)
			dots[path] = true
		}
	}
	ast.Inspect(f.file, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok || f.isGone(id.Pos()) {
			return true
		}
		switch obj := info.Uses[id].(type) {
		case *types.PkgName:
			used[obj.Imported().Path()] = true
		case nil:
		default:
			if obj.Pkg() != nil && dots[obj.Pkg().Path()] {
				used[obj.Pkg().Path()] = true
			}
		}
		return true
	})
	return used
}

// link follows imports from main. It notes which own packages stay, and returns all packages that do.
func (t *trimmer) link(imports map[string][]string) map[string]bool {
	t.used = map[string]bool{}
	linked := map[string]bool{}
	work := []string{t.prog.Main.PkgPath}
	for len(work) > 0 {
		path := work[len(work)-1]
		work = work[:len(work)-1]
		if t.prog.IsOwn(path) {
			if !t.used[path] {
				t.used[path] = true
				work = append(work, imports[path]...)
			}
			continue
		}
		maps.Copy(linked, t.prog.Linked(path))
	}
	return linked
}

// write trims the files of which something goes, in packages that stay.
func (t *trimmer) write(files map[string][]byte) error {
	for _, f := range t.order {
		if !t.used[f.pkg.PkgPath] || len(f.Cut)+len(f.Blank) == 0 {
			continue
		}
		src, err := os.ReadFile(f.name)
		if err != nil {
			return err
		}
		f.Cut = outermost(f.Cut)
		if files[f.name], err = rewrite.Trim(f.name, src, f.Trimming); err != nil {
			return err
		}
	}
	return nil
}

// outermost leaves out ranges within others.
func outermost(list []rewrite.Range) (rest []rewrite.Range) {
	slices.SortFunc(list, func(a, b rewrite.Range) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(b.To, a.To)) })
	end := -1
	for _, r := range list {
		if r.From >= end {
			rest = append(rest, r)
			end = r.To
		}
	}
	return rest
}

// Copies are the packages that a function needs as a tree of its own: the packages that are trimmed, and those that
// import one that is. Names are relative to the folder of the tree; in it the main package is at the top.
func (f *Function) Copies(prog *reach.Program, importPath string) (map[string][]byte, error) {
	copied := f.copied(prog)
	paths := map[string]string{}
	for _, pkg := range prog.Own {
		if copied[pkg.PkgPath] && pkg != prog.Main {
			paths[pkg.PkgPath] = importPath + "/internal/" + within(prog, pkg)
		}
	}
	files := map[string][]byte{}
	for _, pkg := range prog.Own {
		if !copied[pkg.PkgPath] {
			continue
		}
		dir := ""
		if pkg != prog.Main {
			dir = "internal/" + within(prog, pkg)
		}
		if err := f.copyPackage(pkg, dir, paths, files); err != nil {
			return nil, err
		}
	}
	return files, nil
}

func (f *Function) copied(prog *reach.Program) map[string]bool {
	copied := map[string]bool{prog.Main.PkgPath: true}
	for _, pkg := range prog.Own {
		if strings.Contains("/"+pkg.PkgPath+"/", "/internal/") {
			copied[pkg.PkgPath] = true // the tree may lie where its import is not allowed
		}
		for _, name := range pkg.CompiledGoFiles {
			if f.Files[name] != nil {
				copied[pkg.PkgPath] = true
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for _, pkg := range prog.Own {
			for path := range pkg.Imports {
				if copied[path] && f.used[path] && f.used[pkg.PkgPath] && !copied[pkg.PkgPath] {
					copied[pkg.PkgPath], changed = true, true
				}
			}
		}
	}
	maps.DeleteFunc(copied, func(path string, _ bool) bool { return !f.used[path] })
	return copied
}

// within is the path of a package in its module.
func within(prog *reach.Program, pkg *packages.Package) string {
	rel, err := filepath.Rel(pkg.Module.Dir, filepath.Dir(pkg.CompiledGoFiles[0]))
	if err != nil || rel == "." {
		return pkg.Types.Name()
	}
	if pkg.Module != prog.Main.Module && pkg.Module.Path != prog.Main.Module.Path {
		return pkg.PkgPath
	}
	return filepath.ToSlash(rel)
}

func (f *Function) copyPackage(pkg *packages.Package, dir string, paths map[string]string, files map[string][]byte) error {
	from := filepath.Dir(pkg.CompiledGoFiles[0])
	for _, name := range pkg.CompiledGoFiles {
		src, ok := f.Files[name]
		var err error
		if !ok {
			if src, err = os.ReadFile(name); err != nil {
				return err
			}
		}
		if src, err = rewrite.Trim(name, src, rewrite.Trimming{Imports: paths}); err != nil {
			return err
		}
		files[filepath.Join(dir, filepath.Base(name))] = src
	}
	for _, name := range pkg.EmbedFiles {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		files[filepath.Join(dir, rel)] = text
	}
	return nil
}
