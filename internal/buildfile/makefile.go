package buildfile

import (
	"regexp"
	"strings"
)

var (
	makeRule = regexp.MustCompile(`^([^\s#=:][^#=:]*):([^=]|$)`)
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
	flush := func() {
		if !mentionsDebugger(mentions) && !Rehearses(target) {
			found = append(found, rule...)
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
			cmds := shell(program, start, ".", func(i int) (string, bool) { v, ok := at[i]; return v, ok })
			for _, c := range cmds {
				c.Head = offset
			}
			rule = append(rule, cmds...)
		case makeRule.MatchString(line):
			flush()
			target, _, _ = strings.Cut(line, ":")
		}
		offset += len(line) + 1
	}
	flush()
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

// makeVars are the variables that are set once, for all, to a text without quotes and functions. Those with ?= may come from the
// environment, and what stands below a condition may not hold.
func makeVars(text string) map[string]string {
	vars, times := map[string]string{}, map[string]int{}
	depth := 0
	for offset := 0; offset < len(text); {
		line := logicalLine(text[offset:])
		offset += len(line) + 1
		if strings.HasPrefix(line, "\t") {
			continue
		}
		trimmed := strings.TrimSpace(line)
		switch first, _, _ := strings.Cut(trimmed, " "); first {
		case "ifeq", "ifneq", "ifdef", "ifndef", "define":
			depth++
		case "endif", "endef":
			depth--
		}
		m := makeVar.FindStringSubmatch(trimmed)
		if m == nil {
			continue
		}
		times[m[1]]++
		value, _, _ := strings.Cut(m[3], " #")
		if depth == 0 && (m[2] == "=" || m[2] == ":=" || m[2] == "::=") {
			vars[m[1]] = strings.TrimSpace(value)
		}
	}
	for name, n := range times {
		if n > 1 {
			delete(vars, name)
		}
	}
	return vars
}

// maskMake makes a shell program of a recipe: what make expands becomes an expansion of the shell of the same length, so that
// offsets stay, and the values by offset are returned beside it.
func maskMake(body string, vars map[string]string) (string, map[int]string) {
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
			if value, ok := expand(inner, vars, 0); ok {
				values[i] = value
			}
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

// expand is the value of a variable if it is known, and means to the shell what it says.
func expand(name string, vars map[string]string, depth int) (string, bool) {
	if name == "CURDIR" {
		return ".", true
	}
	value, ok := vars[name]
	if !ok || depth > 8 {
		return "", false
	}
	var b strings.Builder
	for i := 0; i < len(value); i++ {
		switch {
		case strings.IndexByte("\"'`\\#;&|<>*?~", value[i]) >= 0:
			return "", false
		case value[i] != '$':
			b.WriteByte(value[i])
		default:
			if i+1 == len(value) || value[i+1] != '(' && value[i+1] != '{' {
				return "", false
			}
			end := closing(value, i+1)
			if end < 0 {
				return "", false
			}
			inner, ok := expand(value[i+2:end], vars, depth+1)
			if !ok {
				return "", false
			}
			b.WriteString(inner)
			i = end
		}
	}
	return b.String(), true
}
