package lazy

import (
	"fmt"
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/faaslint/faaslint/analyzers/words"
	"github.com/faaslint/faaslint/internal/catalog"
	"github.com/faaslint/faaslint/internal/stage"
	"github.com/faaslint/faaslint/rewrite"
)

// A fixer finds fixes for one package.
type fixer struct {
	pass *analysis.Pass
	res  *stage.Result
	pkg  *rewrite.Package
}

// start finds the fix for an object that start-up builds.
func (f *fixer) start(use *stage.Use) ([]analysis.TextEdit, *rewrite.Refusal) {
	refuse := func(code, reason string) ([]analysis.TextEdit, *rewrite.Refusal) {
		return nil, &rewrite.Refusal{Code: code, Reason: reason, Pos: use.Pos}
	}
	switch {
	case use.First:
		return refuse("guarded", "several functions share the test whether it is there: give each object a function of its own")
	case !use.Local && use.Whole == nil:
		return refuse("helper", "another package's function builds it, and what else that does is not known")
	case use.Abroad:
		return refuse("other-package", "a variable or field of another package holds it")
	case use.Keeper == nil:
		return refuse("several-keepers", "more than one variable or field holds it")
	case use.SetUp:
		return refuse("set-up", "start-up also sets it up")
	case use.Keeper.Exported() && f.pass.Pkg.Name() != "main":
		return refuse("exported", "other packages can use "+use.Keeper.Name())
	case use.Whole != nil && !use.Keeper.IsField():
		return refuse("helper", "another package's function builds it: call that where a variable is first used")
	}
	site := f.res.SiteOf(use)
	if site == nil {
		return refuse("helper", "what builds it is not a plain call")
	}
	for _, h := range site.Hazards {
		if startHazards[h.Code] {
			return nil, &rewrite.Refusal{Code: h.Code, Reason: h.Reason, Pos: h.Pos}
		}
	}
	if use.Op.Dep.Flags&(stage.Mutable|stage.Late) != 0 {
		return refuse("set-later", "a package variable that it is made from may have another value by then")
	}
	if use.Keeper.IsField() && use.Op.Dep.Flags&stage.Expires != 0 {
		return refuse("expiring-credential", "an input is a credential that may have expired by then") // it stays where it is made
	}
	if h := f.res.Order(site, fallible(site.Call, f.pass.TypesInfo)); h != nil {
		return nil, &rewrite.Refusal{Code: h.Code, Reason: h.Reason, Pos: h.Pos}
	}
	o := object(site, use.Needs, f.pass.TypesInfo)
	later := f.pkg.Defer
	if use.Keeper.IsField() {
		later = f.pkg.DeferField
		o.Safe = f.res.Safe
	}
	edits, err := later(o, use.Keeper)
	if err != nil {
		return nil, words.RefusalOf(err, use.Pos)
	}
	return edits, nil
}

// startHazards are reuse's reasons that hold here, too. That an object may not be shared between requests does not: it is
// already. Nor does what its inputs were read from: they are read once, now as then.
var startHazards = map[string]bool{"remote-read": true, "no-object": true, "tests-replace": true, "set-later": true, "loop": true, "bad-pattern": true, "mutated": true}

// retry finds the fix for a failure that is final.
func (f *fixer) retry(o *stage.Once) ([]analysis.TextEdit, *rewrite.Refusal) {
	refuse := func(code, reason string) ([]analysis.TextEdit, *rewrite.Refusal) {
		return nil, &rewrite.Refusal{Code: code, Reason: reason, Pos: o.Pos}
	}
	switch {
	case o.Lock == nil:
		return refuse("once-shape", "the function that runs once hands its error on: let it run again after a failure")
	case o.Keeper == nil:
		return refuse("several-keepers", "the function that runs once does not set just one package variable")
	case o.Keeper.Exported() && f.pass.Pkg.Name() != "main":
		return refuse("exported", "other packages can use "+o.Keeper.Name())
	}
	var needs []stage.Need
	for _, h := range o.Handlers {
		needs = append(needs, stage.Need{Handler: h})
	}
	edits, err := f.pkg.Retry(object(o.Site, needs, f.pass.TypesInfo), o.Do, o.Keeper, o.Lock)
	if err != nil {
		return nil, words.RefusalOf(err, o.Pos)
	}
	return edits, nil
}

// object describes a site to the rewriter.
func object(site *stage.Site, needs []stage.Need, info *types.Info) rewrite.Object {
	e := site.Entry
	o := rewrite.Object{
		Calls: []*ast.CallExpr{site.Call}, Result: e.Result, What: site.What, Fallible: fallible(site.Call, info), Ctx: site.Ctx,
		KeepsCtx: e.Ctx != catalog.CtxDial, Close: e.Close, Check: e.Check, Probe: e.Probe, Wait: site.Wait, Form: rewrite.Mutex,
	}
	for _, need := range needs {
		if need.Handler.Concurrent && o.Fallible && e.Loses >= catalog.Transport {
			o.Form = rewrite.Shared
			if o.Wait == "" {
				o.Wait = "ctx" // spelled anew for each function that asks
			}
		}
	}
	return o
}

func fallible(call *ast.CallExpr, info *types.Info) bool {
	t, ok := info.TypeOf(call).(*types.Tuple)
	return ok && t.Len() > 1 && types.Identical(t.At(t.Len()-1).Type(), types.Universe.Lookup("error").Type())
}

func fixMessage(use *stage.Use) string {
	what := use.Op.What
	if use.Whole != nil {
		what = words.List(use.Whole, "and")
	}
	return fmt.Sprintf("%s the %s on first use", map[string]string{"opened": "Open", "loaded": "Load", "built": "Build", "read": "Read"}[use.Op.Verb()], what)
}
