package reuse

import (
	"encoding/json"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/faaslint/faaslint/analyzers/words"
	"github.com/faaslint/faaslint/internal/stage"
	"github.com/faaslint/faaslint/rewrite"
)

// A Record is what one package knows about repairing a helper that other packages call. Records are the messages, in
// JSON, of the diagnostics of the analyzer Records, which runs only for our own command line (flag -records); their
// suggested fixes are the edits. See DESIGN.md, offers and consents.
type Record struct {
	Kind  string `json:"kind"`            // one of the constants below
	Offer string `json:"offer"`           // the offer that the record is about: FullName of the helper + "#" + base file name + ":" + line of the constructor call
	In    string `json:"in,omitempty"`    // FullName of the function in which the record stands
	To    string `json:"to,omitempty"`    // forwards: the offer under which In passes the object on to its own callers
	Text  string `json:"text,omitempty"`  // pays: the message of the finding, of which there may be several at one place; serves: for which platforms
	Form  string `json:"form,omitempty"`  // pays: "mutex" or "shared", the guard that the handler's platform needs
	Keyed bool   `json:"keyed,omitempty"` // offer: one object for each value of the inputs, so that nobody may pass what varies
	Local bool   `json:"local,omitempty"` // offer: the object does not leave the helper, so no caller need consent
	Code  string `json:"code,omitempty"`  // refusal: stable code
	Why   string `json:"why,omitempty"`   // refusal: a clause for people
}

const (
	Pays     = "pays"     // a handler pays for the offer on every request; stands at the reported expression
	Offers   = "offer"    // the helper could keep the object: suggested fixes with the messages "mutex" and "shared"
	Consents = "consent"  // this call may share the object; its suggested fix, if any, drops the Close
	Refuses  = "refusal"  // this call (or other mention) must not share the object
	Passes   = "passes"   // In passes its own parameters on as inputs: its callers decide what is built
	Varies   = "varies"   // this call passes inputs of which there may be any number
	Serves   = "serves"   // this main package registers handlers; about no offer
	Forwards = "forwards" // this call's function hands the object on to its own callers: they are asked under To
)

// Records prints what faaslint -fix needs to know to repair a helper together with its callers.
var Records = &analysis.Analyzer{
	Name:     "records",
	Doc:      "records: what faaslint -fix needs to repair a helper together with its callers",
	Run:      runRecords,
	Requires: []*analysis.Analyzer{stage.Analyzer, Analyzer},
}

func runRecords(pass *analysis.Pass) (_ any, err error) {
	defer words.Recovered(&err)
	res := pass.ResultOf[stage.Analyzer].(*stage.Result)
	rows := pass.ResultOf[Analyzer].(*rows)
	r := &recorder{pass: pass}
	if platforms := res.Platforms(); len(platforms) > 0 {
		at := pass.Files[0].Name
		r.report(at.Pos(), at.End(), Record{Kind: Serves, In: pass.Pkg.Path(), Text: strings.Join(platforms, " ")})
	}
	for _, use := range rows.uses {
		v := rows.verdicts[use]
		if v.refusal == nil || use.Local && v.refusal.Code != rewrite.Returned && !use.Op.Given {
			continue
		}
		rec := Record{Kind: Pays, Offer: use.Op.Site(), Text: message(use), Form: "mutex"}
		if concurrent(use.Handlers) {
			rec.Form = "shared"
		}
		r.report(use.Pos, use.End, rec)
	}
	r.offers(res, rows)
	for h := range res.Handed() {
		r.handed(h)
	}
	for g := range res.Given() {
		rec := Record{Kind: Varies, Offer: g.Site, Code: g.Code, Why: g.Why}
		if g.Code == "" {
			rec.Kind, rec.In = Passes, g.In.FullName()
		}
		r.report(g.Pos, g.Pos, rec)
	}
	return nil, nil
}

type recorder struct{ pass *analysis.Pass }

func (r *recorder) report(pos, end token.Pos, rec Record, fixes ...analysis.SuggestedFix) {
	text, err := json.Marshal(rec)
	if err != nil {
		panic("a record cannot be encoded: " + err.Error())
	}
	r.pass.Report(analysis.Diagnostic{Pos: pos, End: end, Category: "records", Message: string(text), SuggestedFixes: fixes})
}

// offers prints the sites that could keep their object and that no fix of this package repairs already.
func (r *recorder) offers(res *stage.Result, rows *rows) {
	fixed := map[token.Pos]bool{}
	for use, v := range rows.verdicts {
		if use.Call != nil && v.refusal == nil {
			fixed[use.Call.Pos()] = true
		}
	}
	forms := []struct {
		name string
		form rewrite.Form
		pkg  *rewrite.Package
	}{{"mutex", rewrite.Mutex, newPackage(r.pass)}, {"shared", rewrite.Shared, newPackage(r.pass)}}
	for site := range res.Sites() {
		if fixed[site.Call.Pos()] || site.Func == nil {
			continue
		}
		rec := Record{Kind: Offers, Offer: site.ID, In: site.Func.FullName()}
		if len(site.Hazards) > 0 {
			rec.Kind, rec.Code, rec.Why = Refuses, site.Hazards[0].Code, site.Hazards[0].Reason
			r.report(site.Call.Pos(), site.Call.End(), rec)
			continue
		}
		o := object(site, nil, r.pass.TypesInfo)
		o.Calls = append(o.Calls, site.Call)
		o.Keyed, rec.Keyed = site.Given, site.Given
		local, _ := newPackage(r.pass).Hoist(o)
		rec.Local = local != nil
		o.Returned = true
		var fixes []analysis.SuggestedFix
		var refusal *rewrite.Refusal
		for _, f := range forms {
			if o.Form >= rewrite.Mutex {
				o.Form = f.form
			}
			edits, err := f.pkg.Hoist(o)
			if err != nil {
				refusal = refusalOf(err, site.Call.Pos())
				break
			}
			fixes = append(fixes, analysis.SuggestedFix{Message: f.name, TextEdits: edits})
		}
		if refusal != nil {
			rec.Kind, rec.Code, rec.Why, fixes = Refuses, refusal.Code, refusal.Reason, nil
		}
		r.report(site.Call.Pos(), site.Call.End(), rec, fixes...)
	}
}

// handed answers for one caller of a helper: may it share the object?
func (r *recorder) handed(h *stage.Handed) {
	rec := Record{Kind: Consents, Offer: h.Offer}
	if h.In != nil {
		rec.In = h.In.FullName()
	}
	if h.Call == nil {
		rec.Kind, rec.Code, rec.Why = Refuses, "not-a-call", "the helper is mentioned other than by a call"
		r.report(h.Pos, h.Pos, rec)
		return
	}
	edits, err := newPackage(r.pass).DropClose(h.Call, h.Result, h.Close)
	var fixes []analysis.SuggestedFix
	var refusal *rewrite.Refusal
	if err != nil {
		refusal = refusalOf(err, h.Pos)
	}
	switch {
	case err == nil && len(edits) > 0 && h.Test:
		rec.Kind, rec.Code, rec.Why = Refuses, "test-closes", "a test closes it"
	case err == nil && len(edits) > 0:
		fixes = []analysis.SuggestedFix{{Message: "drop the Close", TextEdits: edits}}
	case err == nil:
	case h.To != "" && refusal.Code == rewrite.Returned:
		rec.Kind, rec.To = Forwards, h.To
	case h.Test && len(h.Close) == 0: // nothing that it could close
	case h.Test:
		// A test file is not rewritten; what matters is whether it could be harmed.
		rec.Kind, rec.Code, rec.Why = Refuses, "test-closes", "a test may close it: "+refusal.Reason
	default:
		rec.Kind, rec.Code, rec.Why = Refuses, refusal.Code, refusal.Reason
	}
	r.report(h.Call.Pos(), h.Call.End(), rec, fixes...)
}
