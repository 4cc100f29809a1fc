package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"slices"
	"strings"
)

// A vetResult is what one run of go vet found.
type vetResult struct {
	findings []*finding
	records  []*finding
	errors   []string        // of the checks themselves
	stderr   string          // what the go command and the compiler said
	failed   map[string]bool // packages that do not type-check, by path
	untested []string        // packages that were checked without their tests, which do not type-check
	code     int             // exit code of go vet
}

// covers reports whether all packages asked for were checked. That others failed is said, but is no failure.
func (r *vetResult) covers(asked *listing) bool {
	if !asked.ok() || len(r.errors)+len(r.untested) > 0 {
		return false
	}
	if r.code != 0 && len(r.failed) == 0 {
		return false // the go command failed before it came to any package
	}
	_, dropped := asked.without(r.failed)
	return len(dropped) == 0
}

// vet checks the packages of l as they are, with the files of o, if any, in the place of those on disk. A package whose tests do not
// type-check is checked once more without them: the go command looks at a package together with its tests or not at all.
func (c *command) vet(ctx context.Context, o *overlay, l *listing) (*vetResult, error) {
	res, err := c.vetOnce(ctx, o, l)
	if err != nil || len(res.failed) == 0 {
		return res, err
	}
	again := make(map[string]bool)
	for _, p := range l.packages {
		if res.failed[p.ImportPath] && !p.hideTests && len(p.TestGoFiles)+len(p.XTestGoFiles) > 0 {
			again[p.ImportPath], p.hideTests = true, true
		}
	}
	if len(again) == 0 {
		return res, nil
	}
	part := l.only(again)
	plain, err := c.vetOnce(ctx, o, part)
	if err != nil {
		return nil, err
	}
	for _, p := range part.packages {
		if p.hideTests = !plain.failed[p.ImportPath]; p.hideTests {
			delete(res.failed, p.ImportPath)
			res.untested = append(res.untested, p.ImportPath)
		}
	}
	res.findings = unique(slices.Concat(res.findings, plain.findings), nil)
	res.records = unique(slices.Concat(res.records, plain.records), nil)
	res.errors = append(res.errors, plain.errors...)
	return res, nil
}

// vetOnce runs go vet.
func (c *command) vetOnce(ctx context.Context, o *overlay, l *listing) (*vetResult, error) {
	res := &vetResult{failed: make(map[string]bool)}
	if len(l.packages) == 0 {
		return res, nil
	}
	flag, records := recordsFlag, c.records
	if c.placing {
		flag, records = spansFlag, c.spans
	}
	args := append([]string{"vet", "-json", "-" + flag, "-vettool=" + c.self}, c.buildFlags()...)
	hidden := l.hidden()
	if o == nil && len(hidden) > 0 {
		var err error
		if o, err = newOverlay(); err != nil {
			return nil, err
		}
		defer o.remove()
	}
	if o != nil && len(o.files)+len(hidden) > 0 {
		file, err := o.write(hidden)
		if err != nil {
			return nil, err
		}
		args = append(args, "-overlay="+file)
	}
	args = append(append(args, "--"), l.vetArgs()...)
	cmd := c.goCommand(ctx, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	units, err := c.stream(cmd)
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.As(err, &exit):
		res.code = exit.ExitCode()
	case err != nil:
		return nil, fmt.Errorf("go vet: %v", err)
	}
	res.readStderr(stderr.String(), l)
	if err := res.collect(units, records.Name, l); err != nil {
		return nil, err
	}
	more, err := c.buildFindings(ctx, res, o, l)
	if err != nil {
		return nil, err
	}
	res.findings = unique(append(res.findings, more...), nil)
	return res, nil
}

// stream runs go vet and decodes what it prints, unit by unit.
func (c *command) stream(cmd *exec.Cmd) (units []tree, err error) {
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	dec := json.NewDecoder(out)
	for {
		var t tree
		if err = dec.Decode(&t); err != nil {
			break
		}
		units = append(units, t)
		c.progress.add()
	}
	if errors.Is(err, io.EOF) {
		return units, cmd.Wait()
	}
	io.Copy(io.Discard, out) // or the go command waits for a reader
	if waitErr := cmd.Wait(); waitErr != nil {
		return units, waitErr
	}
	return nil, fmt.Errorf("reading its output: %v", err)
}

// collect turns the units into sorted lists without duplicates.
func (r *vetResult) collect(units []tree, records string, l *listing) error {
	var all []*finding
	for _, unit := range units {
		list, errs, err := unit.findings()
		if err != nil {
			return fmt.Errorf("reading the output of go vet: %v", err)
		}
		all = append(all, list...)
		r.errors = append(r.errors, errs...)
	}
	for _, f := range all {
		f.unmapOverlay()
	}
	slices.Sort(r.errors)
	r.errors = slices.Compact(r.errors)
	sawTests := make(map[string]bool)
	for _, p := range l.packages {
		// A package whose tests do not compile is seen without them only: better than not at all.
		sawTests[p.ImportPath] = len(p.TestGoFiles) > 0 && !r.failed[p.ImportPath] && !p.hideTests
	}
	for _, f := range unique(all, sawTests) {
		if f.Check == records {
			r.records = append(r.records, f)
		} else {
			r.findings = append(r.findings, f)
		}
	}
	return nil
}

// The go command heads the errors of a package with "# path" and, for a test variant, a second line "# [path.test]".
var errorHead = regexp.MustCompile(`(?m)^# ([^\s\[]+)`)

func (r *vetResult) readStderr(text string, l *listing) {
	r.stderr = sortErrors(unmapOverlayText(text))
	if r.code == 0 {
		return // remarks such as "go: downloading …"
	}
	for _, m := range errorHead.FindAllStringSubmatch(r.stderr, -1) {
		path := m[1]
		if tested := strings.TrimSuffix(path, "_test"); l.byPath[path] == nil && l.byPath[tested] != nil {
			path = tested
		}
		r.failed[path] = true
	}
}

// sortErrors puts what is said of each package in the order of their paths; the go command prints it as it comes.
func sortErrors(text string) string {
	var parts []string
	for line := range strings.Lines(text) {
		// Inv: a second head line, "# [path]", continues the first.
		if len(parts) == 0 || errorHead.MatchString(line) {
			parts = append(parts, "")
		}
		parts[len(parts)-1] += line
	}
	for i, part := range parts {
		if !strings.HasSuffix(part, "\n") {
			parts[i] += "\n"
		}
	}
	slices.SortStableFunc(parts, func(a, b string) int { return strings.Compare(headOf(a), headOf(b)) })
	return strings.Join(parts, "")
}

func headOf(part string) string {
	head, _, _ := strings.Cut(part, "\n")
	if !errorHead.MatchString(head) {
		return "" // what comes before any package stays there
	}
	return head
}
