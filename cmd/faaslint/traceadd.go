package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/faaslint/faaslint/analyzers/spans"
	"github.com/faaslint/faaslint/trace"
)

// A placement is a span, or the import that spans need, as the analyzer found it.
type placement struct {
	spans.Record
	at    position
	pkg   string
	edits []edit
}

// An adder puts spans into copies of files. The positions come from an analyzer under go vet, as those of all findings
// do: so spans stand where the checks say that costly calls stand, and the go command keeps what it found.
type adder struct {
	*command
	*traceOptions
	asked    *listing
	editable *editable
	have     bool // the library is among the modules that the code is built with
	left     []string
}

func (c *command) addSpans(ctx context.Context, o *traceOptions, asked *listing) (int, error) {
	if o.out != "" {
		if err := emptyFolder(o.out); err != nil {
			return exitFailed, fmt.Errorf("-o: %w", err)
		}
	}
	res, err := c.vet(ctx, nil, asked)
	if err != nil {
		return exitFailed, err
	}
	c.progress.stop()
	c.reportProblems(asked, res)
	a := &adder{command: c, traceOptions: o, asked: asked, editable: asked.editable(os.ReadFile)}
	if a.have, err = a.haveLibrary(ctx); err != nil {
		return exitFailed, err
	}
	places, err := a.placements(res)
	if err != nil {
		return exitFailed, err
	}
	files, err := a.settle(ctx, places)
	if err != nil {
		return exitFailed, err
	}
	for _, text := range a.left {
		fmt.Fprintf(c.stderr, "faaslint: left out: %s\n", text)
	}
	if len(files) == 0 {
		return exitFailed, errors.New("there is no place for a span in these packages, or they have their spans already")
	}
	if err := a.deliver(files, a.count(places, files)); err != nil {
		return exitFailed, err
	}
	if !res.covers(asked) {
		return exitFailed, nil
	}
	return exitClean, nil
}

// emptyFolder reports an error unless dir does not exist or holds nothing: whatever is there is somebody's.
func emptyFolder(dir string) error {
	list, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if len(list) > 0 {
		return fmt.Errorf("%s is not empty: name a new folder", dir)
	}
	return nil
}

// placements turns records into the spans of the packages asked for.
func (a *adder) placements(res *vetResult) (places []*placement, err error) {
	serves := make(map[string]bool)
	var all []*placement
	if len(res.findings) > 0 {
		return nil, fmt.Errorf("go vet printed what is no record: %s", res.findings[0].Message)
	}
	for _, f := range res.records {
		p := &placement{at: f.at, pkg: f.pkgPath()}
		if err := json.Unmarshal([]byte(f.Message), &p.Record); err != nil {
			return nil, fmt.Errorf("reading a record of %s: %v", f.pkgPath(), err)
		}
		want := spans.SameLine
		if a.write {
			want = spans.OwnLine
		}
		for _, fix := range f.SuggestedFixes {
			if fix.Message == want {
				p.edits = fix.Edits
			}
		}
		serves[p.Serves] = true
		all = append(all, p)
	}
	for _, p := range all {
		switch {
		case p.Serves != "" || !a.asked.has(p.pkg), p.Handler != "" && !serves[p.Handler]:
		case p.Left != "":
			a.left = append(a.left, fmt.Sprintf("%s: %s: %s", a.short(p.at), p.Name, p.Left))
		default:
			places = append(places, p)
		}
	}
	return places, nil
}

// settle applies the spans to copies and has them compiled. A package that does not compile with its spans goes without.
func (a *adder) settle(ctx context.Context, places []*placement) (map[string][]byte, error) {
	without := make(map[string]bool)
	for {
		files, err := a.apply(places, without)
		if err != nil || len(files) == 0 {
			return files, err
		}
		res, err := a.check(ctx, files)
		if err != nil {
			return nil, err
		}
		var broken []string
		for _, path := range sortedKeys(res.failed) {
			if a.asked.has(path) && !without[path] && a.placesIn(places, path) {
				broken = append(broken, path)
			}
		}
		if len(broken) == 0 {
			if res.code != 0 && len(res.failed) == 0 {
				return nil, fmt.Errorf("compiling with spans: %s", strings.TrimSpace(res.stderr))
			}
			return files, nil
		}
		for _, path := range broken {
			without[path] = true
			a.left = append(a.left, fmt.Sprintf("%s: it does not compile with spans: %s", path, firstError(saidOf(res.stderr, path))))
		}
	}
}

func (a *adder) placesIn(places []*placement, path string) bool {
	return slices.ContainsFunc(places, func(p *placement) bool { return p.pkg == path })
}

// saidOf is what the compiler says from a package on.
func saidOf(stderr, path string) string {
	_, text, _ := strings.Cut(stderr, "# "+path+"\n")
	return text
}

// apply returns the new text of the files that get spans.
func (a *adder) apply(places []*placement, without map[string]bool) (map[string][]byte, error) {
	inserts := make(map[string][]insertion)
	imports := make(map[string][]insertion)
	for _, p := range places {
		if without[p.pkg] {
			continue
		}
		if code, _ := a.editable.objection(collectEdits(p.edits)); code != "" {
			continue // what the analyzer, too, leaves alone; this is for files of other modules
		}
		for i, e := range p.edits {
			if p.Import {
				imports[e.Filename] = append(imports[e.Filename], insertion{at: e.Start, text: e.New})
				continue
			}
			last := p.edits[len(p.edits)-1]
			in := insertion{at: e.Start, text: e.New, from: p.edits[0].Start, to: last.Start, closes: i > 0, enters: len(p.edits) == 1}
			inserts[e.Filename] = append(inserts[e.Filename], in)
		}
	}
	files := make(map[string][]byte)
	for file, list := range inserts {
		old, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if files[file], err = insertAll(old, append(list, imports[file]...)); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	return files, nil
}

// An insertion is half of a span around a call, or the first statement of a function, or an import.
type insertion struct {
	at       int
	text     string
	from, to int // where the span begins and ends
	closes   bool
	enters   bool
}

// insertAll inserts. At one offset what closes comes before what opens; of two that close the one that began last is
// first, and of two that open the one that ends last.
func insertAll(old []byte, list []insertion) ([]byte, error) {
	slices.SortStableFunc(list, func(a, b insertion) int {
		order := cmp.Or(cmp.Compare(a.at, b.at), compareBool(b.closes, a.closes), compareBool(b.enters, a.enters))
		switch {
		case order != 0:
			return order
		case a.closes:
			return cmp.Compare(b.from, a.from)
		}
		return cmp.Compare(b.to, a.to)
	})
	var out bytes.Buffer
	done := 0
	for _, in := range list {
		if in.at > len(old) {
			return nil, fmt.Errorf("a span at %d does not fit a file of %d bytes", in.at, len(old))
		}
		out.Write(old[done:in.at])
		out.WriteString(in.text)
		done = in.at
	}
	out.Write(old[done:])
	return out.Bytes(), nil
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// check type-checks the packages, with their tests, as the files would leave them.
func (a *adder) check(ctx context.Context, files map[string][]byte) (*vetResult, error) {
	o, err := newOverlay()
	if err != nil {
		return nil, err
	}
	defer o.remove()
	maps.Copy(o.files, files)
	if !a.have {
		library := filepath.Join(o.dir, libraryFolder)
		if err := writeLibrary(library); err != nil {
			return nil, err
		}
		if err := a.requireLibrary(o.files, func(string) string { return filepath.ToSlash(library) }); err != nil {
			return nil, err
		}
	}
	return a.vetOnce(ctx, o, a.asked)
}

func (a *adder) count(places []*placement, files map[string][]byte) (n int) {
	for _, p := range places {
		if !p.Import && len(p.edits) > 0 && files[p.edits[0].Filename] != nil {
			n++
		}
	}
	return n
}

// deliver writes the files in their places, or an overlay that stands for them.
func (a *adder) deliver(files map[string][]byte, n int) error {
	done := fmt.Sprintf("%d spans in %d files", n, len(files))
	if a.write {
		if err := a.writeTree(files); err != nil {
			return err
		}
		fmt.Fprintf(a.stderr, "faaslint: %s; run what you build with %s=1, and faaslint trace -remove takes them out again\n", done, trace.Variable)
		return nil
	}
	list, err := a.writeOverlay(files)
	if err != nil {
		return fmt.Errorf("writing the overlay: %w", err)
	}
	fmt.Fprintln(a.stdout, list)
	fmt.Fprintf(a.stderr, "faaslint: %s, and no file was changed; build with\n\tgo build -overlay=%s\nand run with %s=1\n", done, list, trace.Variable)
	return nil
}

// writeOverlay fills a new folder and returns the name of the list in it, which is written last.
func (a *adder) writeOverlay(files map[string][]byte) (list string, err error) {
	dir := a.out
	if dir == "" {
		if dir, err = os.MkdirTemp("", "faaslint-trace-"); err != nil {
			return "", err
		}
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return "", err
	}
	_, statErr := os.Stat(dir)
	defer func() {
		if err != nil && (a.out == "" || statErr != nil) {
			os.RemoveAll(dir) // it was not there before
		}
	}()
	o := &overlay{dir: dir, files: files}
	if !a.have {
		library := filepath.Join(dir, libraryFolder)
		if err := writeLibrary(library); err != nil {
			return "", err
		}
		if err := a.requireLibrary(o.files, func(string) string { return filepath.ToSlash(library) }); err != nil {
			return "", err
		}
	}
	return o.write(nil)
}

// writeTree changes the files, and puts the library beside the go.mod that requires it, or beside go.work.
func (a *adder) writeTree(files map[string][]byte) (err error) {
	if a.have {
		return writeFiles(files)
	}
	at := filepath.Dir(a.env.GOWORK)
	if a.env.GOWORK == "" || a.env.GOWORK == "off" {
		at = filepath.Dir(a.env.GOMOD)
	}
	library := filepath.Join(at, libraryFolder)
	if err := a.requireLibrary(files, func(dir string) string { return relativePath(dir, library) }); err != nil {
		return err
	}
	made, err := placeLibrary(library)
	if err != nil {
		return err
	}
	if err := writeFiles(files); err != nil {
		if made {
			err = errors.Join(err, os.RemoveAll(library))
		}
		return err
	}
	return nil
}
