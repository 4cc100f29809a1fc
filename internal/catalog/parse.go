package catalog

import (
	_ "embed"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// A line is a kind, a symbol and attributes, separated by blanks:
//
//	handler call  SYMBOL args=0[,1] [factory] platform=P [process=request] [concurrency=1] [freezes]
//	handler name  NAME shape=`func(…) …`… platform=P [in=main|lib] [import=PATH] [path=PATTERN] [process=…] […]
//	handler shape `func(…) …` platform=P [import=PATH] [process=…] […]
//	handler field (TYPE).FIELD platform=P [process=…] […]
//	handler event TYPE platform=P [process=…] […]
//	costly  SYMBOL what=NOUN loses=cpu|disk|transport|connection|remote [inputs=0[,1]] [result=-1] [shared | instead=WHAT]
//	        [close=M[,M]] [flush] [error] [ctx=no|dial|retained] [read] [pure] [stale=heals|fails] [probe=EXPR] [check=M[,M]] [later]
//	ambient SYMBOL binding=build|init|request [remote] [expires]
//	once    SYMBOL arg=0
//	calls   SYMBOL [args=0[,1]] [fields=F[,F]]
//	mutates SYMBOL
//	encodes SYMBOL
//	decodes SYMBOL [what=NOUN]
//	plain   SYMBOL [pure] [fills=0[,1]]
//	safe    TYPE
//	route add    SYMBOL handler=1 [path=0] [method=GET | verb=0] [below] [strips]
//	route group  SYMBOL [path=0] [inner=1]
//	route narrow SYMBOL [path=0] [verb=0] [below]
//	route strip  SYMBOL path=0 handler=1
//	route field  (TYPE).FIELD of=method|path|both
//	route key    NAME of=method|path|both
//	registers PATH.init [drivers=NAME[,NAME]] [mux]
//	tag     PATH.init name=TAG since=VERSION drops=NOUN [with=PATH] saves=PERCENT [least=PERCENT] [names=N[,N]] [imports=PATH] [out=NAME]
//
// and each ends in see=URL. args=* stands for all arguments; shape= may be given more than once. Anything with blanks
// goes between backquotes. Empty lines and lines that begin with # are skipped.

//go:embed platforms.txt
var platforms string

//go:embed clients.txt
var clients string

//go:embed routers.txt
var routers string

// Default is the catalogue that faaslint ships, routers aside.
var Default = sync.OnceValue(readDefault)

func readDefault() *Catalog {
	c := new(Catalog)
	c.index("platforms.txt", platforms)
	c.index("clients.txt", clients)
	return c.list()
}

// Routers is what faaslint knows of routes. No check asks for them.
var Routers = sync.OnceValue(readRouters)

func readRouters() *Catalog {
	c := new(Catalog)
	c.index("routers.txt", routers)
	return c.list()
}

// Parse reads catalogue lines; name stands for the file in errors, which come together for all lines.
func Parse(name string, data []byte) (*Catalog, error) {
	c := new(Catalog)
	c.index(name, string(data))
	if err := c.check(); err != nil {
		return nil, err
	}
	return c.list(), nil
}

// index adds the lines of a file. What they say is read when somebody asks for it: a process that checks one package
// meets few of the functions that the catalogue knows, and there is one for each package.
func (c *Catalog) index(name, data string) {
	n := 0
	c.lines = slices.Grow(c.lines, strings.Count(data, "\n"))
	for text := range strings.Lines(data) {
		n++
		text = strings.TrimSpace(text)
		if text == "" || text[0] == '#' {
			continue
		}
		l := newLine(name, n, text)
		c.lines = append(c.lines, l)
		if t := c.table(l.kind); t != nil && l.symbol != "" {
			t.add(l)
		}
	}
}

// table is where lines of a kind are looked up by their symbols, nil for those that stand in lists.
func (c *Catalog) table(kind string) *table {
	switch kind {
	case "handler call":
		return &c.handlers
	case "handler event":
		return &c.events
	case "handler field":
		return &c.fields
	case "costly":
		return &c.costly
	case "ambient":
		return &c.ambient
	case "once":
		return &c.once
	case "calls":
		return &c.calls
	case "mutates":
		return &c.mutates
	case "encodes", "decodes":
		return &c.serial
	case "plain":
		return &c.plain
	case "safe":
		return &c.safe
	case "route add", "route group", "route narrow", "route strip", "route field":
		return &c.routes
	case "registers":
		return &c.inits
	}
	return nil
}

// list reads the lines that stand in lists.
func (c *Catalog) list() *Catalog {
	for _, l := range c.lines {
		if c.table(l.kind) != nil {
			continue
		}
		switch e := l.entry().(type) {
		case *Handler:
			if e.Form == Name {
				c.names = append(c.names, e)
			} else {
				c.shapes = append(c.shapes, e)
			}
		case *Route:
			c.routeKeys = append(c.routeKeys, e)
		case *Tag:
			c.tags = append(c.tags, e)
		}
	}
	return c
}

// check reads all lines, and says which are wrong, or repeat what was said before. Platforms may share a name, not a name
// and a signature.
func (c *Catalog) check() error {
	var errs []error
	seen := map[string]string{} // what a line is about, to its position
	for _, l := range c.lines {
		err := l.check(seen)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", l.pos(), err))
		}
	}
	return errors.Join(errs...)
}

// A Line is one line of the catalogue, for those who go through all of it.
type Line struct {
	Pos    string // file:line
	Kind   string // "handler call", "costly", …
	Symbol string
	Entry  any // *Handler, *Costly, *Ambient, *Once, *Calls, *Mutates, *Serial, *Plain, *Safe, *Route, *Registration or *Tag
}

// Lines are all lines in the order of the files.
func (c *Catalog) Lines() (all []Line) {
	for _, l := range c.lines {
		all = append(all, Line{l.pos(), l.kind, l.symbol, l.entry()})
	}
	return all
}

// A line is read when somebody asks what it says.
type line struct {
	file         string
	number       int
	text         string
	kind, symbol string // "" for what is not there
	once         sync.Once
	says         any
	err          error
}

func newLine(file string, number int, text string) *line {
	l := &line{file: file, number: number, text: text}
	var rest string
	l.kind, rest = cutWord(text)
	if subkinds[l.kind] != "" {
		var sub string
		sub, rest = cutWord(rest)
		l.kind += " " + sub
	}
	l.symbol, _ = cutWord(rest)
	return l
}

// cutWord cuts a line after its first word.
func cutWord(s string) (first, rest string) {
	end := strings.IndexAny(s, " \t")
	if end < 0 {
		return s, ""
	}
	return s[:end], strings.TrimLeft(s[end:], " \t")
}

func (l *line) pos() string { return fmt.Sprintf("%s:%d", l.file, l.number) }

func (l *line) read() error {
	l.once.Do(func() { l.kind, l.symbol, l.says, l.err = readLine(l.text) })
	return l.err
}

// entry is what a line says that is known to be right: tests read all that faaslint ships.
func (l *line) entry() any {
	if err := l.read(); err != nil {
		panic("the embedded catalogue is broken: " + l.pos() + ": " + err.Error())
	}
	return l.says
}

func (l *line) check(seen map[string]string) error {
	if err := l.read(); err != nil {
		return err
	}
	if err := checkGo(l.says); err != nil {
		return err
	}
	keys := []string{l.kind + " " + l.symbol}
	if h, ok := l.says.(*Handler); ok && h.Form == Name {
		keys = nil
		for _, shape := range h.Shapes {
			keys = append(keys, strings.Join([]string{l.kind, l.symbol, h.Package, h.Import, h.Path, shape}, " "))
		}
	}
	for _, key := range keys {
		if at, ok := seen[key]; ok {
			return fmt.Errorf("%s: repeats %s", key, at)
		}
		seen[key] = l.pos()
	}
	return nil
}

// checkGo looks at what must be Go in an entry. That takes longer than all the rest.
func checkGo(entry any) error {
	switch e := entry.(type) {
	case *Handler:
		for _, shape := range e.Shapes {
			if err := checkShape(shape); err != nil {
				return err
			}
		}
	case *Costly:
		if e.Probe == "" {
			return nil
		}
		if _, err := parser.ParseExpr(e.Probe); err != nil {
			return fmt.Errorf("probe=: %w", err)
		}
	}
	return nil
}

// checkShape accepts the spelling of types.TypeString, which is Go but for the slashes in import paths.
func checkShape(shape string) error {
	expr, err := parser.ParseExpr(ShapeExpr(shape, func(path string) string { return path }))
	if err != nil {
		return fmt.Errorf("shape %s: %w", shape, err)
	}
	if _, ok := expr.(*ast.FuncType); !ok {
		return fmt.Errorf("shape %s: not a function type", shape)
	}
	return nil
}

var subkinds = map[string]string{
	"handler": "call, name, shape, event, field",
	"route":   "add, group, narrow, strip, field, key",
}

func readLine(text string) (kind, symbol string, entry any, err error) {
	words, err := split(text)
	if err != nil {
		return "", "", nil, err
	}
	kind = words[0].text
	words = words[1:]
	if subkinds[kind] != "" {
		if len(words) == 0 || words[0].key != "" {
			return "", "", nil, fmt.Errorf("%s needs one of %s", kind, subkinds[kind])
		}
		kind += " " + words[0].text
		words = words[1:]
	}
	if len(words) == 0 || words[0].key != "" {
		return "", "", nil, fmt.Errorf("%s needs a symbol", kind)
	}
	symbol = words[0].text
	a, err := attributes(words[1:])
	if err != nil {
		return "", "", nil, err
	}
	entry, err = parseEntry(kind, symbol, a)
	if err == nil && !strings.HasPrefix(a.see, "https://") {
		err = fmt.Errorf("%s: see= with an https address is missing", symbol)
	}
	return kind, symbol, entry, err
}

// parseEntry makes a line of a kind, and refuses attributes that this kind does not have.
func parseEntry(kind, symbol string, a *attrs) (any, error) {
	var entry any
	switch kind {
	case "handler call", "handler name", "handler shape", "handler event", "handler field":
		entry = a.handler(strings.TrimPrefix(kind, "handler "), symbol)
	case "costly":
		entry = a.costly(symbol)
	case "ambient":
		entry = &Ambient{Symbol: symbol, Binding: oneOf[Binding](a, "binding", bindings, ""), Remote: a.flag("remote"), Expires: a.flag("expires"), See: a.text("see")}
	case "once":
		entry = &Once{Symbol: symbol, Arg: a.number("arg", 0, 0), See: a.text("see")}
	case "calls":
		c := &Calls{Symbol: symbol, Args: a.indices("args"), Fields: a.list("fields"), See: a.text("see")}
		if len(c.Args) == 0 && len(c.Fields) == 0 {
			a.fail("calls needs args= or fields=")
		}
		entry = c
	case "mutates":
		entry = &Mutates{Symbol: symbol, See: a.text("see")}
	case "encodes":
		entry = &Serial{Symbol: symbol, See: a.text("see")}
	case "decodes":
		entry = &Serial{Symbol: symbol, Decodes: true, What: a.text("what"), See: a.text("see")}
	case "plain":
		entry = &Plain{Symbol: symbol, Pure: a.flag("pure"), Fills: a.indices("fills"), See: a.text("see")}
	case "safe":
		entry = &Safe{Symbol: symbol, See: a.text("see")}
	case "route add", "route group", "route narrow", "route strip", "route field", "route key":
		entry = a.route(strings.TrimPrefix(kind, "route "), symbol)
	case "registers":
		r := &Registration{Symbol: symbol, Mux: a.flag("mux"), See: a.text("see")}
		if drivers := a.text("drivers"); drivers != "" {
			r.Drivers = strings.Split(drivers, ",")
		}
		if !strings.HasSuffix(symbol, ".init") || r.Mux == (len(r.Drivers) > 0) {
			a.fail("registers is about PATH.init, and needs either drivers= or mux")
		}
		entry = r
	case "tag":
		t := &Tag{
			Path: strings.TrimSuffix(symbol, ".init"), Name: a.text("name"), Since: a.text("since"), Drops: a.text("drops"), With: a.text("with"), Saves: a.number("saves", 1, 0), Least: a.number("least", 1, 0),
			Names: a.list("names"), Imports: a.text("imports"), Out: a.text("out"), See: a.text("see"),
		}
		if !strings.HasSuffix(symbol, ".init") || t.Name == "" || t.Since == "" || t.Drops == "" || t.Saves == 0 {
			a.fail("tag is about PATH.init, and needs name=, since=, drops= and saves=")
		}
		entry = t
	default:
		return nil, fmt.Errorf("%q is no kind of line", kind)
	}
	if kind != "handler name" && kind != "handler shape" && kind != "route key" && !isSymbol(symbol) {
		a.fail("%q is not the full name of a function or method, such as a/b.F or (*a/b.T).M", symbol)
	}
	return entry, a.err(kind)
}

// isSymbol is a coarse test; that the function exists is tested against the libraries.
func isSymbol(s string) bool {
	name := s
	if strings.HasPrefix(s, "(") {
		recv, method, ok := strings.Cut(s, ").")
		if !ok || !strings.Contains(recv, ".") || strings.Contains(method, ".") {
			return false
		}
		name = "x." + method
	}
	dot := strings.LastIndexByte(name, '.')
	return dot > 0 && !strings.ContainsAny(name, "()`\"= ") && PackagePath(s) != "" &&
		token.IsIdentifier(strings.ReplaceAll(name[dot+1:], "*", "x"))
}

var (
	bindings = []string{"build", "init", "request"}
	losses   = []string{"cpu", "disk", "transport", "connection", "remote"}
	ctxUses  = []string{"no", "dial", "retained"}
	stales   = []string{"heals", "fails"}
	process  = []string{"instance", "request"}
	parts    = []string{"method", "path", "both"}
)

var routeForms = map[string]RouteForm{
	"add": RouteAdd, "group": RouteGroup, "narrow": RouteNarrow, "strip": RouteStrip, "field": RouteField, "key": RouteKey,
}

func (a *attrs) route(form, symbol string) *Route {
	r := &Route{Form: routeForms[form], Symbol: symbol, Path: -1, Handler: -1, Verb: -1, Inner: -1, See: a.text("see")}
	switch r.Form {
	case RouteAdd:
		r.Path, r.Handler, r.Verb = a.number("path", 0, -1), a.number("handler", 0, -1), a.number("verb", 0, -1)
		r.Method, r.Below, r.Strips = a.text("method"), a.flag("below"), a.flag("strips")
		if r.Handler < 0 {
			a.fail("handler= is missing")
		}
		if r.Verb >= 0 && r.Method != "" {
			a.fail("method= and verb= contradict each other")
		}
	case RouteGroup:
		r.Path, r.Inner = a.number("path", 0, -1), a.number("inner", 0, -1)
	case RouteNarrow:
		r.Path, r.Verb, r.Below = a.number("path", 0, -1), a.number("verb", 0, -1), a.flag("below")
	case RouteStrip:
		r.Path, r.Handler = a.number("path", 0, -1), a.number("handler", 0, -1)
		if r.Path < 0 || r.Handler < 0 {
			a.fail("strip needs path= and handler=")
		}
	case RouteField, RouteKey:
		r.Of = oneOf[RoutePart](a, "of", parts, "")
	}
	return r
}

func (a *attrs) handler(form, symbol string) *Handler {
	h := &Handler{
		Symbol: symbol, Platform: a.text("platform"), Process: oneOf[Process](a, "process", process, "instance"),
		Concurrency: a.number("concurrency", 0, 0), Freezes: a.flag("freezes"), See: a.text("see"),
	}
	if h.Platform == "" {
		a.fail("platform= is missing")
	}
	if h.Concurrency > 1 {
		a.fail("concurrency= is 1, or absent for many")
	}
	switch form {
	case "call":
		h.Form, h.Args, h.Factory = Call, a.indices("args"), a.flag("factory")
		if len(h.Args) == 0 {
			a.fail("args= is missing")
		}
	case "name":
		h.Form, h.Shapes, h.Import = Name, a.shapes("shape"), a.text("import")
		h.Package, h.Path = a.text("in"), a.text("path")
		if len(h.Shapes) == 0 {
			a.fail("shape= is missing")
		}
		if h.Package != "" && h.Package != "main" && h.Package != "lib" {
			a.fail("in=%s: not one of main, lib", h.Package)
		}
		if _, err := path.Match(strings.Replace(h.Path, "**/", "", 1), ""); err != nil {
			a.fail("path=%s: %v", h.Path, err)
		}
		if symbol != "*" && !token.IsExported(symbol) {
			a.fail("%q is no exported name", symbol)
		}
	case "event":
		h.Form = Event
	case "field":
		h.Form = Field
	case "shape":
		h.Form, h.Shapes, h.Import = Shape, []string{symbol}, a.text("import")
	}
	return h
}

func (a *attrs) costly(symbol string) *Costly {
	c := &Costly{
		Symbol: symbol, What: a.text("what"), Loses: oneOf[Loss](a, "loses", losses, ""), Inputs: a.indices("inputs"), Result: a.number("result", -1, 0),
		Shared: a.flag("shared"), Instead: a.text("instead"), Close: a.list("close"), Flush: a.flag("flush"),
		Error: a.flag("error"), Ctx: oneOf[CtxUse](a, "ctx", ctxUses, "no"), Read: a.flag("read"), Pure: a.flag("pure"),
		Stale: oneOf[Stale](a, "stale", stales, "heals"), Probe: a.text("probe"), Check: a.list("check"), Later: a.flag("later"), See: a.text("see"),
	}
	for _, w := range []struct {
		wrong bool
		why   string
	}{
		{c.What == "", "what= is missing"},
		{c.Shared && c.Instead != "", "shared and instead= contradict each other"},
		{c.Shared && c.Read, "shared and read contradict each other: what is read may change"},
		{c.Shared && c.Result < 0, "shared needs a result"},
		{c.Flush && len(c.Close) == 0, "flush needs close="},
		{c.Pure && c.Loses != CPU && c.Loses != Disk, "pure and " + losses[c.Loses] + " contradict each other"},
		{c.Probe != "" && c.Stale != Fails, "probe= needs stale=fails"},
	} {
		if w.wrong {
			a.fail("%s", w.why)
		}
	}
	return c
}

// attrs are the attributes of one line. Each method takes one away and notes what is wrong with it; err then gives
// the first fault, or names an attribute that nobody asked for.
type attrs struct {
	words  []word
	see    string
	faults []error
}

// A word is key=text, or a key alone, or (before the attributes) a text alone.
type word struct{ key, text string }

// split cuts a line at blanks outside of backquotes.
func split(s string) ([]word, error) {
	var words []word
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimLeft(s, " \t") {
		var w word
		// Only a plain word before = is a key: symbols and addresses are never cut.
		if eq := strings.IndexByte(s, '='); eq > 0 && isKey(s[:eq]) {
			w.key, s = s[:eq], s[eq+1:]
		}
		if strings.HasPrefix(s, "`") {
			text, rest, ok := strings.Cut(s[1:], "`")
			if !ok || rest != "" && rest[0] != ' ' && rest[0] != '\t' {
				return nil, errors.New("a backquote is not closed, or something follows it")
			}
			w.text, s = text, rest
		} else {
			end := strings.IndexAny(s, " \t")
			if end < 0 {
				end = len(s)
			}
			w.text, s = s[:end], s[end:]
			if strings.Contains(w.text, "`") {
				return nil, fmt.Errorf("%s: a backquote stands in the middle of a word", w.text)
			}
		}
		if w.key != "" && w.text == "" {
			return nil, fmt.Errorf("%s= has no value", w.key)
		}
		words = append(words, w)
	}
	return words, nil
}

func isKey(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < 'a' || r > 'z' }) < 0
}

// attributes turns words alone into flags and refuses what is given twice. Only shape= is a list by repetition:
// signatures are full of commas.
func attributes(words []word) (*attrs, error) {
	a := new(attrs)
	seen := map[string]bool{}
	for _, w := range words {
		if w.key == "" {
			w = word{key: w.text}
		}
		if seen[w.key] && w.key != "shape" {
			return nil, fmt.Errorf("%s is given twice", w.key)
		}
		seen[w.key] = true
		if w.key == "see" {
			a.see = w.text
		}
		a.words = append(a.words, w)
	}
	return a, nil
}

func (a *attrs) fail(format string, args ...any) {
	a.faults = append(a.faults, fmt.Errorf(format, args...))
}

func (a *attrs) err(kind string) error {
	if len(a.faults) > 0 {
		return a.faults[0]
	}
	if len(a.words) > 0 {
		return fmt.Errorf("%s has no attribute %s", kind, a.words[0].key)
	}
	return nil
}

// take removes the first word with a key.
func (a *attrs) take(key string) (string, bool) {
	i := slices.IndexFunc(a.words, func(w word) bool { return w.key == key })
	if i < 0 {
		return "", false
	}
	text := a.words[i].text
	a.words = slices.Delete(a.words, i, i+1)
	return text, true
}

func (a *attrs) text(key string) string {
	text, ok := a.take(key)
	if ok && text == "" {
		a.fail("%s needs a value", key)
	}
	return text
}

func (a *attrs) flag(key string) bool {
	text, ok := a.take(key)
	if text != "" {
		a.fail("%s takes no value", key)
	}
	return ok
}

func (a *attrs) list(key string) []string {
	text := a.text(key)
	if text == "" {
		return nil
	}
	names := strings.Split(text, ",")
	for i, name := range names {
		if !token.IsIdentifier(name) {
			a.fail("%s=%s: %q is no name", key, text, name)
		}
		if slices.Contains(names[:i], name) {
			a.fail("%s=%s: %s is given twice", key, text, name)
		}
	}
	return names
}

func (a *attrs) number(key string, least, absent int) int {
	text := a.text(key)
	if text == "" {
		return absent
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || strconv.Itoa(n) != text {
		a.fail("%s=%s: not a number from %d on", key, text, least)
	}
	return n
}

// indices reads 0,2 or, for all of them, *.
func (a *attrs) indices(key string) []int {
	text := a.text(key)
	switch text {
	case "":
		return nil
	case "*":
		return []int{-1}
	}
	var all []int
	for _, s := range strings.Split(text, ",") {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 || strconv.Itoa(n) != s {
			a.fail("%s=%s: %q is no index", key, text, s)
		}
		if len(all) > 0 && n <= all[len(all)-1] {
			a.fail("%s=%s: indices do not rise", key, text)
		}
		all = append(all, n)
	}
	return all
}

func (a *attrs) shapes(key string) []string {
	var all []string
	for {
		shape := a.text(key)
		if shape == "" {
			return all
		}
		all = append(all, shape)
	}
}

// ShapeExpr rewrites a shape to Go: rename is asked for a package name in place of each import path, and its answer
// is made an identifier.
func ShapeExpr(shape string, rename func(path string) string) string {
	var out strings.Builder
	for shape != "" {
		n := strings.IndexAny(shape, " (),*[]{}")
		switch n {
		case 0:
			out.WriteByte(shape[0])
			shape = shape[1:]
			continue
		case -1:
			n = len(shape)
		}
		w := shape[:n]
		shape = shape[n:]
		variadic := ""
		if rest, ok := strings.CutPrefix(w, "..."); ok {
			variadic, w = "...", rest
		}
		if dot := strings.LastIndexByte(w, '.'); dot > 0 {
			w = Identifier(rename(w[:dot])) + w[dot:]
		}
		out.WriteString(variadic + w)
	}
	return out.String()
}

// Identifier is a package name for an import path, as ShapeExpr makes it.
func Identifier(path string) string {
	return strings.Map(func(r rune) rune {
		if r == '/' || r == '.' || r == '-' {
			return '_'
		}
		return r
	}, path)
}

// oneOf is the index of an attribute's value among names; an empty absent makes the attribute obligatory.
func oneOf[T ~uint8](a *attrs, key string, names []string, absent string) T {
	text := a.text(key)
	if text == "" {
		text = absent
	}
	i := slices.Index(names, text)
	if i < 0 {
		a.fail("%s=%s: not one of %s", key, text, strings.Join(names, ", "))
		return 0
	}
	return T(i)
}
