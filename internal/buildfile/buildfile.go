// Package buildfile finds the commands in build files that make binaries with the go command: in makefiles, Dockerfiles, shell
// scripts and the scalars of YAML files, and in the fields of goreleaser, ko and SAM that stand for such commands. A command of
// which something is not known that could matter, such as a variable among its flags, is left out.
package buildfile

import (
	"bytes"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/faaslint/faaslint/internal/catalog"
)

// A Command builds the packages that it names.
type Command struct {
	Start, End int // the words go build, as byte offsets; of a field, the field
	Flags      int // where more flags can stand: behind these words and -C, which must be the first
	Head       int // offset of the first line of what holds the command: a RUN, a recipe line
	Via        string
	Dir        string   // where it runs, below where its file starts; of an image, an absolute path in there
	Copies     []Copy   // of an image: what was copied into it before, in order
	Packages   []string // as written; "." for none
	Out        string   // what -o says, with Unknown for each part that is not known
	Stripped   bool     // the linker leaves the symbol table out, and what debuggers need
	NoDWARF    bool     // it leaves out what debuggers need
	Tags       []string
	PIE        bool
	LDFlags    int // offset in the value of -ldflags where flags can be put; 0 for no such flag, -1 where nothing can be put
	TagsEnd    int // the same for the end of the value of -tags

	Cross bool // it says for which system, by GOOS=

	forTests bool // only tests, and what runs functions locally, ask for the target of a makefile that it belongs to
	stays    bool // the latter do
}

// Unknown stands for a part of a word that only a run of the build would tell.
const Unknown = "\x00"

// A Copy is an instruction COPY or ADD of a Dockerfile. Sources are relative to the build context; Dest is absolute.
type Copy struct {
	Sources []string
	Dest    string
}

// A Kind says how a file is read, and where its commands run.
type Kind uint8

const (
	None     Kind = iota
	Make          // in the folder of the file
	Docker        // in an image; the context may be any folder
	Shell         // anywhere
	Workflow      // in the top folder of the repository
	YAML          // in the folder of the file
)

// KindOf goes by the name alone.
func KindOf(file string) Kind {
	base := filepath.Base(file)
	lower := strings.ToLower(base)
	switch ext := path.Ext(lower); {
	case lower == "makefile" || lower == "gnumakefile" || ext == ".mk":
		return Make
	case lower == "dockerfile" || lower == "containerfile" || len(lower) > 10 && strings.HasPrefix(lower, "dockerfile") && strings.Contains("._-", lower[10:11]) || ext == ".dockerfile":
		return Docker
	case ext == ".sh":
		return Shell
	case ext != ".yml" && ext != ".yaml":
		return None
	case strings.Contains(filepath.ToSlash(file), "/.github/workflows/"):
		return Workflow
	}
	return YAML
}

// Commands lists the commands of a file, in its order. A file that says GOFLAGS is one whose flags are elsewhere, and one that
// is generated is not for people to change. What test.yml or setup-local.sh builds is not deployed.
func Commands(file string, content []byte) []*Command {
	if bytes.Contains(content, []byte("GOFLAGS")) || bytes.Contains(content, []byte("DO NOT EDIT")) || catalog.Rehearses(filepath.Base(file)) {
		return nil
	}
	list := commands(file, string(content))
	// What tests run is built beside what is deployed, if anything is.
	return slices.DeleteFunc(slices.Clone(list), func(c *Command) bool {
		return c.forTests && (c.stays && !brings.Match(content) || slices.ContainsFunc(list, func(other *Command) bool {
			return !other.forTests && other.Dir == c.Dir && slices.Equal(other.Packages, c.Packages)
		}))
	})
}

var (
	// runsLocally matches commands that run functions on the machine at hand.
	runsLocally = regexp.MustCompile(`\bsam local\b|\binvoke local\b|\b(sls|serverless) offline\b`)
	// brings matches words for what is done with a binary that is deployed.
	brings = regexp.MustCompile(`(?i)deploy|package|publish|upload|\bzip\b|\bs3\b|update-function`)
)

func commands(file, text string) []*Command {
	switch KindOf(file) {
	case Make:
		return makefile(text)
	case Docker:
		return dockerfile(text)
	case Shell:
		if mentionsDebugger(text) || runsLocally.MatchString(text) {
			return nil
		}
		return shell(text, 0, ".", nil)
	case Workflow, YAML:
		return yamlFile(filepath.Base(file), text)
	}
	return nil
}

// mentionsDebugger reports whether binaries may be built for a debugger here.
func mentionsDebugger(text string) bool {
	return strings.Contains(text, "dlv") || strings.Contains(text, "delve") || strings.Contains(text, "-gcflags")
}

// Silenced reports whether a comment at the command, or alone on the line above it or above what holds it, silences a check. It
// has to give a reason.
func (c *Command) Silenced(content []byte, check string) bool {
	text := string(content)
	return hasIgnore(lineAt(text, c.Start), check) || hasIgnoreAlone(text, c.Start, check) || hasIgnoreAlone(text, c.Head, check)
}

func hasIgnoreAlone(text string, at int, check string) bool {
	start := strings.LastIndexByte(text[:at], '\n')
	if start < 0 {
		return false
	}
	above := strings.TrimSpace(lineAt(text, start))
	return strings.HasPrefix(above, "#") && hasIgnore(above, check)
}

func hasIgnore(line, check string) bool {
	_, rest, ok := strings.Cut(line, "# faaslint:ignore ")
	words := strings.Fields(rest)
	return ok && len(words) > 1 && words[0] == check
}

// lineAt is the line that holds an offset; that of a line's end belongs to it.
func lineAt(text string, at int) string {
	start := strings.LastIndexByte(text[:at], '\n') + 1
	if end := strings.IndexByte(text[at:], '\n'); end >= 0 {
		return text[start : at+end]
	}
	return text[start:]
}
