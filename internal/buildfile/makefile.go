package buildfile

import (
	"regexp"
	"slices"
	"strings"

	"github.com/faaslint/faaslint/internal/catalog"
)

var (
	makeRule = regexp.MustCompile(`^([^\s#=:][^#=:]*):([^=]|$)`)
	makeOwn  = regexp.MustCompile(`^[^#=:]+:\s*(?:export\s+|override\s+|private\s+)*([A-Za-z_][\w.-]*)\s*(?:\?=|\+=|::?:?=|!=|=)`)
	makeVar  = regexp.MustCompile(`^(?:export\s+|override\s+)?([A-Za-z_][\w.-]*)\s*(\?=|\+=|::?:?=|!=|=)\s*(.*)$`)
)

// makefile reads the recipes: each of their lines is a shell program of its own.
func makefile(text string) (found []*Command) {
	if strings.Contains(text, ".ONESHELL") {
		return nil
	}
	vars := makeVars(text)
	var rule []*Command
	target, mentions := "", ""
	targets := make(map[*Command]string)
	asked := make(map[string][]string) // by which targets
	var locally []string               // targets that run functions on the machine at hand
	flush := func() {
		if runsLocally.MatchString(mentions) {
			locally = append(locally, strings.Fields(target)...)
		} else if !mentionsDebugger(mentions) && !catalog.Rehearses(target) {
			found = append(found, rule...)
		}
		for _, c := range rule {
			targets[c] = strings.TrimSpace(target)
		}
		rule, mentions = nil, ""
	}
	for offset := 0; offset < len(text); {
		line := logicalLine(text[offset:])
		switch {
		case strings.HasPrefix(line, "\t"):
			mentions += line
			body := strings.TrimLeft(line, "\t @-+")
			start := offset + len(line) - len(body)
			program, at := maskMake(body, vars)
			cmds := shell(program, start, ".", func(i int) (string, bool) { v, ok := at[i]; return v, ok && v != Unknown })
			for _, c := range cmds {
				c.Head = offset
			}
			rule = append(rule, cmds...)
		case makeRule.MatchString(line):
			flush()
			var needs string
			target, needs, _ = strings.Cut(line, ":")
			if !strings.HasPrefix(target, ".") {
				for _, name := range strings.Fields(needs) {
					asked[name] = append(asked[name], target)
				}
			}
		}
		offset += len(line) + 1
	}
	flush()
	for _, c := range found {
		by := asked[targets[c]]
		isLocal := func(name string) bool { return slices.Contains(locally, strings.TrimSpace(name)) }
		c.forTests = len(by) > 0 && !slices.ContainsFunc(by, func(name string) bool {
			return !catalog.Rehearses(name) && !isLocal(name)
		})
		c.stays = c.forTests && slices.ContainsFunc(by, isLocal)
	}
	return found
}

// logicalLine is the first line, without its end, and with the lines that it continues on.
func logicalLine(text string) string {
	end := 0
	for {
		n := strings.IndexByte(text[end:], '\n')
		if n < 0 {
			return text
		}
		end += n
		if !strings.HasSuffix(strings.TrimSuffix(text[:end], "\r"), `\`) {
			return text[:end]
		}
		end++
	}
}

// A makeValue is what a variable is set to, and what is added to it. What stands in a value that was expanded where it stands
// must have been set before that.
type makeValue struct {
	parts []makePart
	once  bool // it is set with := and what is added is expanded at once, too
}

type makePart struct {
	text string
	line int
}

// makeVars are the variables that are set once, for all, and then perhaps added to. Those with ?= may come from the environment,
// what stands below a condition may not hold, a target may have a value of its own, and an included file may set anything.
func makeVars(text string) map[string]*makeValue {
	vars, vague := map[string]*makeValue{}, map[string]bool{}
	depth, n := 0, 0
	for offset := 0; offset < len(text); n++ {
		line := logicalLine(text[offset:])
		offset += len(line) + 1
		if strings.HasPrefix(line, "\t") {
			if strings.Contains(line, "$(eval") {
				return nil
			}
			continue
		}
		trimmed := strings.TrimSpace(line)
		switch first, _, _ := strings.Cut(trimmed, " "); first {
		case "ifeq", "ifneq", "ifdef", "ifndef":
			depth++
		case "define", "undefine":
			return nil
		case "endif":
			depth--
		case "include", "-include", "sinclude":
			clear(vars)
		}
		if strings.Contains(trimmed, "$(eval") || strings.Contains(trimmed, "$(call") {
			return nil
		}
		if m := makeOwn.FindStringSubmatch(trimmed); m != nil {
			vague[m[1]] = true
		}
		m := makeVar.FindStringSubmatch(trimmed)
		if m == nil {
			continue
		}
		value, _, _ := strings.Cut(m[3], "#")
		part := makePart{strings.TrimSpace(value), n}
		old := vars[m[1]]
		switch op := m[2]; {
		case depth > 0 || strings.Contains(value, "\\"):
			vague[m[1]] = true
		case op == "+=" && old != nil:
			old.parts = append(old.parts, part)
		case op == "+=" || op == "?=" || op == "!=" || old != nil:
			vague[m[1]] = true
		default:
			vars[m[1]] = &makeValue{[]makePart{part}, op != "="}
		}
	}
	for name := range vague {
		delete(vars, name)
	}
	return vars
}

// maskMake makes a shell program of a recipe: what make expands becomes an expansion of the shell of the same length, so that
// offsets stay, and the values by offset are returned beside it.
func maskMake(body string, vars map[string]*makeValue) (string, map[int]string) {
	out, values := []byte(body), map[int]string{}
	for i := 0; i < len(body)-1; i++ {
		if body[i] != '$' {
			continue
		}
		switch body[i+1] {
		case '$':
			out[i] = '_' // the shell sees one dollar: some word that is not known
			i++
		case '(', '{':
			end := closing(body, i+1)
			if end < 0 {
				return "", nil
			}
			inner := body[i+2 : end]
			values[i] = expand(inner, vars, -1, 0)
			for j := i + 2; j < end; j++ {
				out[j] = '_'
			}
			out[i+1], out[end] = '{', '}'
			if inner == "" {
				return "", nil
			}
			i = end
		default:
			out[i+1] = '_'
			i++
		}
	}
	return string(out), values
}

// closing is the index of the bracket that closes the one at an index, -1 for none.
func closing(s string, open int) int {
	depth := 0
	for i := open; i < len(s); i++ {
		switch s[i] {
		case '(', '{':
			depth++
		case ')', '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// expand is the value of a variable, with Unknown for what only a run would tell. Only what is set before a line counts there; -1
// is the end of the file.
func expand(name string, vars map[string]*makeValue, before, depth int) string {
	if name == "CURDIR" {
		return "."
	}
	v := vars[name]
	if v == nil || depth > 8 || before >= 0 && v.parts[0].line >= before {
		return Unknown
	}
	var parts []string
	for _, p := range v.parts {
		if before >= 0 && p.line >= before {
			break
		}
		at := before
		if v.once {
			at = p.line
		}
		parts = append(parts, expandAll(p.text, vars, at, depth+1))
	}
	return strings.Join(parts, " ")
}

func expandAll(text string, vars map[string]*makeValue, before, depth int) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '$' {
			b.WriteByte(text[i])
			continue
		}
		if i+1 < len(text) && (text[i+1] == '(' || text[i+1] == '{') {
			if end := closing(text, i+1); end >= 0 {
				b.WriteString(expand(text[i+2:end], vars, before, depth))
				i = end
				continue
			}
		}
		b.WriteString(Unknown)
		i++
	}
	return b.String()
}
