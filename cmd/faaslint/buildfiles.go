package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/faaslint/faaslint/analyzers/reuse"
	"github.com/faaslint/faaslint/internal/buildfile"
	"github.com/faaslint/faaslint/internal/catalog"
)

// The go command shows a check the files of one package, and its cache knows nothing of any others. So it is the command line
// that looks at build files, after go vet has said which programs are functions.

// A builds is what the build files around some programs say.
type builds struct {
	*command
	listing   *listing
	functions map[string]*listedPackage // main packages that register handlers, by path
	platforms map[string][]string       // what runs them; a server of its own is for "http", and a function where one runs its image
	roots     []string                  // folders of their modules
	top       string                    // of the repository, or of the module
	read      func(string) ([]byte, error)
	programs  map[string]*program

	workflows      []byte // those that bring something to where it runs
	buildsAnything bool   // one of them builds what only a run would tell
	bundles        bool   // a tool builds by itself what it deploys
	fromSource     bool   // functions for Google are deployed as sources, and no file does anything with an image
	lambdaImages   bool   // some file brings an image to Lambda
	pushes         bool   // some image is brought somewhere
	flagsElsewhere bool   // some build file says GOFLAGS
	platform       bool   // some build file speaks of a platform that runs containers as functions
}

// buildFindings looks for commands in build files that make a function heavier than it needs to be.
func (c *command) buildFindings(ctx context.Context, res *vetResult, o *overlay, l *listing) ([]*finding, error) {
	if c.placing || !c.wants("strip") {
		return nil, nil
	}
	functions, platforms := make(map[string]*listedPackage), make(map[string][]string)
	byTop := make(map[string][]string)
	for _, f := range res.records {
		var r reuse.Record
		if json.Unmarshal([]byte(f.Message), &r) != nil || r.Kind != reuse.Serves {
			continue
		}
		if p := l.byPath[r.In]; p != nil && p.Module != nil && p.Module.Main {
			top := c.topOf(p.Module.Dir)
			if below, err := filepath.Rel(top, p.Dir); err == nil && catalog.Rehearses(below) {
				continue
			}
			functions[r.In], platforms[r.In] = p, strings.Fields(r.Text)
			if !slices.Contains(byTop[top], p.Module.Dir) {
				byTop[top] = append(byTop[top], p.Module.Dir)
			}
		}
	}
	var found []*finding
	for _, top := range sortedKeys(byTop) {
		b := &builds{command: c, listing: l, functions: functions, platforms: platforms, roots: byTop[top], top: top, read: os.ReadFile, programs: make(map[string]*program)}
		if o != nil {
			b.read = o.read
		}
		list, err := b.findings(ctx)
		if err != nil {
			return nil, err
		}
		found = append(found, list...)
	}
	return found, nil
}

// topOf is the folder whose build files may be about a module: a git command finds it once.
func (c *command) topOf(module string) string {
	if c.tops == nil {
		c.tops = make(map[string]string)
	}
	top, ok := c.tops[module]
	if !ok {
		if top = gitTop(module); top != module && !strings.HasPrefix(module, top+string(filepath.Separator)) || top == "" {
			top = module
		}
		c.tops[module] = top
	}
	return top
}

func (b *builds) findings(ctx context.Context) (found []*finding, err error) {
	contents := make(map[string][]byte)
	old := false // something runs on go1.x
	files, others := buildFiles(b.top)
	for _, file := range others {
		content, err := b.read(file)
		if err == nil {
			b.bundles = b.bundles || runsGoBuild(file, content)
			b.lambdaImages = b.lambdaImages || lambdaImages.Match(content)
		}
	}
	for _, file := range files {
		content, err := b.read(file)
		if err != nil {
			continue // somebody else's: it is not ours to complain
		}
		if buildfile.KindOf(file) == buildfile.Workflow && !b.delivers(file, content) {
			continue
		}
		contents[file] = content
		b.platform = b.platform || containers.Match(content)
		b.lambdaImages = b.lambdaImages || lambdaImages.Match(content)
		b.fromSource = b.fromSource || deployedAsSources.Match(content)
		b.pushes = b.pushes || deployedAsImages.Match(content)
		b.bundles = b.bundles || bytes.Contains(content, []byte("serverless-go-plugin"))
		old = old || saysOldRuntime(string(content))
		if strings.Contains(string(content), "GOFLAGS") {
			b.flagsElsewhere = true
		}
	}
	b.pushes = b.pushes || b.lambdaImages
	b.fromSource = b.fromSource && !b.pushes
	var all []aimed
	for _, file := range sortedKeys(contents) {
		content := contents[file]
		cmds := buildfile.Commands(file, content)
		a := aimed{file: file, image: isFunctionImage(file, content), exposes: ports.Match(content), packs: packing.Match(content)}
		for _, cmd := range cmds {
			if targets := b.targets(file, cmd); len(targets) > 0 {
				line, _, _ := bytes.Cut(content[cmd.Start:], []byte("\n"))
				a.Command, a.targets, a.zipped, a.bySAM = cmd, targets, zips(content, cmd.Out), bytes.Contains(line, artifacts)
				all = append(all, a)
			}
		}
		if buildfile.KindOf(file) == buildfile.Workflow {
			b.workflows = append(b.workflows, content...)
			b.buildsAnything = b.buildsAnything || len(cmds) < len(output.FindAll(content, -1))
		}
	}
	for i, a := range all {
		all[i].image = a.image && (b.pushes || !slices.ContainsFunc(all, func(other aimed) bool { return other.zipsInWorkflow(a) }))
	}
	for _, a := range all {
		if a.Silenced(contents[a.file], "strip") || a.Via == "sam" && b.flagsElsewhere || !b.deploys(a, all) {
			continue
		}
		f, err := b.finding(ctx, a.file, string(contents[a.file]), a.Command, a.targets, old)
		if err != nil {
			return nil, err
		}
		if f != nil {
			found = append(found, f)
		}
	}
	return found, nil
}

// saysOldRuntime reports whether a function is deployed on the runtime go1.x. BuildMethod names a way to build, not a runtime.
func saysOldRuntime(text string) bool {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); strings.Contains(line, "go1.x") && !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "BuildMethod:") {
			return true
		}
	}
	return false
}

// buildFiles lists the files below a folder that may hold commands, and those of tools that may run go build by themselves.
func buildFiles(top string) (files, others []string) {
	filepath.WalkDir(top, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return fs.SkipDir
		}
		name := d.Name()
		if d.IsDir() {
			hidden := strings.HasPrefix(name, ".") && name != ".github" && file != top
			if hidden || file != top && (name == "node_modules" || name == "vendor" || name == "testdata" || strings.HasPrefix(name, "_")) {
				return fs.SkipDir
			}
			return nil
		}
		switch {
		case !d.Type().IsRegular():
		case name == "cdk.json" || name == "sst.json" || name == "sst.config.ts" || filepath.Ext(name) == ".tf":
			others = append(others, file)
		case buildfile.KindOf(file) != buildfile.None:
			files = append(files, file)
		}
		return nil
	})
	return files, others
}

// targets are the functions that a command builds. Where a file does not say in which folder its commands run, each folder is
// tried, and unless all that fit agree nothing is known.
func (b *builds) targets(file string, cmd *buildfile.Command) (list []*listedPackage) {
	folders := []string{filepath.Dir(file)}
	switch buildfile.KindOf(file) {
	case buildfile.Docker, buildfile.Shell:
		folders = append(folders, b.top)
		own := b.ownModule(folders[0])
		for _, root := range b.roots {
			if own == "" || root == own {
				folders = append(folders, root)
			}
		}
	case buildfile.Workflow:
		folders = []string{b.top}
	}
	slices.Sort(folders)
	for _, folder := range slices.Compact(folders) {
		var hits []*listedPackage
		for _, name := range cmd.Packages {
			for _, p := range b.named(folder, cmd, name) {
				if !slices.Contains(hits, p) {
					hits = append(hits, p)
				}
			}
		}
		if len(hits) == 0 {
			continue
		}
		if list != nil && !slices.Equal(list, hits) {
			return nil
		}
		list = hits
	}
	return list
}

// ownModule is the folder of the module that a file in dir belongs to, "" for none. Such a file builds this module, or is
// run from the top; modules beside it have files of their own.
func (b *builds) ownModule(dir string) string {
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == b.top || dir == filepath.Dir(dir) {
			return ""
		}
	}
}

// named lists the functions that an argument of go build names, if the command runs in or below a folder.
func (b *builds) named(folder string, cmd *buildfile.Command, name string) (list []*listedPackage) {
	if strings.HasSuffix(name, ".go") {
		name = "./" + path.Dir(name)
	}
	name, below := strings.CutSuffix(name, "...")
	if cmd.Via == "sam" || cmd.Via == "goreleaser" {
		name = "./" + name
	}
	if local := name == "." || name == ".." || strings.HasPrefix(name, "./") || strings.HasPrefix(name, "../"); !local {
		if p := b.functions[strings.TrimSuffix(name, "/")]; p != nil && !below && !path.IsAbs(name) {
			return []*listedPackage{p}
		}
		return nil
	}
	dir := b.source(folder, cmd, path.Join(cmd.Dir, name))
	if dir == "" {
		return nil
	}
	for _, key := range sortedKeys(b.functions) {
		p := b.functions[key]
		if p.Dir == dir || below && strings.HasPrefix(p.Dir, dir+string(filepath.Separator)) {
			list = append(list, p)
		}
	}
	return list
}

// source is the folder on this machine of one in which a command works. In an image that is what was copied there last.
func (b *builds) source(folder string, cmd *buildfile.Command, dir string) string {
	if !path.IsAbs(dir) {
		return filepath.Join(folder, filepath.FromSlash(dir))
	}
	for _, c := range slices.Backward(cmd.Copies) {
		rest, ok := strings.CutPrefix(dir+"/", strings.TrimSuffix(c.Dest, "/")+"/")
		if !ok {
			continue
		}
		for _, source := range c.Sources {
			from := filepath.Join(folder, filepath.FromSlash(source))
			if info, err := os.Stat(from); err == nil && info.IsDir() {
				return filepath.Join(from, filepath.FromSlash(rest))
			}
		}
	}
	return ""
}

// finding says what the command leaves in that it could leave out, or is nil.
func (b *builds) finding(ctx context.Context, file, text string, cmd *buildfile.Command, targets []*listedPackage, old bool) (*finding, error) {
	tags, err := b.tags(ctx, cmd, targets, old)
	if err != nil || cmd.Stripped && len(tags) == 0 && !cmd.PIE {
		return nil, err
	}
	var lacks []string
	switch {
	case cmd.Stripped:
	case cmd.NoDWARF:
		lacks = append(lacks, `the table of symbols (-ldflags=-s leaves it out: 10 % of the server of examples/opensense, and nothing of what start-up does)`)
	default:
		lacks = append(lacks, `debugging symbols (-ldflags="-s -w" leaves them out: 29 % of the server of examples/opensense, and nothing of what start-up does)`)
	}
	for _, tag := range tags {
		what, gain := b.gain(tag, targets, cmd.Tags, tags)
		lacks = append(lacks, fmt.Sprintf("%s (-tags %s leaves it out of %s, which knows this tag since %s: %s)",
			what, tag.Name, b.moduleOf(targets[0], tag.Path), tag.Since, gain))
	}
	if cmd.PIE {
		lacks = append(lacks, "the relocations of a position-independent executable (-buildmode=exe leaves them out: 10 % of the server of examples/opensense)")
	}
	at := positionAt(file, text, cmd.Start)
	f := &finding{Check: "strip", Unit: targets[0].ImportPath, at: at}
	f.diagnostic = diagnostic{Category: "build-flags", Posn: at.String(), End: positionAt(file, text, cmd.End).String(),
		Message: "the binary of " + targets[0].ImportPath + " carries " + strings.Join(lacks, ", and ")}
	if cmd.PIE {
		f.refuse("pie", "somebody asked for it, perhaps for the protection that it gives")
		return f, nil
	}
	edits, code, why, err := b.edits(ctx, file, cmd, targets, tags)
	if err != nil {
		return nil, err
	}
	if code != "" {
		f.refuse(code, why)
		return f, nil
	}
	f.SuggestedFixes = []fix{{Message: "Leave it out of the build", Edits: edits}}
	return f, nil
}

// moduleOf names the module of a package that a program links, with its version.
func (b *builds) moduleOf(target *listedPackage, path string) string {
	m := b.programs[target.ImportPath].packages[path].Module
	if m.Replace != nil && m.Replace.Version != "" {
		m = m.Replace
	}
	return strings.TrimSpace(m.Path + " " + m.Version)
}

// gain says what a tag leaves out of all targets when it is given with others that are, and how much that was in a small
// program.
func (b *builds) gain(tag *catalog.Tag, targets []*listedPackage, given []string, more []*catalog.Tag) (what, gain string) {
	what, gain = tag.Drops, fmt.Sprintf("%d %% of a function that does nothing else", tag.Saves)
	now := slices.DeleteFunc(catalog.Default().Tags(), func(t *catalog.Tag) bool { return !slices.Contains(given, t.Name) })
	links := func(tags []*catalog.Tag) bool {
		return tag.With != "" && slices.ContainsFunc(targets, func(t *listedPackage) bool {
			return b.programs[t.ImportPath].links(t.ImportPath, tag.With, tags)
		})
	}
	switch {
	case links(slices.Concat(now, more)):
		return what, fmt.Sprintf("%d %% of a function that executes templates", tag.Least)
	case links(now):
		what += ", and with it " + tag.With
	}
	if tag.Least > 0 {
		gain += fmt.Sprintf(", %d %% of one that executes templates", tag.Least)
	}
	return what, gain
}

// edits puts flags behind the words go build, or into the values that are there.
func (b *builds) edits(ctx context.Context, file string, cmd *buildfile.Command, targets []*listedPackage, tags []*catalog.Tag) (list []edit, code, why string, err error) {
	switch {
	case cmd.Via == "sam":
		return nil, "build-field", "sam build takes flags from the environment variable GOFLAGS alone", nil
	case cmd.Via != "":
		return nil, "build-field", "the flags are fields of a file of " + cmd.Via, nil
	case !cmd.Stripped && cmd.LDFlags < 0:
		return nil, "build-flags", "the value of -ldflags is put together elsewhere, or begins with what only a run of the build would tell", nil
	case len(tags) > 0 && cmd.TagsEnd < 0:
		return nil, "build-flags", "the value of -tags is quoted, or put together elsewhere", nil
	}
	insert := func(at int, text string) {
		list = append(list, edit{Filename: file, Start: at, End: at, New: text})
	}
	behind := ""
	switch {
	case cmd.Stripped:
	case cmd.NoDWARF:
		insert(cmd.LDFlags, "-s ")
	case cmd.LDFlags > 0:
		insert(cmd.LDFlags, "-s -w ")
	default:
		trim, err := b.trims(ctx, targets)
		if err != nil {
			return nil, "", "", err
		}
		behind = trim + ` -ldflags="-s -w"`
	}
	var names []string
	for _, tag := range tags {
		names = append(names, tag.Name)
	}
	switch joined := strings.Join(names, ","); {
	case joined == "":
	case cmd.TagsEnd > 0:
		insert(cmd.TagsEnd, ","+joined)
	default:
		behind += " -tags " + joined
	}
	if behind != "" {
		insert(cmd.Flags, behind)
	}
	return list, "", "", nil
}

// positionAt is the place of an offset in a file.
func positionAt(file, text string, offset int) position {
	before := text[:offset]
	return position{file, strings.Count(before, "\n") + 1, offset - strings.LastIndexByte(before, '\n')}
}
