package routes

import (
	"regexp/syntax"
	"slices"
	"strings"
)

// A Template is a path with parameters, each of which stands for a part of one segment: /things/{id}.
type Template struct {
	Path   string
	Params []Param
}

// A Param is a parameter of a path.
type Param struct {
	Name    string
	Pattern string // a regular expression for all of the value, as its router has it; "" for any
}

const serveMux = "net/http"

func isFiber(router string) bool { return within(router, "github.com/gofiber/fiber") }

// hasColons reports whether a router writes parameters as :name, and not as {name}.
func hasColons(router string) bool {
	for _, root := range []string{"github.com/gin-gonic/gin", "github.com/labstack/echo", "github.com/julienschmidt/httprouter"} {
		if within(router, root) {
			return true
		}
	}
	return isFiber(router)
}

func within(path, root string) bool { return path == root || strings.HasPrefix(path, root+"/") }

// Templates are the paths that a route answers: two for :id? at the end. If templates cannot say what it answers, they are
// none, and why says the reason.
func (r *Route) Templates() (list []Template, why string) {
	path, atStart := strings.CutSuffix(r.Path, "{$}")
	switch {
	case r.Open:
		return nil, "its pattern is not constant"
	case r.below && !atStart:
		return nil, "it answers all paths below one"
	case hasColons(r.Router) && !strings.HasPrefix(path, "/"):
		path = "/" + path // these routers add it
	case !strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "*"):
		return nil, "it is for one host"
	}
	s := &templater{rest: path, router: r.Router}
	if hasColons(r.Router) {
		s.colons()
	} else {
		s.braces()
	}
	if s.why != "" {
		return nil, s.why
	}
	if s.optional {
		short := path[:strings.LastIndexByte(path, '/')]
		s := &templater{rest: max(short, "/"), router: r.Router}
		s.colons()
		list = append(list, s.Template) // Inv: it is a part of what was read above
	}
	return append(list, s.Template), ""
}

// A templater reads a pattern.
type templater struct {
	Template
	rest, router string
	optional     bool   // the last parameter
	why          string // not
}

const (
	manySegments = "it answers any number of segments"
	mixed        = "its pattern mixes the syntax of two routers"
)

func (s *templater) refuse(why string) { s.why, s.rest = why, "" }

func (s *templater) literal(n int) {
	s.Path += s.rest[:n]
	s.rest = s.rest[n:]
}

func (s *templater) param(name, pattern string) {
	if name == "" {
		s.refuse("a parameter has no name")
		return
	}
	for _, p := range s.Params {
		if p.Name == name {
			s.refuse("two parameters are called " + name)
			return
		}
	}
	s.Path += "{" + name + "}"
	s.Params = append(s.Params, Param{name, pattern})
}

// braces reads what net/http, chi and gorilla/mux write, and what Lambda calls a resource: {id}, {id:[0-9]+}, {path...},
// {path+}, and * for the rest.
func (s *templater) braces() {
	for s.rest != "" {
		switch s.rest[0] {
		case '{':
			end := closing(s.rest)
			if end < 0 {
				s.refuse("a brace is not closed")
				return
			}
			name, pattern, _ := strings.Cut(s.rest[1:end], ":")
			s.rest = s.rest[end+1:]
			if strings.HasSuffix(name, "...") || strings.HasSuffix(name, "+") {
				s.refuse(manySegments)
				return
			}
			if within(s.router, "github.com/gorilla/mux") && takesSlash(pattern) {
				s.refuse(manySegments) // chi asks its expressions about one segment
				return
			}
			s.param(name, pattern)
		case '*':
			s.refuse(manySegments)
		case '?':
			s.refuse("its pattern is not constant")
		case ':':
			if strings.HasSuffix(s.Path, "/") {
				s.refuse(mixed)
				return
			}
			s.literal(1)
		default:
			s.literal(1)
		}
	}
}

// closing is the brace that closes the first one: expressions may hold others.
func closing(text string) int {
	depth := 0
	for i, c := range text {
		switch c {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// colons reads what gin, echo, httprouter and fiber write: :id, and * or *path for the rest; fiber has + and :id? too.
func (s *templater) colons() {
	for s.rest != "" {
		switch c := s.rest[0]; {
		case c == '{' || c == '}':
			s.refuse(mixed)
		case c == '\\' && len(s.rest) > 1:
			s.rest = s.rest[1:]
			s.literal(1)
		case c == '*' || c == '+' && isFiber(s.router):
			s.refuse(manySegments)
		case c == ':' && isFiber(s.router):
			s.fiber()
		case c == ':':
			name, rest, more := strings.Cut(s.rest[1:], "/")
			s.rest = ""
			if more {
				s.rest = "/" + rest
			}
			s.param(name, "")
		case c == '?':
			s.refuse("its pattern is not constant")
		default:
			s.literal(1)
		}
	}
}

// fiber reads a parameter of fiber, which may end within a segment, have a constraint, and be optional: :id<int>?
func (s *templater) fiber() {
	end := 1
	for end < len(s.rest) && (s.rest[end] == '_' || isAlnum(s.rest[end])) {
		end++
	}
	name := s.rest[1:end]
	s.rest = s.rest[end:]
	if strings.HasPrefix(s.rest, "<") {
		_, after, closed := strings.Cut(s.rest, ">")
		if !closed {
			s.refuse("a constraint is not closed")
			return
		}
		s.rest = after // what it refuses is for the function to refuse
	}
	if after, ok := strings.CutPrefix(s.rest, "?"); ok {
		if after != "" || !strings.HasSuffix(s.Path, "/") {
			s.refuse("a parameter within its pattern may be left out")
			return
		}
		s.rest, s.optional = "", true
	}
	s.param(name, "")
}

func isAlnum(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' }

// takesSlash reports whether what an expression matches may hold a slash.
func takesSlash(pattern string) bool {
	re, err := syntax.Parse(pattern, syntax.Perl)
	return pattern != "" && (err != nil || hasSlash(re))
}

func hasSlash(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return true
	case syntax.OpLiteral:
		return slices.Contains(re.Rune, '/')
	case syntax.OpCharClass:
		for i := 0; i+1 < len(re.Rune); i += 2 {
			if re.Rune[i] <= '/' && '/' <= re.Rune[i+1] {
				return true
			}
		}
	}
	return slices.ContainsFunc(re.Sub, hasSlash)
}
