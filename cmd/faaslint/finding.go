package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A tree is what the tool prints for one unit, and go vet -json for all: package ID, then check, then either a list
// of diagnostics or an object with an error.
type tree map[string]map[string]json.RawMessage

// The shapes of go vet -json.
type (
	diagnostic struct {
		Category       string    `json:"category,omitempty"`
		Posn           string    `json:"posn"`
		End            string    `json:"end"`
		Message        string    `json:"message"`
		SuggestedFixes []fix     `json:"suggested_fixes,omitempty"`
		Related        []related `json:"related,omitempty"`
	}
	fix struct {
		Message string `json:"message"`
		Edits   []edit `json:"edits"`
	}
	edit struct {
		Filename string `json:"filename"`
		Start    int    `json:"start"` // byte offset
		End      int    `json:"end"`
		New      string `json:"new"`
	}
	related struct {
		Posn    string `json:"posn"`
		End     string `json:"end"`
		Message string `json:"message"`
	}
)

// A finding is a diagnostic, and where it comes from.
type finding struct {
	diagnostic
	Unit  string // package ID, e.g. "p [p.test]"
	Check string
	at    position
}

// findings lists the diagnostics of a tree and, apart, the errors of the checks themselves.
func (t tree) findings() (list []*finding, errs []string, err error) {
	for unit, checks := range t {
		for check, raw := range checks {
			var diags []diagnostic
			if json.Unmarshal(raw, &diags) == nil {
				for _, d := range diags {
					list = append(list, &finding{diagnostic: d, Unit: unit, Check: check, at: parsePosition(d.Posn)})
				}
				continue
			}
			var failure struct {
				Error string `json:"error"`
			}
			if err := json.Unmarshal(raw, &failure); err != nil {
				return nil, nil, fmt.Errorf("%s: %s: %v", unit, check, err)
			}
			if strings.HasPrefix(failure.Error, "failed prerequisites") {
				continue // the check that failed says so itself
			}
			errs = append(errs, fmt.Sprintf("%s: %s: %s", unit, check, failure.Error))
		}
	}
	slices.Sort(errs)
	return list, errs, nil
}

// pkgPath is the path of the package that a unit belongs to as the user names it: an external test package and a
// test variant belong to the package under test, but a dependency that was compiled again for a test is itself.
func (f *finding) pkgPath() string {
	path, variant, _ := strings.Cut(f.Unit, " ")
	tested := strings.TrimSuffix(strings.Trim(variant, "[]"), ".test")
	if path == tested+"_test" {
		return tested
	}
	return path
}

// isTestVariant reports whether the unit holds a package together with its own _test.go files.
func (f *finding) isTestVariant() bool {
	path, variant, _ := strings.Cut(f.Unit, " ")
	return variant == "["+path+".test]"
}

// A position is a place in a file, as text has it.
type position struct {
	file      string
	line, col int
}

func parsePosition(s string) position {
	rest, col, ok := cutNumber(s)
	if !ok {
		return position{file: s}
	}
	file, line, ok := cutNumber(rest)
	if !ok { // no column: a position of an imported object
		return position{file: rest, line: col}
	}
	return position{file, line, col}
}

func cutNumber(s string) (before string, n int, ok bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, 0, false
	}
	n, err := strconv.Atoi(s[i+1:])
	return s[:i], n, err == nil
}

func (p position) String() string {
	switch {
	case p.line == 0:
		return p.file
	case p.col == 0:
		return fmt.Sprintf("%s:%d", p.file, p.line)
	}
	return fmt.Sprintf("%s:%d:%d", p.file, p.line, p.col)
}

func (p position) compare(q position) int {
	if c := strings.Compare(p.file, q.file); c != 0 {
		return c
	}
	if p.line != q.line {
		return p.line - q.line
	}
	return p.col - q.col
}

// unique sorts findings and keeps one of those that several units of a package share. The unit that sees the tests
// decides: a fix that they forbid must not come back through the unit that does not see them. sawTests names the
// packages that have such a unit.
func unique(findings []*finding, sawTests map[string]bool) (kept []*finding) {
	slices.SortFunc(findings, func(a, b *finding) int {
		if c := a.at.compare(b.at); c != 0 {
			return c
		}
		if c := strings.Compare(a.Check+"\x00"+a.Message, b.Check+"\x00"+b.Message); c != 0 {
			return c
		}
		return strings.Compare(a.Unit, b.Unit)
	})
	for _, f := range findings {
		if path, _, _ := strings.Cut(f.Unit, " "); sawTests[path] && !f.isTestVariant() {
			continue
		}
		if n := len(kept); n > 0 && kept[n-1].at == f.at && kept[n-1].Check == f.Check && kept[n-1].Message == f.Message {
			continue
		}
		kept = append(kept, f)
	}
	return kept
}

const refusalPrefix = "not fixed automatically: "

// refusal returns the stable code and the reason with which a check declines to offer a fix.
func (f *finding) refusal() (code, why string) {
	for _, r := range f.Related {
		text, ok := strings.CutPrefix(r.Message, refusalPrefix)
		if !ok {
			continue
		}
		i := strings.LastIndex(text, " (")
		if i < 0 || !strings.HasSuffix(text, ")") {
			return "other", text
		}
		return text[i+2 : len(text)-1], text[:i]
	}
	return "", ""
}

// refuse replaces what the check could say of the one package that it saw by what we know of them all.
func (f *finding) refuse(code, why string) {
	f.Related = slices.DeleteFunc(slices.Clone(f.Related), func(r related) bool {
		return strings.HasPrefix(r.Message, refusalPrefix)
	})
	f.Related = append(f.Related, related{Posn: f.Posn, End: f.End, Message: fmt.Sprintf("%s%s (%s)", refusalPrefix, why, code)})
}
