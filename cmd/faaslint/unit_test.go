package main

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/faaslint/faaslint/analyzers/reuse"
)

func TestConflict(t *testing.T) {
	for _, test := range []struct {
		name string
		a, b edit
		want bool
	}{
		{"apart", edit{Start: 0, End: 2}, edit{Start: 4, End: 6}, false},
		{"adjacent", edit{Start: 0, End: 2}, edit{Start: 2, End: 6}, false},
		{"overlap", edit{Start: 0, End: 3}, edit{Start: 2, End: 6}, true},
		{"insertion inside a deletion", edit{Start: 0, End: 3}, edit{Start: 2, End: 2, New: "x"}, true},
		{"insertion at its start", edit{Start: 2, End: 3}, edit{Start: 2, End: 2, New: "x"}, true},
		{"insertion at its end", edit{Start: 0, End: 2}, edit{Start: 2, End: 2, New: "x"}, true},
		{"insertions at one place", edit{Start: 2, End: 2, New: "x"}, edit{Start: 2, End: 2, New: "y"}, true},
		{"insertions apart", edit{Start: 2, End: 2, New: "x"}, edit{Start: 3, End: 3, New: "y"}, false},
	} {
		if got := conflict(test.a, test.b); got != test.want {
			t.Errorf("%s: conflict = %v, want %v", test.name, got, test.want)
		}
		if got := conflict(test.b, test.a); got != test.want {
			t.Errorf("%s, turned round: conflict = %v, want %v", test.name, got, test.want)
		}
	}
}

func TestMergeAndApply(t *testing.T) {
	shared := edit{Filename: "f", Start: 0, End: 0, New: "import \"sync\"\n"}
	a := collectEdits([]edit{{Filename: "f", Start: 4, End: 5, New: "B"}, shared})
	b := collectEdits([]edit{shared, {Filename: "f", Start: 2, End: 3, New: "A"}})
	both, ok := merge(a, b)
	if !ok || len(both["f"]) != 3 {
		t.Fatalf("merge = %v, %v: identical edits must become one", both, ok)
	}
	files, err := both.apply(func(string) ([]byte, error) { return []byte("0 a b 1"), nil })
	if got, want := string(files["f"]), "import \"sync\"\n0 A B 1"; err != nil || got != want {
		t.Errorf("apply = %q, %v, want %q", got, err, want)
	}
	if _, ok := merge(a, collectEdits([]edit{{Filename: "f", Start: 4, End: 5, New: "C"}})); ok {
		t.Error("different replacements of one text must conflict")
	}
	stale := collectEdits([]edit{{Filename: "f", Start: 90, End: 91}})
	if _, err := stale.apply(func(string) ([]byte, error) { return nil, nil }); err == nil {
		t.Error("an edit beyond the end of the file was applied")
	}
}

func TestFirstBad(t *testing.T) {
	for n := 1; n < 9; n++ {
		for bad := range n {
			got, err := firstBad(n, func(k int) (bool, error) { return k <= bad, nil })
			if got != bad || err != nil {
				t.Errorf("firstBad(%d) = %d, %v, want %d", n, got, err, bad)
			}
		}
	}
}

func TestUnmapOverlay(t *testing.T) {
	for text, want := range map[string]string{
		"/tmp/faaslint-overlay-12/work/a b/c.go:3:4: no": "/work/a b/c.go:3:4: no",
		"../../tmp/faaslint-overlay-12/w/c.go:3:4":       "/w/c.go:3:4",
		"see (/tmp/faaslint-overlay-1/w/c.go:3)":         "see (/w/c.go:3)",
		"/work/faaslint/c.go:1:1":                        "/work/faaslint/c.go:1:1",
	} {
		if got := unmapOverlayText(text); got != want {
			t.Errorf("unmapOverlayText(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestUniquePrefersTests(t *testing.T) {
	d := diagnostic{Posn: "a.go:1:2", Message: "m"}
	plain := &finding{diagnostic: d, Unit: "p", Check: "c", at: parsePosition(d.Posn)}
	tested := &finding{diagnostic: d, Unit: "p [p.test]", Check: "c", at: parsePosition(d.Posn)}
	got := unique([]*finding{plain, tested}, map[string]bool{"p": true})
	if len(got) != 1 || got[0] != tested {
		t.Errorf("unique = %v, want the finding of the unit with tests", got)
	}
}

func TestPkgPath(t *testing.T) {
	for unit, want := range map[string]string{
		"p": "p", "p [p.test]": "p", "p_test [p.test]": "p", "q [p.test]": "q",
	} {
		if got := (&finding{Unit: unit}).pkgPath(); got != want {
			t.Errorf("pkgPath(%q) = %q, want %q", unit, got, want)
		}
	}
}

func TestRefusal(t *testing.T) {
	f := &finding{diagnostic: diagnostic{Related: []related{{Message: "way"}, {Message: refusalPrefix + "it is (so) said (some-code)"}}}}
	if code, why := f.refusal(); code != "some-code" || why != "it is (so) said" {
		t.Errorf("refusal = %q, %q", code, why)
	}
	f.refuse("other-code", "known better")
	if code, _ := f.refusal(); code != "other-code" || len(f.Related) != 2 {
		t.Errorf("after refuse: %v", f.Related)
	}
}

func TestUncommitted(t *testing.T) {
	got := uncommitted(" M a.txt\n?? note.txt\n?? x.go\n?? \"y z.go\"\n")
	if want := []string{"a.txt", "x.go", `"y z.go"`}; !reflect.DeepEqual(got, want) {
		t.Errorf("uncommitted = %q, want %q", got, want)
	}
}

func TestParseOffer(t *testing.T) {
	for offer, want := range map[string]helper{
		"example.com/v.2/store.Open#a.go:3":            {pkg: "example.com/v.2/store", name: "Open"},
		"(*example.com/store.T).Open#a.go:3":           {pkg: "example.com/store", name: "Open", method: true},
		"(example.com/store.T[a.com/x.Y]).Open#a.go:3": {pkg: "example.com/store", name: "Open", method: true},
	} {
		if got := parseOffer(offer); got != want {
			t.Errorf("parseOffer(%q) = %+v, want %+v", offer, got, want)
		}
	}
}

// rec makes a record with one edit for each fix, at a place of its own.
func rec(line int, r reuse.Record, fixes ...string) *finding {
	text, _ := json.Marshal(r)
	f := &finding{diagnostic: diagnostic{Message: string(text)}, at: position{file: "f.go", line: line}}
	for _, message := range fixes {
		e := edit{Filename: "f.go", Start: 10 * line, End: 10*line + 1, New: message}
		f.SuggestedFixes = append(f.SuggestedFixes, fix{Message: message, Edits: []edit{e}})
	}
	return f
}

func TestGroups(t *testing.T) {
	offer := rec(1, reuse.Record{Kind: reuse.Offers, Offer: "p.Open#a.go:1"}, "mutex", "shared")
	local := rec(1, reuse.Record{Kind: reuse.Offers, Offer: "p.Open#a.go:1", Local: true}, "mutex", "shared")
	pays := rec(2, reuse.Record{Kind: reuse.Pays, Offer: "p.Open#a.go:1", Form: "mutex"})
	paysShared := rec(3, reuse.Record{Kind: reuse.Pays, Offer: "p.Open#a.go:1", Form: "shared"})
	consent := rec(4, reuse.Record{Kind: reuse.Consents, Offer: "p.Open#a.go:1"}, "drop")
	plain := rec(5, reuse.Record{Kind: reuse.Consents, Offer: "p.Open#a.go:1"})
	refusal := rec(6, reuse.Record{Kind: reuse.Refuses, Offer: "p.Open#a.go:1", Code: "closes", Why: "it is closed"})
	forward := rec(7, reuse.Record{Kind: reuse.Forwards, Offer: "p.Open#a.go:1", To: "p.New#a.go:9"})
	back := rec(8, reuse.Record{Kind: reuse.Forwards, Offer: "p.New#a.go:9", To: "p.Open#a.go:1"})
	paysBox := rec(9, reuse.Record{Kind: reuse.Pays, Offer: "p.New#a.go:9", Form: "mutex"})
	boxConsent := rec(10, reuse.Record{Kind: reuse.Consents, Offer: "p.New#a.go:9"}, "drop")
	boxRefusal := rec(11, reuse.Record{Kind: reuse.Refuses, Offer: "p.New#a.go:9", Code: "kept", Why: "it is kept"})
	keyed := rec(1, reuse.Record{Kind: reuse.Offers, Offer: "p.Open#a.go:1", Keyed: true, Local: true}, "mutex", "shared")
	passes := rec(13, reuse.Record{Kind: reuse.Passes, Offer: "p.Open#a.go:1", In: "q.Open"})
	varies := rec(14, reuse.Record{Kind: reuse.Varies, Offer: "p.Open#a.go:1", Code: "varying-input", Why: "a tenant"})
	odd := rec(12, reuse.Record{Kind: "odd", Offer: "p.Open#a.go:1"})

	for _, test := range []struct {
		name    string
		records []*finding
		code    string // "none" for no group
		form    string
		edits   int
		object  string // the offer that the workspace objects to
	}{
		{"nobody pays", []*finding{offer, consent}, "none", "", 0, ""},
		{"no offer", []*finding{pays, consent}, "none", "", 0, ""},
		{"all agree", []*finding{offer, pays, consent, plain}, "", "mutex", 2, ""},
		{"one payer needs more", []*finding{offer, pays, paysShared}, "", "shared", 1, ""},
		{"one refuses", []*finding{offer, pays, consent, refusal}, "closes", "", 0, ""},
		{"what it does not know stands in the way", []*finding{offer, pays, odd}, "unknown-record", "", 0, ""},
		{"handed on", []*finding{offer, forward, paysBox, boxConsent}, "", "mutex", 2, ""},
		{"handed on to one who refuses", []*finding{offer, pays, forward, boxConsent, boxRefusal}, "kept", "", 0, ""},
		{"handed on in a circle", []*finding{offer, pays, forward, back}, "", "mutex", 1, ""},
		{"unseen callers", []*finding{offer, pays}, "unseen", "", 0, "p.Open#a.go:1"},
		{"unseen callers of the next", []*finding{offer, pays, forward}, "unseen", "", 0, "p.New#a.go:9"},
		{"for each input: few of them", []*finding{keyed, pays, passes}, "", "mutex", 1, ""},
		{"for each input: any number", []*finding{keyed, pays, passes, varies}, "varying-input", "", 0, ""},
		{"for each input: unseen callers", []*finding{keyed, pays, passes}, "unseen", "", 0, "p.Open#a.go:1"},
		{"for each input: unseen callers of one who passes them on", []*finding{keyed, pays, passes}, "unseen", "", 0, "q.Open"},
		{"no inputs, none that vary", []*finding{local, pays, varies}, "", "mutex", 1, ""},
		{"local: nobody is asked", []*finding{local, pays, refusal}, "", "mutex", 1, "p.Open#a.go:1"},
	} {
		for range 4 { // in any order
			rand.Shuffle(len(test.records), func(i, j int) {
				test.records[i], test.records[j] = test.records[j], test.records[i]
			})
			l, err := newLedger(test.records, func(offer string) (string, string) {
				if offer == test.object {
					return "unseen", "somebody may call it"
				}
				return "", ""
			})
			if err != nil {
				t.Fatal(err)
			}
			groups := l.groups()
			if test.code == "none" {
				if len(groups) != 0 {
					t.Errorf("%s: %d groups", test.name, len(groups))
				}
				continue
			}
			if len(groups) != 1 {
				t.Fatalf("%s: %d groups, want 1", test.name, len(groups))
			}
			g := groups[0]
			if g.code != test.code || len(g.edits["f.go"]) != test.edits {
				t.Errorf("%s: code %q, %d edits; want %q, %d", test.name, g.code, len(g.edits["f.go"]), test.code, test.edits)
			}
			if test.edits > 0 && g.edits["f.go"][0].New != test.form {
				t.Errorf("%s: form %s, want %s", test.name, g.edits["f.go"][0].New, test.form)
			}
		}
	}
}

func TestFixSummary(t *testing.T) {
	coded := func(code string) *finding {
		f := new(finding)
		if code != "" {
			f.refuse(code, "because")
		}
		return f
	}
	left := []*finding{coded("tests-replace"), coded("expiring-credential"), coded("expiring-credential")}
	got := fixSummary(9, left)
	if want := "12 found, 9 fixed, 3 not fixed (2 expiring-credential, 1 tests-replace)"; got != want {
		t.Errorf("fixSummary = %q, want %q", got, want)
	}
	if got := fixSummary(0, []*finding{coded("")}); !strings.HasSuffix(got, "(1 no fix)") {
		t.Errorf("fixSummary = %q", got)
	}
}

func TestSameGo(t *testing.T) {
	if err := sameGo("go1.99.1"); err == nil || !strings.Contains(err.Error(), "rebuild faaslint with go1.99") {
		t.Errorf("sameGo of a newer Go: %v", err)
	}
	if err := sameGo("go1.21"); err != nil {
		t.Errorf("sameGo of an older one: %v", err)
	}
}

// A symbol's path may hold dots, and its type arguments other paths.
func TestPackageOf(t *testing.T) {
	for symbol, want := range map[string]string{
		"main.main":                          "main",
		"text/template.(*state).evalField":   "text/template",
		"example.com/a/b.F[example.com/c.T]": "example.com/a/b",
		"gopkg.in/yaml%2ev3.Unmarshal":       "gopkg.in/yaml%2ev3",
	} {
		if got := packageOf(symbol); got != want {
			t.Errorf("%s: %s, want %s", symbol, got, want)
		}
	}
}
