package rewrite

import (
	"go/types"
	"testing"
)

// Under go vet, a package that only others import is incomplete: the checker refuses it, and it lacks most names.
func TestStubOfIncomplete(t *testing.T) {
	incomplete := func(path, name string) (*types.Package, types.Type) {
		full, err := stdImporter.Import(path)
		if err != nil {
			t.Fatal(err)
		}
		pkg := types.NewPackage(path, full.Name())
		pkg.Scope().Insert(full.Scope().Lookup(name))
		return pkg, full.Scope().Lookup(name).Type()
	}
	ctx, wantContext := incomplete("context", "Context")
	clock, wantTime := incomplete("time", "Time")
	dep, own := types.NewPackage("dep", "dep"), types.NewPackage("own", "own")
	dep.SetImports([]*types.Package{ctx, clock})
	own.SetImports([]*types.Package{dep})
	p := &Package{Types: own, Info: &types.Info{}}
	for _, test := range []struct {
		path, name string
		want       types.Type
	}{{"context", "Context", wantContext}, {"time", "Time", wantTime}} {
		pkg, err := p.stub(test.path)
		if err != nil {
			t.Fatal(err)
		}
		if got := pkg.Scope().Lookup(test.name).Type(); !types.Identical(got, test.want) {
			t.Errorf("%s.%s is not the real one", test.path, test.name)
		}
	}
	pkg, err := p.stub("sync")
	if err != nil {
		t.Fatal(err)
	}
	if pkg.Scope().Lookup("OnceValues") == nil {
		t.Error("sync lacks OnceValues")
	}
}
