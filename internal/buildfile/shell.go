package buildfile

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A reader walks through a shell program and knows in which folder each command of it runs.
type reader struct {
	base   int // offset of the program in its file
	head   int
	vars   func(offset int) (string, bool) // what stands for the expansion at an offset of the program, if that is known
	found  []*Command
	also   bool // go install counts, too
	copies []Copy
}

// shell reads a program that stands at an offset of its file. What the parser does not take is no program.
func shell(text string, base int, dir string, vars func(int) (string, bool)) []*Command {
	r := &reader{base: base, head: base, vars: vars}
	r.program(text, &dir)
	return r.found
}

func (r *reader) program(text string, dir *string) {
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(text), "")
	if err != nil {
		return
	}
	r.stmts(file.Stmts, dir)
}

func (r *reader) stmts(list []*syntax.Stmt, dir *string) {
	for _, s := range list {
		r.command(s.Cmd, dir)
	}
}

// command follows one command. A folder that is changed in what may run or not, or in a loop, is not known afterwards.
func (r *reader) command(cmd syntax.Command, dir *string) {
	perhaps := func(lists ...[]*syntax.Stmt) {
		for _, list := range lists {
			inner := *dir
			r.stmts(list, &inner)
			if inner != *dir {
				*dir = Unknown
			}
		}
	}
	switch cmd := cmd.(type) {
	case *syntax.CallExpr:
		r.call(cmd, dir)
	case *syntax.BinaryCmd:
		r.command(cmd.X.Cmd, dir)
		r.command(cmd.Y.Cmd, dir)
	case *syntax.Block:
		r.stmts(cmd.Stmts, dir)
	case *syntax.Subshell:
		inner := *dir
		r.stmts(cmd.Stmts, &inner)
	case *syntax.IfClause:
		for c := cmd; c != nil; c = c.Else {
			perhaps(c.Cond, c.Then)
		}
	case *syntax.ForClause:
		perhaps(cmd.Do)
	case *syntax.WhileClause:
		perhaps(cmd.Do)
	case *syntax.CaseClause:
		for _, item := range cmd.Items {
			perhaps(item.Stmts)
		}
	case *syntax.FuncDecl:
		inner := Unknown // it runs where it is called
		r.stmts([]*syntax.Stmt{cmd.Body}, &inner)
	case *syntax.TimeClause:
		if cmd.Stmt != nil {
			r.command(cmd.Stmt.Cmd, dir)
		}
	}
}

// A field is a word after expansion; the offsets are those of the word in the file.
type field struct {
	text       string
	start, end int
	quote      int // offset behind the first quote, if there is one
	before     int // how much of the text stands before that quote
	spliced    bool
}

func (f field) known() bool { return !strings.Contains(f.text, Unknown) }

func (f *field) open(offset int) {
	if f.quote == 0 {
		f.quote, f.before = offset, len(f.text)
	}
}

func (r *reader) call(call *syntax.CallExpr, dir *string) {
	var fields []field
	for _, w := range call.Args {
		fields = append(fields, r.fields(w)...)
	}
	cross := slices.ContainsFunc(call.Assigns, func(a *syntax.Assign) bool { return a.Name != nil && a.Name.Value == "GOOS" })
	for len(fields) > 0 && (fields[0].text == "env" || isAssignment(fields[0].text)) {
		cross = cross || strings.HasPrefix(fields[0].text, "GOOS=")
		fields = fields[1:]
	}
	if len(fields) == 0 {
		return
	}
	switch fields[0].text {
	case "cd":
		*dir = changed(*dir, fields[1:])
	case "pushd", "popd":
		*dir = Unknown
	case "go":
		if len(fields) > 1 && (fields[1].text == "build" || r.also && fields[1].text == "install") {
			c := &Command{Start: fields[0].start, End: fields[1].end, Head: r.head, Dir: *dir, Copies: slices.Clone(r.copies), cross: cross}
			if c.flags(fields[2:], fields[1].text == "install") {
				r.found = append(r.found, c)
			}
		}
	}
}

func isAssignment(text string) bool {
	name, _, ok := strings.Cut(text, "=")
	return ok && syntax.ValidName(name)
}

func changed(dir string, args []field) string {
	if len(args) != 1 || !args[0].known() || strings.HasPrefix(args[0].text, "-") || strings.HasPrefix(args[0].text, "~") {
		return Unknown
	}
	if path.IsAbs(args[0].text) {
		return path.Clean(args[0].text)
	}
	if dir == Unknown {
		return Unknown
	}
	return path.Join(dir, args[0].text)
}

// fields expands a word. What is not quoted and known is cut at blanks, as the shell does.
func (r *reader) fields(w *syntax.Word) []field {
	f := field{start: r.base + int(w.Pos().Offset()), end: r.base + int(w.End().Offset())}
	split := false
	var part func(p syntax.WordPart, quoted bool)
	part = func(p syntax.WordPart, quoted bool) {
		switch p := p.(type) {
		case *syntax.Lit:
			f.text += unescape(p.Value, quoted)
		case *syntax.SglQuoted:
			f.open(r.base + int(p.Left.Offset()) + 1)
			f.text += p.Value
		case *syntax.DblQuoted:
			f.open(r.base + int(p.Left.Offset()) + 1)
			for _, inner := range p.Parts {
				part(inner, true)
			}
		default:
			text, ok := Unknown, false
			if r.vars != nil {
				text, ok = r.vars(int(p.Pos().Offset()))
			}
			if !ok {
				text = Unknown
			}
			split = split || ok && !quoted
			f.text += text
		}
	}
	for _, p := range w.Parts {
		part(p, false)
	}
	if !split {
		return []field{f}
	}
	var out []field
	for _, text := range strings.Fields(f.text) {
		out = append(out, field{text: text, start: f.start, end: f.end, spliced: true})
	}
	return out
}

// unescape takes away what a backslash does in a word, and in double quotes.
func unescape(s string, quoted bool) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && (!quoted || strings.IndexByte("$`\"\\\n", s[i+1]) >= 0) {
			i++
			if s[i] == '\n' {
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// Flags of go build that take a value. Those that change what is built, or with what, are not here: nothing is said then.
var valued = []string{"o", "p", "C", "tags", "ldflags", "buildmode", "mod", "installsuffix", "asmflags", "pgo", "buildvcs"}
var plain = []string{"a", "v", "x", "trimpath", "modcacherw", "work", "json"}

// flags reads what follows go build. It reports whether all that matters is known, and a binary is left that somebody may deploy.
func (c *Command) flags(args []field, install bool) bool {
	for len(args) > 0 {
		arg := args[0]
		name, isFlag := strings.CutPrefix(arg.text, "-")
		if !isFlag {
			break
		}
		args = args[1:]
		name, value, hasValue := strings.Cut(strings.TrimPrefix(name, "-"), "=")
		switch {
		case slices.Contains(plain, name) || name == "buildvcs" && !hasValue:
			continue
		case !slices.Contains(valued, name):
			return false
		}
		at := field{text: value, end: arg.end, quote: arg.quote, before: arg.before - len(arg.text) + len(value), spliced: arg.spliced}
		if !hasValue {
			if len(args) == 0 {
				return false
			}
			at, args = args[0], args[1:]
		}
		if !c.flag(name, at) {
			return false
		}
	}
	for _, arg := range args {
		if !arg.known() {
			return false
		}
		c.Packages = append(c.Packages, arg.text)
	}
	if len(c.Packages) == 0 {
		c.Packages = []string{"."}
	}
	// Several packages are compiled and thrown away, unless -o names a folder for them.
	many := len(c.Packages) > 1 && !strings.HasSuffix(c.Packages[0], ".go") || strings.Contains(c.Packages[0], "...")
	return c.Dir != Unknown && c.Out != "/dev/null" && (install || !many || c.Out != "")
}

func (c *Command) flag(name string, value field) bool {
	switch name {
	case "o":
		c.Out = value.text
		return true
	case "p", "mod", "installsuffix", "asmflags", "pgo", "buildvcs":
		return value.known()
	case "ldflags":
		return c.ldflags(value)
	}
	if !value.known() {
		return false
	}
	switch name {
	case "tags":
		c.Tags = strings.FieldsFunc(value.text, func(r rune) bool { return r == ',' || r == ' ' })
		c.TagsEnd = value.end
		if value.quote > 0 || value.spliced {
			c.TagsEnd = -1
		}
	case "C":
		if c.Dir = changed(c.Dir, []field{value}); c.Dir == Unknown {
			return false
		}
	case "buildmode":
		c.PIE = value.text == "pie"
		return c.PIE || value.text == "exe" || value.text == "default"
	}
	return true
}

// ldflags reads the flags of the linker. What is not known may stand in the value of -X alone: anywhere else it may hold -s.
func (c *Command) ldflags(value field) bool {
	c.Stripped, c.NoDWARF, c.LDFlags = false, false, -1
	if value.quote > 0 && value.before == 0 {
		c.LDFlags = value.quote
	}
	if value.text != "" && value.text[0] != '-' {
		return false // flags for some packages only
	}
	x := false
	for _, word := range quotedWords(value.text) {
		before, _, unknown := strings.Cut(word, Unknown)
		if unknown && !(strings.Contains(before, "=") && (x || strings.HasPrefix(before, "-X="))) {
			return false
		}
		c.NoDWARF = c.NoDWARF || !x && (word == "-w" || word == "--w" || word == "-w=true")
		c.Stripped = c.Stripped || !x && (word == "-s" || word == "--s" || word == "-s=true")
		x = word == "-X" || word == "--X"
	}
	return true
}

// quotedWords cuts a text at blanks outside of quotes, as the go command does with lists of flags.
func quotedWords(text string) (words []string) {
	var word strings.Builder
	quote, open := rune(0), false
	for _, c := range text {
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote, open = c, true
		case quote == 0 && strings.ContainsRune(" \t\n", c):
			if open {
				words = append(words, word.String())
			}
			word.Reset()
			open = false
		default:
			word.WriteRune(c)
			open = true
		}
	}
	if open {
		words = append(words, word.String())
	}
	return words
}
