package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// print writes findings to standard output in the form that was asked for.
func (c *command) print(findings []*finding) error {
	if c.json {
		return printJSON(c.stdout, findings)
	}
	c.printText(c.stdout, findings)
	return nil
}

// printText prints file:line:col: message, and below it, indented, the way from the handler to the operation.
func (c *command) printText(w io.Writer, findings []*finding) {
	for _, f := range findings {
		fmt.Fprintf(w, "%s: %s\n", c.short(f.at), f.Message)
		for _, r := range f.Related {
			fmt.Fprintf(w, "\t%s: %s\n", c.short(parsePosition(r.Posn)), r.Message)
		}
	}
}

// short makes a position relative to the working directory where that is shorter, as the go command does.
func (c *command) short(p position) position {
	if rel, err := filepath.Rel(c.cwd, p.file); err == nil && len(rel) < len(p.file) {
		p.file = rel
	}
	return p
}

// printJSON prints one object in the shape of go vet -json.
func printJSON(w io.Writer, findings []*finding) error {
	t := make(map[string]map[string][]diagnostic)
	for _, f := range findings {
		unit, _, _ := strings.Cut(f.Unit, " ") // go vet does not tell a package from the same with its tests
		if t[unit] == nil {
			t[unit] = make(map[string][]diagnostic)
		}
		t[unit][f.Check] = append(t[unit][f.Check], f.diagnostic)
	}
	data, err := json.MarshalIndent(t, "", "\t")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s\n", data)
	return err
}

// reportProblems says what could not be checked, and why.
func (c *command) reportProblems(l *listing, res *vetResult) {
	for _, problem := range l.problems {
		fmt.Fprintf(c.stderr, "faaslint: %s\n", problem)
	}
	_, dropped := l.without(res.failed)
	if res.code != 0 {
		fmt.Fprint(c.stderr, res.stderr)
	}
	for _, e := range res.errors {
		fmt.Fprintf(c.stderr, "faaslint: %s\n", e)
	}
	if len(res.untested) > 0 {
		fmt.Fprintf(c.stderr, "faaslint: checked without their tests: %s\n", strings.Join(res.untested, ", "))
	}
	var names []string
	for _, p := range slices.Concat(l.broken, dropped) {
		names = append(names, p.ImportPath)
	}
	if len(names) > 0 {
		slices.Sort(names)
		fmt.Fprintf(c.stderr, "faaslint: not checked: %s\n", strings.Join(slices.Compact(names), ", "))
	}
}

func plainSummary(found, fixable int) string {
	if fixable == 0 {
		return fmt.Sprintf("%d found", found)
	}
	return fmt.Sprintf("%d found, %d can be fixed (faaslint -fix)", found, fixable)
}

// fixSummary counts what was repaired, and by code what was not.
func fixSummary(fixed int, left []*finding) string {
	text := fmt.Sprintf("%d found, %d fixed", fixed+len(left), fixed)
	if len(left) == 0 {
		return text
	}
	counts := make(map[string]int)
	for _, f := range left {
		code, _ := f.refusal()
		if code == "" {
			code = "no fix"
		}
		counts[code]++
	}
	codes := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return strings.Compare(a, b)
	})
	for i, code := range codes {
		codes[i] = fmt.Sprintf("%d %s", counts[code], code)
	}
	return fmt.Sprintf("%s, %d not fixed (%s)", text, len(left), strings.Join(codes, ", "))
}
