package rewrite

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"slices"
	"sort"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// check applies the edits to a copy and type-checks the package. It returns the imports whose last use is gone, and
// refuses the edits if there is any other error that the package did not have before.
func (p *Package) check(edits []analysis.TextEdit, extra map[string]*types.Package) (unused []*ast.ImportSpec, err error) {
	fset := token.NewFileSet()
	var known []*token.File
	for _, f := range p.Files {
		known = append(known, p.Fset.File(f.FileStart))
	}
	fset.AddExistingFiles(known...)
	var files []*ast.File
	old := map[*ast.File]*ast.File{}
	declares := true
	for _, f := range p.Files {
		now, err := p.edited(fset, f, edits)
		if err != nil {
			return nil, err
		}
		old[now] = f
		files = append(files, now)
		declares = declares && (now == f || !p.isTest(f) && declaresAll(now, f))
	}
	bare := map[*ast.File]bool{}
	for i, f := range files {
		if declares && old[f] == f && p.isTest(f) {
			files[i] = p.withoutBodies(f)
			bare[files[i]] = true
		}
	}
	errs := p.typeErrors(fset, files, extra)
	if len(errs) == 0 {
		return nil, nil
	}
	before := map[string]bool{}
	if !p.clean {
		for _, e := range p.typeErrors(fset, p.Files, nil) {
			before[e.Msg] = true
		}
		p.clean = len(before) == 0
	}
	for _, e := range errs {
		spec := unusedImport(files, e)
		if spec != nil && bare[spec.file] {
			continue // the bodies use it
		}
		if spec != nil && old[spec.file] != spec.file {
			if orig := p.sameSpec(old[spec.file], spec.spec); orig != nil {
				unused = append(unused, orig)
				continue
			}
		}
		if !before[e.Msg] {
			return nil, refuse(SelfCheck, token.NoPos, "the edited package would not compile: %s", e.Msg)
		}
	}
	return unused, nil
}

func (p *Package) isTest(f *ast.File) bool {
	return strings.HasSuffix(p.Fset.File(f.FileStart).Name(), "_test.go")
}

// declaresAll reports whether a file declares what another one does, with the same types, and no new methods. Then what
// tests do with it holds as before, and their bodies, which no other file can refer to, need no second look.
func declaresAll(now, before *ast.File) bool {
	have := declared(now)
	for what, method := range declared(before) {
		if _, ok := have[what]; !ok {
			return false
		}
		if method {
			delete(have, what)
		}
	}
	for _, method := range have {
		if method {
			return false
		}
	}
	return true
}

// declared lists what a file declares, as text, and whether that is a method.
func declared(f *ast.File) map[string]bool {
	out := map[string]bool{}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			recv := ""
			if d.Recv != nil && len(d.Recv.List) > 0 {
				recv = types.ExprString(d.Recv.List[0].Type) + "."
			}
			out[recv+d.Name.Name+" "+types.ExprString(d.Type)] = recv != ""
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					out["type "+spec.Name.Name+" "+types.ExprString(spec.Type)] = false
				case *ast.ValueSpec:
					text := ""
					for _, e := range append([]ast.Expr{spec.Type}, spec.Values...) {
						if e != nil {
							text += " " + types.ExprString(e)
						}
					}
					for _, name := range spec.Names {
						out["var "+name.Name+text] = false
					}
				}
			}
		}
	}
	return out
}

// withoutBodies is a copy of a file in which functions have no bodies, where that is allowed.
func (p *Package) withoutBodies(f *ast.File) *ast.File {
	if known := p.bare[f]; known != nil {
		return known
	}
	bare := *f
	bare.Decls = slices.Clone(f.Decls)
	for i, d := range bare.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name != "init" && fn.Type.TypeParams == nil {
			fn := *fn
			fn.Body = nil
			bare.Decls[i] = &fn
		}
	}
	if p.bare == nil {
		p.bare = map[*ast.File]*ast.File{}
	}
	p.bare[f] = &bare
	return &bare
}

// edited returns the file as the edits leave it; the same syntax if they leave it alone.
func (p *Package) edited(fset *token.FileSet, f *ast.File, edits []analysis.TextEdit) (*ast.File, error) {
	tok := p.Fset.File(f.FileStart)
	var own []analysis.TextEdit
	for _, e := range edits {
		if p.Fset.File(e.Pos) == tok {
			own = append(own, e)
		}
	}
	if len(own) == 0 {
		return f, nil
	}
	text, err := p.Read(tok.Name())
	if err != nil {
		return nil, err
	}
	if text, err = apply(tok, text, own); err != nil {
		return nil, err
	}
	now, err := parser.ParseFile(fset, tok.Name(), text, parser.ParseComments|parser.SkipObjectResolution)
	if list := (scanner.ErrorList)(nil); errors.As(err, &list) {
		return nil, refuse(SelfCheck, token.NoPos, "the edited file would not parse: %s", list[0].Msg)
	}
	return now, err
}

// apply returns the text with the edits of one file, which must not overlap.
func apply(tok *token.File, text []byte, edits []analysis.TextEdit) ([]byte, error) {
	edits = append([]analysis.TextEdit(nil), edits...)
	sort.SliceStable(edits, func(i, j int) bool {
		if edits[i].Pos != edits[j].Pos {
			return edits[i].Pos < edits[j].Pos
		}
		return edits[i].End < edits[j].End
	})
	var out []byte
	at := 0
	for _, e := range edits {
		from, to := tok.Offset(e.Pos), tok.Offset(e.End)
		if from < at {
			return nil, refuse(SelfCheck, e.Pos, "two edits overlap")
		}
		out = append(append(out, text[at:from]...), e.NewText...)
		at = to
	}
	return append(out, text[at:]...), nil
}

func (p *Package) typeErrors(fset *token.FileSet, files []*ast.File, extra map[string]*types.Package) (errs []types.Error) {
	conf := types.Config{
		GoVersion:   p.Types.GoVersion(),
		Importer:    p.importer(extra),
		FakeImportC: true,
		Error: func(err error) {
			if e, ok := errors.AsType[types.Error](err); ok && !strings.HasPrefix(e.Msg, "\t") {
				errs = append(errs, e)
			}
		},
	}
	conf.Check(p.Types.Path(), fset, files, nil) // the errors were collected
	return errs
}

type fileSpec struct {
	file *ast.File
	spec *ast.ImportSpec
}

// unusedImport returns the import that an error calls unused.
func unusedImport(files []*ast.File, e types.Error) *fileSpec {
	if !strings.Contains(e.Msg, "imported and not used") && !strings.Contains(e.Msg, "imported as ") {
		return nil
	}
	for _, f := range files {
		for _, spec := range f.Imports {
			if within(spec, e.Pos) {
				return &fileSpec{f, spec}
			}
		}
	}
	return nil
}

// sameSpec finds in the unedited file what the edited one imports in vain.
func (p *Package) sameSpec(f *ast.File, spec *ast.ImportSpec) *ast.ImportSpec {
	for _, old := range f.Imports {
		if old.Path.Value == spec.Path.Value && (old.Name == nil) == (spec.Name == nil) &&
			(old.Name == nil || old.Name.Name == spec.Name.Name) {
			return old
		}
	}
	return nil
}

// An importerFunc gives the checker the packages that the package was checked with.
type importerFunc func(path string) (*types.Package, error)

func (f importerFunc) Import(path string) (*types.Package, error) { return f(path) }

func (p *Package) importer(extra map[string]*types.Package) types.Importer {
	direct := map[string]*types.Package{}
	for _, pkg := range p.Types.Imports() {
		direct[pkg.Path()] = pkg
	}
	// Text says "net/http" where a vendored package is meant: follow what the files mean.
	for _, f := range p.Files {
		for _, spec := range f.Imports {
			if name := p.Info.PkgNameOf(spec); name != nil {
				direct[pathOf(spec)] = name.Imported()
			}
		}
	}
	return importerFunc(func(path string) (*types.Package, error) {
		if path == "unsafe" {
			return types.Unsafe, nil
		}
		if pkg := direct[path]; pkg != nil {
			return pkg, nil
		}
		if pkg := extra[path]; pkg != nil && stubs[path] == nil {
			return completed(pkg), nil
		}
		if stubs[path] != nil {
			return p.stub(path)
		}
		return nil, fmt.Errorf("package %s is not known", path)
	})
}
