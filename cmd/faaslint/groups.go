package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/faaslint/faaslint/analyzers/reuse"
)

// A group is the repair of one helper together with all who call it: the helper keeps what it builds, its callers no
// longer close it. It is applied whole or not at all.
type group struct {
	offer     string
	payers    []record // of kind pays
	code, why string   // why not, if not
	edits     edits
}

// A record is a finding of the records analyzer, decoded.
type record struct {
	reuse.Record
	*finding
}

// A ledger holds all records of the workspace, by the offer that they are about.
type ledger struct {
	offers map[string]record
	pays   map[string][]record
	about  map[string][]record // consents, refusals, forwards
	object func(offer string) (code, why string)
}

// newLedger decodes records; what they were printed in what order for does not matter, since they come sorted.
func newLedger(findings []*finding, object func(offer string) (code, why string)) (*ledger, error) {
	l := &ledger{
		offers: make(map[string]record),
		pays:   make(map[string][]record),
		about:  make(map[string][]record),
		object: object,
	}
	for _, f := range findings {
		r := record{finding: f}
		if err := json.Unmarshal([]byte(f.Message), &r.Record); err != nil {
			return nil, fmt.Errorf("%s: reading a record: %v", f.at, err)
		}
		switch r.Kind {
		case reuse.Offers:
			l.offers[r.Offer] = r
		case reuse.Pays:
			l.pays[r.Offer] = append(l.pays[r.Offer], r)
		case reuse.Serves: // for build files
		default:
			l.about[r.Offer] = append(l.about[r.Offer], r)
		}
	}
	return l, nil
}

// groups returns one group for each offer that a handler pays for, in the order of their names.
func (l *ledger) groups() (list []*group) {
	for _, offer := range l.named() {
		reached := l.reach(offer)
		g := &group{offer: offer}
		form := "mutex"
		for _, id := range reached {
			for _, pay := range l.pays[id] {
				g.payers = append(g.payers, pay)
				if pay.Form == "shared" {
					form = "shared" // which also serves those who need less
				}
			}
		}
		if len(g.payers) == 0 {
			continue // no handler would gain
		}
		g.code, g.why = l.refusal(offer, reached)
		if _, offered := l.offers[offer]; g.code == "" && offered {
			g.edits = l.editsOf(offer, form, reached)
		}
		if _, offered := l.offers[offer]; g.code == "" && !offered {
			continue // the helper's package says nothing, as a library's does
		}
		if g.code == "" && g.edits == nil {
			g.code, g.why = "no-guard", "there is no "+form+" form of the helper"
		}
		list = append(list, g)
	}
	return list
}

// named lists what handlers pay for or helpers offer: a helper that could not keep its object says why instead.
func (l *ledger) named() []string {
	all := make(map[string]bool)
	for offer := range l.offers {
		all[offer] = true
	}
	for offer := range l.pays {
		all[offer] = true
	}
	return sortedKeys(all)
}

// reach lists the offer and all names under which its object is handed on.
func (l *ledger) reach(offer string) []string {
	reached := []string{offer}
	for i := 0; i < len(reached); i++ {
		for _, r := range l.about[reached[i]] {
			if r.Kind == reuse.Forwards && !slices.Contains(reached, r.To) {
				reached = append(reached, r.To)
			}
		}
	}
	return reached
}

// refusal returns the first objection, be it of one who calls or of what we cannot see.
func (l *ledger) refusal(offer string, reached []string) (code, why string) {
	if l.offers[offer].Keyed {
		if code, why := l.varies(offer); code != "" {
			return code, why
		}
	}
	if l.offers[offer].Local {
		return "", "" // the object never leaves the helper
	}
	for _, id := range reached {
		for _, r := range l.about[id] {
			switch r.Kind {
			case reuse.Consents, reuse.Forwards, reuse.Passes, reuse.Varies:
				continue
			}
			if r.Kind != reuse.Refuses {
				return "unknown-record", fmt.Sprintf("a record of kind %q stands in the way", r.Kind)
			}
			return r.Code, fmt.Sprintf("%s (%s)", r.Why, baseOf(r.at))
		}
	}
	for _, id := range reached {
		if code, why := l.object(id); code != "" {
			return code, why
		}
	}
	return "", ""
}

// varies returns the first objection to one object for each value of the helper's inputs: somebody, seen or not, may
// pass any number of them.
func (l *ledger) varies(offer string) (code, why string) {
	helpers := []string{offer}
	for _, r := range l.about[offer] {
		switch r.Kind {
		case reuse.Varies:
			return r.Code, fmt.Sprintf("%s (%s)", r.Why, baseOf(r.at))
		case reuse.Passes:
			helpers = append(helpers, r.In)
		}
	}
	for _, h := range helpers {
		if code, why := l.object(h); code != "" {
			return code, why
		}
	}
	return "", ""
}

// editsOf joins the offer's edits in the form asked for with those of all consents, or returns nil.
func (l *ledger) editsOf(offer, form string, reached []string) edits {
	o := l.offers[offer]
	i := slices.IndexFunc(o.SuggestedFixes, func(f fix) bool { return f.Message == form })
	if i < 0 {
		return nil
	}
	all := collectEdits(o.SuggestedFixes[i].Edits)
	if o.Local {
		return all
	}
	for _, id := range reached {
		for _, r := range l.about[id] {
			if r.Kind != reuse.Consents || len(r.SuggestedFixes) == 0 {
				continue
			}
			joined, ok := merge(all, collectEdits(r.SuggestedFixes[0].Edits))
			if !ok {
				return nil
			}
			all = joined
		}
	}
	return all
}

// baseOf shortens a position for a sentence about another file.
func baseOf(p position) string {
	p.file = p.file[strings.LastIndexByte(p.file, '/')+1:]
	return p.String()
}

// A helper is the function that an offer is about.
type helper struct {
	pkg, name string
	method    bool
}

// parseOffer takes the helper's name from an offer: FullName, "#", file, ":", line.
func parseOffer(offer string) helper {
	full, _, _ := strings.Cut(offer, "#")
	method := strings.HasPrefix(full, "(")
	dot := strings.LastIndexByte(full, '.')
	h := helper{name: full[dot+1:], method: method}
	path := strings.TrimLeft(full[:max(dot, 0)], "(*")
	if method { // (*p.T).M
		path, _, _ = strings.Cut(path, "[")
		path = strings.TrimSuffix(path, ")")
		path = path[:max(strings.LastIndexByte(path, '.'), 0)]
	}
	h.pkg = path
	return h
}
