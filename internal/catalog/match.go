package catalog

import (
	"go/types"
	"strings"
)

// A table finds the line about a function: first by its full name, then by pattern.
type table struct {
	exact    map[string]*line
	packages map[string]bool // import paths of the exact symbols
	globs    []glob
}

// A glob is a line whose symbol holds stars.
type glob struct {
	path            string // the import path in the symbol
	prefix, toPaths string // what comes before the first star of each: comparing it rules out nearly every function
	line            *line
}

func (t *table) add(l *line) {
	path := PackagePath(l.symbol)
	if !IsPattern(l.symbol) {
		if t.exact == nil {
			t.exact, t.packages = map[string]*line{}, map[string]bool{}
		}
		t.exact[l.symbol] = l
		t.packages[path] = true
		return
	}
	// A pattern with stars in its last name only has a path without stars: then path is its own prefix.
	toPaths, _, _ := strings.Cut(path, "*")
	t.globs = append(t.globs, glob{path, l.symbol[:star(l.symbol)], toPaths, l})
}

// find looks for the line about a function.
func find[T any](t *table, fn *types.Func) (none T) {
	if fn == nil || fn.Pkg() == nil || !t.mentions(fn.Pkg().Path()) {
		return none // most functions: their full name is never built
	}
	return lookup[T](t, fn.Origin().FullName())
}

// findType looks for the line about a type, or about what belongs to it.
func findType[T any](t *table, name *types.TypeName, spell func(full string) string) (none T) {
	if name.Pkg() == nil || !t.mentions(name.Pkg().Path()) {
		return none
	}
	return lookup[T](t, spell(name.Pkg().Path()+"."+name.Name()))
}

func lookup[T any](t *table, name string) (none T) {
	if l := t.exact[name]; l != nil {
		return l.entry().(T)
	}
	for i := range t.globs {
		if g := &t.globs[i]; strings.HasPrefix(name, g.prefix) && Match(g.line.symbol, name) {
			return g.line.entry().(T)
		}
	}
	return none
}

func (t *table) mentions(path string) bool {
	if t.packages[path] {
		return true
	}
	for i := range t.globs {
		if g := &t.globs[i]; strings.HasPrefix(path, g.toPaths) && Match(g.path, path) {
			return true
		}
	}
	return false
}

// Mentions reports whether a line may be about a function of the package with this import path. Names and shapes
// of handlers do not count: they are about the caller's own functions. Nor does what encodes and decodes, nor what
// is plain or safe: it changes no verdict.
func (c *Catalog) Mentions(path string) bool {
	return c.handlers.mentions(path) || c.costly.mentions(path) || c.ambient.mentions(path) ||
		c.once.mentions(path) || c.calls.mentions(path) || c.mutates.mentions(path)
}

// Match reports whether a symbol, as a catalogue line spells it, stands for the function with this full name.
//
// It is tempting to use path.Match, but "(*T).M" and "T[K]" mean something else to it. Here a star at the start of a
// receiver is the star of a pointer type, brackets are themselves, and any other star stands for a run of zero or more
// characters within one name or path element: it never matches '/', '.', '(' or ')'. So service/*.New is about the
// function New in each package below service, and about no method.
func Match(symbol, name string) bool {
	i := star(symbol)
	if i < 0 {
		return symbol == name
	}
	if !strings.HasPrefix(name, symbol[:i]) {
		return false
	}
	rest, name := symbol[i+1:], name[i:]
	for {
		if Match(rest, name) {
			return true
		}
		if name == "" || strings.IndexByte("/.()", name[0]) >= 0 {
			return false
		}
		name = name[1:]
	}
}

// IsPattern reports whether a symbol stands for any number of functions.
func IsPattern(symbol string) bool { return star(symbol) >= 0 }

// star is the index of the first star that is not that of a pointer receiver, or -1.
func star(symbol string) int {
	from := 0
	if strings.HasPrefix(symbol, "(*") {
		from = len("(*")
	}
	if i := strings.IndexByte(symbol[from:], '*'); i >= 0 {
		return from + i
	}
	return -1
}

// PackagePath is the import path in a symbol: a/b in a/b.F, (a/b.T).M and (*a/b.T[K]).M, gopkg.in/yaml.v3 in
// gopkg.in/yaml.v3.Unmarshal.
func PackagePath(symbol string) string {
	if recv, _, ok := strings.Cut(symbol, ")"); ok {
		symbol = strings.TrimPrefix(strings.TrimPrefix(recv, "("), "*")
		symbol, _, _ = strings.Cut(symbol, "[")
	}
	return symbol[:max(0, strings.LastIndexByte(symbol, '.'))]
}

// CostlyNamed is the line about the function with this full name, for operations that facts tell of.
func (c *Catalog) CostlyNamed(name string) *Costly { return lookup[*Costly](&c.costly, name) }

// Noun is what fn builds: in a pattern's line {package} stands for the name of the function's package.
func (c *Costly) Noun(fn *types.Func) string {
	if fn.Pkg() == nil {
		return c.What
	}
	return strings.ReplaceAll(c.What, "{package}", fn.Pkg().Name())
}
