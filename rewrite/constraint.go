package rewrite

import (
	"go/ast"
	"go/build/constraint"
	"path/filepath"
	"slices"
	"strings"
)

// guardFile puts a call first whose file is always built, since that file gets the guard, and all calls need it.
func (h *hoist) guardFile() error {
	h.o.Calls = slices.Clone(h.o.Calls)
	free := slices.IndexFunc(h.o.Calls, func(call *ast.CallExpr) bool {
		f := h.p.file(call)
		return f != nil && !h.p.constrained(f)
	})
	if free >= 0 {
		h.o.Calls[0], h.o.Calls[free] = h.o.Calls[free], h.o.Calls[0]
		return nil
	}
	for _, call := range h.o.Calls[1:] {
		if h.p.file(call) != h.p.file(h.o.Calls[0]) {
			return refuse(BuildTags, call.Pos(), "the calls are not always built together")
		}
	}
	return nil
}

func (p *Package) file(node ast.Node) *ast.File {
	for _, f := range p.Files {
		if f.FileStart <= node.Pos() && node.Pos() < f.FileEnd {
			return f
		}
	}
	return nil
}

// constrained reports whether a file is built for some systems or tags only.
func (p *Package) constrained(f *ast.File) bool {
	for _, group := range f.Comments {
		if group.Pos() > f.Package {
			break
		}
		for _, c := range group.List {
			if constraint.IsGoBuild(c.Text) || constraint.IsPlusBuild(c.Text) {
				return true
			}
		}
	}
	name := filepath.Base(p.Fset.PositionFor(f.Package, false).Filename)
	words := strings.Split(strings.TrimSuffix(name, ".go"), "_")
	return len(words) > 1 && slices.Contains(systems, words[len(words)-1])
}

// The ends of file names that are build constraints. One that is missing costs a fix on a rare system, which the
// driver's own check of the result finds.
var systems = strings.Fields(`aix android darwin dragonfly freebsd illumos ios js linux netbsd openbsd plan9 solaris
	wasip1 windows 386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x wasm`)
