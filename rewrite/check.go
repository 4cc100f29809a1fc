package rewrite

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
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
	for _, f := range p.Files {
		now, err := p.edited(fset, f, edits)
		if err != nil {
			return nil, err
		}
		old[now] = f
		files = append(files, now)
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
		if spec := unusedImport(files, e); spec != nil && old[spec.file] != spec.file {
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
