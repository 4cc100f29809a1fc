package reuse

import (
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/faaslint/faaslint/internal/catalog"
	"github.com/faaslint/faaslint/internal/stage"
	"github.com/faaslint/faaslint/rewrite"
)

// A verdict is what becomes of one row: a fix, a reason against one, or a word that another row's fix covers it.
type verdict struct {
	edits   []analysis.TextEdit
	refusal *rewrite.Refusal
	covered token.Pos // the row whose fix repairs this one too
	probed  bool      // the object is checked before it is used again
}

// A fixer finds fixes for the rows of one package.
type fixer struct {
	pass *analysis.Pass
	res  *stage.Result
	pkg  *rewrite.Package
}

func newFixer(pass *analysis.Pass, res *stage.Result) *fixer {
	return &fixer{pass: pass, res: res, pkg: newPackage(pass)}
}

func newPackage(pass *analysis.Pass) *rewrite.Package {
	return &rewrite.Package{Fset: pass.Fset, Files: pass.Files, Types: pass.Pkg, Info: pass.TypesInfo, Read: pass.ReadFile}
}

// settle decides on all rows. Where some have no fix of their own and the call of a constructor leads to them, that call
// is kept if it can be: it then stands for all the rows that it leads to.
func (f *fixer) settle(uses []*stage.Use) ([]*stage.Use, map[*stage.Use]verdict) {
	out := map[*stage.Use]verdict{}
	f.verdicts(uses, out)
	built := f.constructions(uses, out)
	if len(built) == 0 {
		return uses, out
	}
	f.pkg, out = newPackage(f.pass), map[*stage.Use]verdict{} // as if those that go had never had names
	f.construct(built, out)
	kept := map[*stage.Construction]bool{}
	var rows, left []*stage.Use
	for _, u := range built {
		if out[u].refusal != nil {
			delete(out, u)
			continue
		}
		rows = append(rows, u)
		kept[u.Built] = true
	}
	for _, use := range uses {
		if use = use.Beside(kept); use != nil {
			left = append(left, use)
		}
	}
	f.verdicts(left, out)
	rows = append(rows, left...)
	slices.SortStableFunc(rows, func(a, b *stage.Use) int { return int(a.Pos - b.Pos) })
	return rows, out
}

// constructions lists the calls that lead to rows without a fix, each with all rows that it leads to.
func (f *fixer) constructions(uses []*stage.Use, out map[*stage.Use]verdict) (built []*stage.Use) {
	parts := map[*stage.Construction][]*stage.Use{}
	wanted := map[*stage.Construction]bool{}
	var order []*stage.Construction
	for _, use := range uses {
		for _, c := range f.res.ConstructionsOf(use) {
			if parts[c] == nil {
				order = append(order, c)
			}
			parts[c] = append(parts[c], use)
			wanted[c] = wanted[c] || out[use].refusal != nil
		}
	}
	for _, c := range order {
		if wanted[c] {
			built = append(built, stage.Construct(c, parts[c]))
		}
	}
	return built
}

// construct tries one object for all calls of the same text, else one for each.
func (f *fixer) construct(built []*stage.Use, out map[*stage.Use]verdict) {
	for len(built) > 0 {
		same := func(u *stage.Use) bool {
			return u.Op.Symbol == built[0].Op.Symbol && types.ExprString(u.Call) == types.ExprString(built[0].Call)
		}
		var group, rest []*stage.Use
		for _, u := range built {
			if same(u) {
				group = append(group, u)
			} else {
				rest = append(rest, u)
			}
		}
		f.share(group, out, func(group []*stage.Use) verdict { return f.keep(f.constructed(group), group, out) })
		built = rest
	}
}

// constructed describes calls of a constructor to the rewriter. That it can fail is reason enough for a guard that tries
// again; there is no connection to wait for.
func (f *fixer) constructed(group []*stage.Use) rewrite.Object {
	o := rewrite.Object{What: group[0].Op.What, Form: rewrite.Once, Fallible: fallible(group[0].Call, f.pass.TypesInfo), Ctx: -1}
	if o.Fallible {
		o.Form = rewrite.Mutex
	}
	for _, u := range group {
		o.Calls = append(o.Calls, u.Call)
	}
	return o
}

// verdicts decides on rows. Rows of the same text share one object: two pools for one database help nobody.
func (f *fixer) verdicts(uses []*stage.Use, out map[*stage.Use]verdict) {
	groups := map[string][]*stage.Use{}
	var order []string
	for _, use := range uses {
		site := f.res.SiteOf(use)
		if site == nil {
			out[use] = verdict{refusal: elsewhereRefusal(use)}
			continue
		}
		key := use.Op.Symbol + " " + types.ExprString(site.Call)
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], use)
	}
	// From the end: the fix of a client moves the configuration that it is made from, whose own fix is then not needed.
	for _, key := range slices.Backward(order) {
		f.share(groups[key], out, func(group []*stage.Use) verdict { return f.hoist(group, out) })
	}
}

// taken returns the row whose fix changes the same text as these edits, nil for none. Edits that are the same, such as
// those that add an import, may be made twice.
func taken(edits []analysis.TextEdit, out map[*stage.Use]verdict) (first *stage.Use) {
	for use, v := range out {
		for _, a := range v.edits {
			for _, b := range edits {
				same := a.Pos == b.Pos && a.End == b.End && string(a.NewText) == string(b.NewText)
				if !same && a.Pos < b.End && b.Pos < a.End && (first == nil || use.Pos < first.Pos) {
					first = use
				}
			}
		}
	}
	return first
}

func elsewhereRefusal(use *stage.Use) *rewrite.Refusal {
	if use.Op.Decodes && use.Local {
		return &rewrite.Refusal{Code: "no-object", Reason: "it fills a variable: let a function return that, so that it can be called once", Pos: use.Pos}
	}
	if use.Local {
		return &rewrite.Refusal{Code: "literal", Reason: "it is a composite literal: give it to a package variable by hand", Pos: use.Pos}
	}
	if use.Op.Given {
		return &rewrite.Refusal{Code: "helper-input", Reason: "a parameter of the helper decides what is built: only faaslint -fix, which sees all its callers, can keep it", Pos: use.Pos}
	}
	return &rewrite.Refusal{Code: "other-package", Reason: "it stands in another package, which only faaslint -fix can repair together with all who call it", Pos: use.Pos}
}

// share tries one object for all rows of a group, else one for each.
func (f *fixer) share(group []*stage.Use, out map[*stage.Use]verdict, hoist func([]*stage.Use) verdict) {
	if len(group) > 1 {
		if v := hoist(group); v.refusal == nil && len(v.edits) > 0 {
			out[group[0]] = v
			for _, use := range group[1:] {
				out[use] = verdict{covered: group[0].Pos}
			}
			return
		}
	}
	for _, use := range group {
		out[use] = hoist([]*stage.Use{use})
	}
}

func (f *fixer) hoist(group []*stage.Use, out map[*stage.Use]verdict) verdict {
	var calls []*ast.CallExpr
	var handlers []stage.Handler
	for _, use := range group {
		site := f.res.SiteOf(use)
		if len(site.Hazards) > 0 {
			h := site.Hazards[0]
			return verdict{refusal: &rewrite.Refusal{Code: h.Code, Reason: h.Reason, Pos: h.Pos}}
		}
		calls = append(calls, site.Call)
		handlers = append(handlers, use.Handlers...)
	}
	site := f.res.SiteOf(group[0])
	o := object(site, calls, f.pass.TypesInfo)
	if o.Form == rewrite.Mutex && concurrent(handlers) && (o.Ctx >= 0 || site.Entry.Loses >= catalog.Transport) {
		o.Form = rewrite.Shared
	}
	if !sameWait(f.res, group) {
		o.Wait = ""
	}
	v := f.keep(o, group, out)
	v.probed = o.Probe != "" || site.Entry.Stale == catalog.Heals
	return v
}

// keep asks for the edits, unless they are those of another row.
func (f *fixer) keep(o rewrite.Object, group []*stage.Use, out map[*stage.Use]verdict) verdict {
	edits, err := f.pkg.Hoist(o)
	if err != nil {
		return verdict{refusal: refusalOf(err, group[0].Call.Pos())}
	}
	if first := taken(edits, out); first != nil {
		return verdict{covered: first.Pos}
	}
	return verdict{edits: edits, probed: true}
}

// object describes a site to the rewriter, in the form for platforms that run one request at a time.
func object(site *stage.Site, calls []*ast.CallExpr, info *types.Info) rewrite.Object {
	e := site.Entry
	o := rewrite.Object{
		Calls: calls, Result: e.Result, What: site.What, Fallible: fallible(site.Call, info), Ctx: site.Ctx,
		KeepsCtx: e.Ctx != catalog.CtxDial, Close: e.Close, Check: e.Check, Probe: e.Probe, Wait: site.Wait,
	}
	switch {
	case e.Pure && site.Const && !o.Fallible:
		o.Form = rewrite.Variable
	case e.Pure && site.Const, !o.Fallible && o.Probe == "":
		o.Form = rewrite.Once
	default:
		o.Form = rewrite.Mutex
	}
	return o
}

func fallible(call *ast.CallExpr, info *types.Info) bool {
	t, ok := info.TypeOf(call).(*types.Tuple)
	return ok && t.Len() > 1 && types.Identical(t.At(t.Len()-1).Type(), types.Universe.Lookup("error").Type())
}

func concurrent(hs []stage.Handler) bool {
	for _, h := range hs {
		if h.Concurrent {
			return true
		}
	}
	return false
}

// sameWait reports whether one spelling of the request's context is right at all sites.
func sameWait(res *stage.Result, group []*stage.Use) bool {
	for _, use := range group {
		if res.SiteOf(use).Wait != res.SiteOf(group[0]).Wait {
			return false
		}
	}
	return true
}

func refusalOf(err error, pos token.Pos) *rewrite.Refusal {
	if r, ok := errors.AsType[*rewrite.Refusal](err); ok {
		if !r.Pos.IsValid() {
			r.Pos = pos
		}
		return r
	}
	return &rewrite.Refusal{Code: rewrite.Internal, Reason: err.Error(), Pos: pos}
}

// fixMessage says what the fix does.
func fixMessage(use *stage.Use, v verdict) string {
	if use.Built != nil {
		return fmt.Sprintf("Call %s once per instance", types.ExprString(use.Call.Fun))
	}
	verb := strings.ToUpper(present(use.Op)[:1]) + present(use.Op)[1:]
	msg := fmt.Sprintf("%s the %s once per instance", verb, use.Op.What)
	if !v.probed {
		msg += " (it is not known how to tell that its connection was lost)"
	}
	return msg
}

func present(op stage.Op) string {
	switch op.Verb() {
	case "opened":
		return "open"
	case "loaded":
		return "load"
	case "decoded":
		return "decode"
	}
	return "build"
}
