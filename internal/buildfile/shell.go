package buildfile

import (
	"maps"
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A reader walks through a shell program and knows in which folder each command of it runs, and what its variables hold.
type reader struct {
	base   int // offset of the program in its file
	head   int
	make   func(offset int) (string, bool) // what make puts in the place of the expansion at an offset of the program
	found  []*Command
	also   bool // go install counts, too
	copies []Copy
	env    map[string]string // of a variable that is not here nothing is known
	vague  map[string]bool   // variables that a function of the program sets; it runs where it is called
	blind  bool              // so may anybody any variable: the program evaluates a text, or reads another file
}

// shell reads a program that stands at an offset of its file. What the parser does not take is no program.
func shell(text string, base int, dir string, make func(int) (string, bool)) []*Command {
	r := &reader{base: base, head: base, make: make}
	r.program(text, &dir)
	return r.found
}

func (r *reader) program(text string, dir *string) {
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(text), "")
	if err != nil {
		return
	}
	if r.env == nil {
		r.env = map[string]string{}
	}
	r.vague = map[string]bool{}
	syntax.Walk(file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.FuncDecl:
			for name := range assigned(n) {
				r.vague[name] = true
			}
		case *syntax.CallExpr:
			r.blind = r.blind || setsAny(n)
		}
		return true
	})
	r.stmts(file.Stmts, dir)
}

// setsAny reports whether a command may set variables that it does not name as such.
func setsAny(call *syntax.CallExpr) bool {
	if len(call.Args) == 0 {
		return false
	}
	name := call.Args[0].Lit()
	return slices.Contains([]string{"eval", "source", ".", "read", "unset", "mapfile", "readarray", "getopts", "let", "trap"}, name) ||
		name == "printf" && len(call.Args) > 1 && call.Args[1].Lit() == "-v"
}

// assigned are the variables that may be set below a node.
func assigned(n syntax.Node) map[string]bool {
	names := map[string]bool{}
	syntax.Walk(n, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Assign:
			if n.Name != nil {
				names[n.Name.Value] = true
			}
		case *syntax.WordIter:
			names[n.Name.Value] = true
		case *syntax.ParamExp:
			if n.Exp != nil && (n.Exp.Op == syntax.AssignUnset || n.Exp.Op == syntax.AssignUnsetOrNull) && n.Param != nil {
				names[n.Param.Value] = true
			}
		}
		return true
	})
	return names
}

// set follows an assignment.
func (r *reader) set(a *syntax.Assign) {
	if a.Name == nil || a.Naked {
		return
	}
	name := a.Name.Value
	old, known := r.env[name]
	delete(r.env, name)
	if a.Index != nil || a.Array != nil || a.Append && !known {
		return
	}
	text := ""
	if a.Value != nil {
		for _, f := range r.expanded(a.Value) {
			text += f.text
		}
	}
	if a.Append {
		text = old + text
	}
	r.env[name] = text
}

func (r *reader) forget(n syntax.Node) {
	for name := range assigned(n) {
		delete(r.env, name)
	}
}

func (r *reader) stmts(list []*syntax.Stmt, dir *string) {
	for _, s := range list {
		if s.Cmd == nil {
			continue
		}
		r.command(s.Cmd, dir)
		if _, list := s.Cmd.(*syntax.BinaryCmd); list || s.Background || s.Coprocess {
			r.forget(s.Cmd)
		}
	}
}

// command follows one command. A folder, or a variable, that is changed in what may run or not, or in a loop, is not known
// afterwards.
func (r *reader) command(cmd syntax.Command, dir *string) {
	perhaps := func(lists ...[]*syntax.Stmt) {
		for _, list := range lists {
			inner, env := *dir, maps.Clone(r.env)
			r.stmts(list, &inner)
			r.env = env
			for _, s := range list {
				r.forget(s)
			}
			if inner != *dir {
				*dir = Unknown
			}
		}
	}
	switch cmd := cmd.(type) {
	case *syntax.CallExpr:
		r.call(cmd, dir)
		if len(cmd.Args) > 0 {
			r.forget(cmd) // ${F:=x}
		}
	case *syntax.DeclClause:
		for _, a := range cmd.Args {
			r.set(a)
		}
	case *syntax.BinaryCmd:
		r.command(cmd.X.Cmd, dir)
		if cmd.Op != syntax.AndStmt {
			r.forget(cmd.X)
		}
		r.command(cmd.Y.Cmd, dir)
	case *syntax.Block:
		r.stmts(cmd.Stmts, dir)
	case *syntax.Subshell:
		inner, env := *dir, maps.Clone(r.env)
		r.stmts(cmd.Stmts, &inner)
		r.env = env
	case *syntax.IfClause:
		for c := cmd; c != nil; c = c.Else {
			perhaps(c.Cond, c.Then)
		}
	case *syntax.ForClause:
		r.forget(cmd)
		perhaps(cmd.Do)
	case *syntax.WhileClause:
		r.forget(cmd)
		perhaps(cmd.Do)
	case *syntax.CaseClause:
		for _, item := range cmd.Items {
			perhaps(item.Stmts)
		}
	case *syntax.FuncDecl:
		inner, env := Unknown, r.env // it runs where it is called
		r.env = map[string]string{}
		r.stmts([]*syntax.Stmt{cmd.Body}, &inner)
		r.env = env
	case *syntax.TimeClause:
		if cmd.Stmt != nil {
			r.command(cmd.Stmt.Cmd, dir)
		}
	default:
		r.forget(cmd)
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
		fields = append(fields, r.expanded(w)...)
	}
	if len(call.Args) == 0 {
		for _, a := range call.Assigns {
			r.set(a)
		}
		return
	}
	system := "" // that GOOS names
	for _, a := range call.Assigns {
		if a.Name != nil && a.Name.Value == "GOOS" {
			system = r.system(a)
		}
	}
	for len(fields) > 0 && (fields[0].text == "env" || isAssignment(fields[0].text)) {
		if value, ok := strings.CutPrefix(fields[0].text, "GOOS="); ok {
			system = value
		}
		fields = fields[1:]
	}
	if len(fields) == 0 || slices.Contains(desktops, system) {
		return
	}
	switch fields[0].text {
	case "cd":
		*dir = changed(*dir, fields[1:])
	case "pushd", "popd":
		*dir = Unknown
	case "go":
		if len(fields) > 1 && (fields[1].text == "build" || r.also && fields[1].text == "install") {
			c := &Command{Start: fields[0].start, End: fields[1].end, Flags: fields[1].end, Head: r.head, Dir: *dir, Copies: slices.Clone(r.copies), Cross: system != ""}
			if c.flags(fields[2:], fields[1].text == "install") {
				r.found = append(r.found, c)
			}
		}
	}
}

// desktops are values of GOOS that no platform of functions has.
var desktops = []string{"windows", "darwin", "freebsd", "openbsd", "netbsd"}

// system is the value that an assignment gives to GOOS.
func (r *reader) system(a *syntax.Assign) string {
	if a.Value == nil {
		return ""
	}
	text := ""
	for _, f := range r.expanded(a.Value) {
		text += f.text
	}
	return text
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

// expanded is what becomes of a word: what is not quoted and known is cut at blanks, as the shell does.
func (r *reader) expanded(w *syntax.Word) []field {
	f := field{start: r.base + int(w.Pos().Offset()), end: r.base + int(w.End().Offset())}
	if list, ok := r.put(w); ok {
		for i := range list {
			list[i].start, list[i].end, list[i].spliced, list[i].quote, list[i].before = f.start, f.end, true, 0, 0
		}
		return list
	}
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
			text := r.value(p, quoted)
			split = split || text != Unknown && !quoted
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

// value is that of an expansion. What make puts there the shell has yet to read, and may take for more than a text.
func (r *reader) value(p syntax.WordPart, quoted bool) string {
	special := "*?[~" // file names
	text, ok := "", false
	if r.make != nil {
		text, ok = r.make(int(p.Pos().Offset()))
		special = "\"'`\\#;&|<>()*?[~$"
	}
	if x, isParam := p.(*syntax.ParamExp); !ok && isParam && isPlain(x) && !r.blind && !r.vague[x.Param.Value] {
		special = "*?[~"
		text, ok = r.env[x.Param.Value]
	} else if quoted {
		special = "\"`\\$"
	}
	if !ok || (!quoted || r.make != nil) && strings.ContainsAny(text, special) {
		return Unknown
	}
	return text
}

// isPlain recognises $X and ${X}.
func isPlain(x *syntax.ParamExp) bool {
	return x.Param != nil && !x.Excl && !x.Length && !x.Width && x.Index == nil && x.Slice == nil && x.Repl == nil && x.Exp == nil && x.Names == 0
}

// put reads a word that make puts there as a whole, such as FLAGS = -ldflags "-s -w".
func (r *reader) put(w *syntax.Word) ([]field, bool) {
	if r.make == nil || len(w.Parts) != 1 {
		return nil, false
	}
	text, ok := r.make(int(w.Parts[0].Pos().Offset()))
	if !ok || !strings.ContainsAny(text, "\"'") || strings.ContainsAny(text, "`\\#;&|<>()*?[~$") {
		return nil, false
	}
	file, err := syntax.NewParser().Parse(strings.NewReader("x "+strings.ReplaceAll(text, Unknown, "$_")), "")
	if err != nil || len(file.Stmts) != 1 {
		return nil, false
	}
	call, ok := file.Stmts[0].Cmd.(*syntax.CallExpr)
	if !ok {
		return nil, false
	}
	inner, list := new(reader), []field(nil)
	for _, w := range call.Args[1:] {
		list = append(list, inner.expanded(w)...)
	}
	return list, true
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
		c.Flags = value.end
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
