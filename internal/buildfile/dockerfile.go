package buildfile

import (
	"maps"
	"path"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/faaslint/faaslint/internal/catalog"
)

// A stage is what a Dockerfile says from one FROM to the next.
type stage struct {
	name     string
	dir      string // WORKDIR
	copies   []Copy
	env      map[string]string // ENV; what ARG says may be something else for each build
	found    []*Command
	mentions string
	vague    bool // SHELL, or a folder that is not known
}

// dockerfile reads the RUN instructions, each a shell program. One in JSON names no shell, and is left alone.
func dockerfile(text string) (found []*Command) {
	var s *stage
	env := map[string]map[string]string{} // of the stages by name
	flush := func() {
		if s != nil && !s.vague && !mentionsDebugger(s.mentions) && !catalog.Rehearses(s.name) {
			found = append(found, s.found...)
		}
	}
	heredoc := strings.Contains(text, "<<")
	if heredoc {
		return nil // an instruction may then go on over lines of which none says so
	}
	for offset := 0; offset < len(text); {
		line := dockerLine(text[offset:])
		at := offset
		offset += len(line) + 1
		trimmed := strings.TrimLeft(line, " \t")
		word, rest, _ := strings.Cut(trimmed, " ")
		start := at + len(line) - len(rest)
		rest = blankComments(rest)
		word = strings.ToUpper(word)
		if word == "FROM" {
			flush()
			s = &stage{dir: "/", env: map[string]string{}}
			fields := strings.Fields(rest)
			if len(fields) > 2 && strings.EqualFold(fields[len(fields)-2], "as") {
				s.name = fields[len(fields)-1]
				fields = fields[:len(fields)-2]
			}
			if len(fields) > 0 {
				maps.Copy(s.env, env[fields[len(fields)-1]])
			}
			env[s.name] = s.env
			continue
		}
		if s == nil {
			continue
		}
		s.mentions += line + "\n"
		s.instruction(word, rest, start, at)
	}
	flush()
	return found
}

func (s *stage) instruction(word, rest string, start, head int) {
	switch word {
	case "SHELL":
		s.vague = true
	case "WORKDIR":
		dir := strings.Trim(strings.TrimSpace(rest), `"`)
		if strings.ContainsAny(dir, "$ ") {
			s.dir = Unknown
		} else {
			s.dir = s.abs(dir)
		}
	case "ENV":
		s.setEnv(rest)
	case "COPY", "ADD":
		s.copied(strings.Fields(strings.ReplaceAll(rest, "\\\n", " ")))
	case "RUN":
		body := rest
		for {
			trimmed := strings.TrimLeft(body, " \t\\\r\n")
			if !strings.HasPrefix(trimmed, "--") {
				body = trimmed
				break
			}
			end := strings.IndexAny(trimmed, " \t\n")
			if end < 0 {
				return
			}
			body = trimmed[end:]
		}
		if strings.HasPrefix(body, "[") || s.dir == Unknown {
			return
		}
		r := &reader{base: start + len(rest) - len(body), head: head, also: true, copies: s.copies, env: maps.Clone(s.env)}
		dir := s.dir
		r.program(body, &dir)
		s.found = append(s.found, r.found...)
	}
}

// setEnv reads ENV A=b C="d e" and ENV A b. What stands on the right sees what was there before the instruction.
func (s *stage) setEnv(rest string) {
	name, value, _ := strings.Cut(strings.TrimSpace(rest), " ")
	if !strings.Contains(name, "=") {
		delete(s.env, name)
		if value = strings.TrimSpace(value); !strings.ContainsAny(value, "\"'\\$") {
			s.env[name] = value
		}
		return
	}
	file, err := syntax.NewParser().Parse(strings.NewReader("export "+rest), "")
	var decl *syntax.DeclClause
	if err == nil && len(file.Stmts) == 1 {
		decl, _ = file.Stmts[0].Cmd.(*syntax.DeclClause)
	}
	if decl == nil {
		clear(s.env)
		return
	}
	before := maps.Clone(s.env)
	for _, a := range decl.Args {
		if a.Name == nil {
			continue
		}
		r := &reader{env: maps.Clone(before)}
		r.set(a)
		delete(s.env, a.Name.Value)
		if text, ok := r.env[a.Name.Value]; ok {
			s.env[a.Name.Value] = text
		}
	}
}

// copied notes what an instruction brings from the build context.
func (s *stage) copied(words []string) {
	for len(words) > 0 && strings.HasPrefix(words[0], "--") {
		if strings.HasPrefix(words[0], "--from") {
			return
		}
		words = words[1:]
	}
	if len(words) < 2 || strings.HasPrefix(words[0], "[") {
		return
	}
	dest := words[len(words)-1]
	if strings.Contains(strings.Join(words, " "), "$") || s.dir == Unknown {
		return
	}
	c := Copy{Sources: words[:len(words)-1], Dest: s.abs(dest)}
	s.copies = append(s.copies, c)
}

func (s *stage) abs(dir string) string {
	if path.IsAbs(dir) {
		return path.Clean(dir)
	}
	if s.dir == Unknown {
		return Unknown
	}
	return path.Join(s.dir, dir)
}

// dockerLine is the first instruction with its continuations, between which comments and empty lines may stand.
func dockerLine(text string) string {
	end, continued := 0, false
	for {
		n := strings.IndexByte(text[end:], '\n')
		if n < 0 {
			return text
		}
		line := strings.TrimSpace(text[end : end+n])
		skip := continued && (line == "" || strings.HasPrefix(line, "#"))
		end += n
		if !skip && (strings.HasPrefix(line, "#") || !strings.HasSuffix(line, `\`)) {
			return text[:end]
		}
		continued = true
		end++
	}
}

// blankComments takes away the comment lines between continuations, and keeps all offsets.
func blankComments(text string) string {
	lines := strings.SplitAfter(text, "\n")
	for i, line := range lines {
		if t := strings.TrimSpace(line); i > 0 && (strings.HasPrefix(t, "#") || t == "") && strings.HasSuffix(line, "\n") {
			lines[i] = strings.Repeat(" ", max(len(line)-2, 0)) + "\\\n"
			if len(line) < 2 {
				lines[i] = "\n"
			}
		}
	}
	return strings.Join(lines, "")
}
