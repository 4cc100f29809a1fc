package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Each round applies what does not conflict, so the number of rounds is the length of the longest chain of fixes in
// one place. One that is longer than this never ends.
const maxRounds = 20

// A fixer repeats: find, choose, apply on an overlay, see that it compiles.
type fixer struct {
	*command
	asked    *listing
	world    *listing // all packages of the main modules: callers of a helper may be anywhere
	editable *editable
	space    *workspace
	base     *overlay          // all that was found good so far
	rounds   []*round          // that led there
	dropped  map[string]string // key of a fix that broke the build: what the compiler said
	original map[string][]byte // content of the touched files as first read
}

// runFix is the command line's -fix and -diff.
func (c *command) runFix(ctx context.Context, asked *listing) (int, error) {
	if strings.Contains(c.env.GOFLAGS, "-overlay") {
		return exitFailed, errors.New("GOFLAGS holds -overlay, which -fix and -diff need for themselves")
	}
	world, err := c.loadWorld(ctx, asked)
	if err != nil {
		return exitFailed, err
	}
	if c.fix && !c.diff && !c.force {
		if err := refuseDirty(world.dirs()); err != nil {
			return exitFailed, err
		}
	}
	base, err := newOverlay()
	if err != nil {
		return exitFailed, err
	}
	defer base.remove()
	x := &fixer{command: c, asked: asked, world: world, base: base, space: &workspace{listing: world},
		dropped: make(map[string]string), original: make(map[string][]byte)}
	x.editable = world.editable(func(file string) ([]byte, error) { return x.base.read(file) })
	return x.run(ctx)
}

// loadWorld lists the packages of all main modules together with those asked for.
func (c *command) loadWorld(ctx context.Context, asked *listing) (*listing, error) {
	if c.env.GOWORK == "" && (c.env.GOMOD == "" || c.env.GOMOD == os.DevNull) {
		return asked, nil // no module
	}
	if slices.ContainsFunc(asked.patterns, isGoFile) {
		return asked, nil // loose files: they belong to no module
	}
	world, err := c.load(ctx, []string{"work"})
	if err != nil {
		return nil, err
	}
	for _, p := range asked.packages {
		if !world.has(p.ImportPath) {
			world.packages = append(world.packages, p)
			world.byPath[p.ImportPath] = p
			world.patterns = append(world.patterns, p.ImportPath)
		}
	}
	return world, nil
}

func isGoFile(pattern string) bool { return strings.HasSuffix(pattern, ".go") }

// dirs lists the roots of the modules that fixes may touch.
func (l *listing) dirs() []string {
	dirs := make(map[string]bool)
	for _, p := range l.packages {
		switch {
		case p.Module == nil && !p.Standard:
			dirs[p.Dir] = true
		case p.Module != nil && p.Module.Main:
			dirs[p.Module.Dir] = true
		}
	}
	return sortedKeys(dirs)
}

func (l *listing) editable(read func(string) ([]byte, error)) *editable {
	w := &editable{files: make(map[string]bool), cgo: make(map[string]bool), read: read}
	for _, p := range l.packages {
		if p.Standard || p.Module != nil && !p.Module.Main {
			continue
		}
		for _, file := range p.abs(p.GoFiles) {
			w.files[file] = true
		}
		for _, file := range p.abs(p.CgoFiles) {
			w.cgo[file] = true
		}
	}
	return w
}

func (x *fixer) run(ctx context.Context) (int, error) {
	first, err := x.vet(ctx, nil, x.world)
	if err != nil {
		return exitFailed, err
	}
	if first.code != 0 && len(first.failed)+len(first.untested) == 0 {
		return exitFailed, fmt.Errorf("go vet: %s", strings.TrimSpace(first.stderr))
	}
	sound, _ := x.world.without(first.failed)
	x.space.listing = sound
	found := x.wanted(first.findings, x.asked)
	res, aside := first.split(sound)
	for round := 1; ; round++ {
		chosen, err := x.choose(res)
		if err != nil {
			return exitFailed, err
		}
		if len(chosen) == 0 {
			break
		}
		if round > maxRounds {
			fmt.Fprintf(x.stderr, "faaslint: stopped after %d rounds; run again for the rest\n", maxRounds)
			break
		}
		x.progress.now(fmt.Sprintf("fixing, round %d", round))
		if res, err = x.settle(ctx, chosen, res, sound); err != nil {
			return exitFailed, err
		}
	}
	if x.diff {
		if err := x.lookBack(found, res); err != nil {
			return exitFailed, err
		}
	}
	left := x.wanted(append(res.findings, aside...), x.asked)
	return x.finish(ctx, len(found), left, first)
}

// split sets aside the findings in packages that cannot be checked again, since they do not compile.
func (r *vetResult) split(sound *listing) (res *vetResult, aside []*finding) {
	kept := *r
	kept.findings = nil
	for _, f := range r.findings {
		if sound.has(f.pkgPath()) {
			kept.findings = append(kept.findings, f)
		} else {
			aside = append(aside, f)
		}
	}
	return &kept, aside
}

// choose lists the fixes for the next round: groups first, since they are the harder to place, then the others, those
// that change most places first for the same reason, else in the order of their files. A finding whose fix has to stay out is told why.
func (x *fixer) choose(res *vetResult) ([]*candidate, error) {
	list, err := x.groupCandidates(res)
	if err != nil {
		return nil, err
	}
	var single []*candidate
	for _, f := range x.wanted(res.findings, x.asked) {
		if c := candidateFix(f); c != nil {
			single = append(single, c)
		}
	}
	slices.SortStableFunc(single, func(a, b *candidate) int { return b.edits.count() - a.edits.count() })
	list = append(list, single...)
	list = slices.DeleteFunc(list, func(c *candidate) bool {
		code, why := x.editable.objection(c.edits)
		if said, ok := x.dropped[c.key]; ok {
			code, why = "breaks-build", "with the fix the code does not compile: "+said
		}
		c.refuse(code, why)
		return code != ""
	})
	chosen, waiting := compatible(list)
	for _, c := range waiting {
		c.refuse("conflict", "another fix changes the same place")
	}
	return chosen, nil
}

func (c *candidate) refuse(code, why string) {
	if code == "" {
		return
	}
	for _, f := range c.findings {
		f.refuse(code, why)
	}
}

// groupCandidates turns the records into candidates, and passes refusals on to the findings that they concern.
func (x *fixer) groupCandidates(res *vetResult) (list []*candidate, err error) {
	l, err := newLedger(res.records, x.space.object)
	if err != nil {
		return nil, err
	}
	type words struct {
		at   position
		text string
	}
	wanted := make(map[words][]*finding)
	for _, f := range x.wanted(res.findings, x.asked) {
		if len(f.SuggestedFixes) == 0 { // one with a fix of its own needs no group
			key := words{f.at, f.Message}
			wanted[key] = append(wanted[key], f)
		}
	}
	for _, g := range l.groups() {
		c := &candidate{edits: g.edits}
		if offer := l.offers[g.offer].finding; offer != nil {
			c.at = offer.at
		}
		c.key, _, _ = strings.Cut(g.offer, "#")
		c.name = "reuse: share what " + c.key + " builds"
		for _, payer := range g.payers {
			c.findings = append(c.findings, wanted[words{payer.at, payer.Text}]...)
		}
		if len(c.findings) == 0 {
			continue // paid for by packages that were not asked for
		}
		c.refuse(g.code, g.why)
		if g.code == "" {
			list = append(list, c)
		}
	}
	return list, nil
}

// settle applies the candidates and returns what is found then. The run that looks for the findings of the next round
// is also the proof that all packages and their tests compile; candidates with which they do not are left out, one by
// one, and named.
func (x *fixer) settle(ctx context.Context, chosen []*candidate, before *vetResult, sound *listing) (*vetResult, error) {
	for len(chosen) > 0 {
		next, err := x.try(chosen)
		if err != nil {
			return nil, err
		}
		res, err := x.vetOnce(ctx, next, sound)
		if err != nil {
			return nil, err
		}
		if res.code == 0 {
			before := maps.Clone(x.original)
			maps.Copy(before, x.base.files)
			x.rounds = append(x.rounds, &round{chosen, joinAll(chosen), before, next.files})
			x.base = next
			return res, nil
		}
		suspects := sound.only(res.failed)
		said := map[int]string{len(chosen): res.stderr}
		bad, err := firstBad(len(chosen), func(k int) (bool, error) {
			next, err := x.try(chosen[:k])
			if err != nil {
				return false, err
			}
			res, err := x.vetOnce(ctx, next, suspects)
			if err != nil {
				return false, err
			}
			said[k] = res.stderr
			return res.code == 0, nil
		})
		if err != nil {
			return nil, err
		}
		x.drop(chosen[bad], said[bad+1]) // of the shortest beginning that fails: the error is this candidate's
		chosen = append(chosen[:bad:bad], chosen[bad+1:]...)
	}
	return before, nil
}

// only narrows the listing to the packages named, if it knows them.
func (l *listing) only(paths map[string]bool) *listing {
	few := &listing{byPath: make(map[string]*listedPackage)}
	for _, p := range l.packages {
		if paths[p.ImportPath] {
			few.packages = append(few.packages, p)
			few.patterns = append(few.patterns, p.ImportPath)
			few.byPath[p.ImportPath] = p
		}
	}
	if len(few.packages) == 0 {
		return l
	}
	return few
}

// try returns an overlay with the candidates applied.
func (x *fixer) try(list []*candidate) (*overlay, error) {
	files, err := joinAll(list).apply(x.read)
	if err != nil {
		return nil, err
	}
	return x.base.with(files), nil
}

// read returns the present content of a file and remembers the first that it saw, for the diff, and to notice that
// somebody else changes the file while we work.
func (x *fixer) read(file string) ([]byte, error) {
	content, err := x.base.read(file)
	if _, ok := x.original[file]; !ok && err == nil {
		x.original[file] = content
	}
	return content, err
}

func (x *fixer) drop(c *candidate, stderr string) {
	said := strings.ReplaceAll(firstError(stderr), x.cwd+string(filepath.Separator), "")
	x.dropped[c.key] = said
	at := ""
	if len(c.findings) > 0 {
		at = x.short(x.origin(c.findings[0].at)).String() + ": "
	}
	x.progress.wipe()
	fmt.Fprintf(x.stderr, "faaslint: %sleft out the fix, for it breaks the build: %s\n\t%s\n", at, c.name, said)
}

func firstError(stderr string) string {
	for line := range strings.Lines(stderr) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			return line
		}
	}
	return "no message"
}

// finish writes or prints the result, and what is left.
func (x *fixer) finish(ctx context.Context, found int, left []*finding, first *vetResult) (int, error) {
	changed := maps.Clone(x.base.files)
	maps.DeleteFunc(changed, func(file string, content []byte) bool { return bytes.Equal(content, x.original[file]) })
	x.progress.stop()
	x.reportProblems(x.asked, first)
	if err := ctx.Err(); err != nil {
		return exitFailed, err
	}
	if x.diff {
		return x.showDiff(changed, found, left, first)
	}
	if err := x.unchanged(changed); err != nil {
		return exitFailed, err
	}
	if err := writeFiles(changed); err != nil {
		return exitFailed, err
	}
	if err := x.print(left); err != nil {
		return exitFailed, err
	}
	fmt.Fprintf(x.stderr, "faaslint: %s\n", fixSummary(max(found-len(left), 0), left))
	return exitCode(first.covers(x.asked), len(left)), nil
}

// unchanged reports an error if a file is no longer what the fixes were made for.
func (x *fixer) unchanged(files map[string][]byte) error {
	for _, file := range sortedKeys(files) {
		now, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("nothing was written: %w", err)
		}
		if !bytes.Equal(now, x.original[file]) {
			return fmt.Errorf("nothing was written: %s was changed by someone else meanwhile", file)
		}
	}
	return nil
}

// showDiff prints the patch; what is left goes to standard error, at its places in the files as they are.
func (x *fixer) showDiff(changed map[string][]byte, found int, left []*finding, first *vetResult) (int, error) {
	patch, err := unified(changed, func(file string) ([]byte, error) { return x.original[file], nil })
	if err != nil {
		return exitFailed, err
	}
	if _, err := fmt.Fprint(x.stdout, patch); err != nil {
		return exitFailed, err
	}
	x.printText(x.stderr, left)
	fmt.Fprintf(x.stderr, "faaslint: %s (nothing written)\n", fixSummary(max(found-len(left), 0), left))
	return exitCode(first.covers(x.asked), found), nil
}

// lookBack leads what is left back to the files on disk, which -diff does not change.
func (x *fixer) lookBack(found []*finding, res *vetResult) error {
	was := func(posn string) string { return x.origin(parsePosition(posn)).String() }
	for _, f := range slices.Concat(res.findings, res.records) {
		f.at = x.origin(f.at)
		f.Posn, f.End = was(f.Posn), was(f.End)
		for i := range f.Related {
			f.Related[i].Posn, f.Related[i].End = was(f.Related[i].Posn), was(f.Related[i].End)
		}
	}
	if _, err := x.choose(res); err != nil { // says anew why fixes stay out; there is nothing left to choose
		return err
	}
	// Messages name lines, too, so those of the first run are the better ones.
	said := make(map[string][]string)
	for _, f := range found {
		said[f.wordKey()] = append(said[f.wordKey()], f.Message)
	}
	for _, f := range res.findings {
		if messages := said[f.wordKey()]; len(messages) == 1 {
			f.Message = messages[0]
		}
	}
	return nil
}

func (x *fixer) origin(p position) position {
	for _, r := range slices.Backward(x.rounds) {
		p = r.origin(p)
	}
	return p
}

var number = regexp.MustCompile(`[0-9]+`)

// wordKey is the same for findings of two runs that differ in the lines that their messages name.
func (f *finding) wordKey() string {
	return f.at.String() + "\x00" + f.Check + "\x00" + number.ReplaceAllString(f.Message, "")
}
