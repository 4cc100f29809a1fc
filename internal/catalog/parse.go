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
//	        [close=M[,M]] [flush] [error] [ctx=no|dial|retained] [read] [pure] [stale=heals|fails] [probe=EXPR] [check=M[,M]]
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
//	tag     PATH.init name=TAG drops=NOUN saves=PERCENT [least=PERCENT] [names=N[,N]] [imports=PATH] [out=NAME]
//
// and each ends in see=URL. args=* stands for all arguments; shape= may be given more than once. Anything with blanks
// goes between backquotes. Empty lines and lines that begin with # are skipped.

//go:embed platforms.txt
var platforms []byte

//go:embed clients.txt
var clients []byte

//go:embed routers.txt
var routers []byte

// Default is the catalogue that faaslint ships, routers aside.
var Default = sync.OnceValue(func() *Catalog {
	c := new(Catalog)
	return c.must(errors.Join(c.read("platforms.txt", platforms), c.read("clients.txt", clients)))
})

// Routers is what faaslint knows of routes. No check asks for them, and a process that checks one package has no time to
// read what it does not need.
var Routers = sync.OnceValue(func() *Catalog {
	c := new(Catalog)
	return c.must(c.read("routers.txt", routers))
})

func (c *Catalog) must(err error) *Catalog {
	if err != nil {
		panic("the embedded catalogue is broken: " + err.Error())
	}
	return c
}

// Parse reads catalogue lines; name stands for the file in errors.
func Parse(name string, data []byte) (*Catalog, error) {
	c := new(Catalog)
	if err := c.read(name, data); err != nil {
		return nil, err
	}
	return c, nil
}

// A Line is one line of the catalogue, for those who go through all of it.
type Line struct {
	Pos    string // file:line
	Kind   string // "handler call", "costly", …
	Symbol string
	Entry  any // *Handler, *Costly, *Ambient, *Once, *Calls, *Mutates, *Serial, *Plain, *Safe, *Route, *Registration or *Tag
}

// Lines are all lines in the order of the files.
func (c *Catalog) Lines() []Line { return slices.Clone(c.lines) }

// read adds a file; the errors of all its lines come together.
func (c *Catalog) read(name string, data []byte) error {
	var errs []error
	n := 0
	for text := range strings.Lines(string(data)) {
		n++
		text = strings.TrimSpace(text)
		if text == "" || text[0] == '#' {
			continue
		}
		if err := c.readLine(fmt.Sprintf("%s:%d", name, n), text); err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: %w", name, n, err))
		}
	}
	return errors.Join(errs...)
}

var subkinds = map[string]string{
	"handler": "call, name, shape, event, field",
	"route":   "add, group, narrow, strip, field, key",
}

func (c *Catalog) readLine(pos, text string) error {
	words, err := split(text)
	if err != nil {
		return err
	}
	kind := words[0].text
	words = words[1:]
	if kind == "handler" || kind == "route" {
		if len(words) == 0 || words[0].key != "" {
			return fmt.Errorf("%s needs one of %s", kind, subkinds[kind])
		}
		kind += " " + words[0].text
		words = words[1:]
	}
	if len(words) == 0 || words[0].key != "" {
		return fmt.Errorf("%s needs a symbol", kind)
	}
	symbol := words[0].text
	a, err := attributes(words[1:])
	if err != nil {
		return err
	}
	entry, err := parseEntry(kind, symbol, a)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(a.see, "https://") {
		return fmt.Errorf("%s: see= with an https address is missing", symbol)
	}
	l := Line{Pos: pos, Kind: kind, Symbol: symbol, Entry: entry}
	if err := c.refuseTwice(l); err != nil {
		return err
	}
	c.lines = append(c.lines, l)
	c.add(l)
	return nil
}

func (c *Catalog) add(l Line) {
	switch e := l.Entry.(type) {
	case *Handler:
		switch e.Form {
		case Call:
			c.handlers.add(l.Symbol, e)
		case Name:
			c.names = append(c.names, e)
		case Shape:
			c.shapes = append(c.shapes, e)
		case Field:
			c.fields.add(l.Symbol, e)
		case Event:
			c.events.add(l.Symbol, e)
		}
	case *Costly:
		c.costly.add(l.Symbol, e)
	case *Ambient:
		c.ambient.add(l.Symbol, e)
	case *Once:
		c.once.add(l.Symbol, e)
	case *Calls:
		c.calls.add(l.Symbol, e)
	case *Mutates:
		c.mutates.add(l.Symbol, e)
	case *Serial:
		c.serial.add(l.Symbol, e)
	case *Plain:
		c.plain.add(l.Symbol, e)
	case *Safe:
		c.safe.add(l.Symbol, e)
	case *Route:
		if e.Form == RouteKey {
			c.routeKeys = append(c.routeKeys, e)
		} else {
			c.routes.add(l.Symbol, e)
		}
	case *Registration:
		c.inits.add(l.Symbol, e)
	case *Tag:
		c.tags = append(c.tags, e)
	}
}

// refuseTwice says where the same was said before. Platforms may share a name, not a name and a signature.
func (c *Catalog) refuseTwice(l Line) error {
	if c.seen == nil {
		c.seen = map[string]string{}
	}
	keys := []string{l.Kind + " " + l.Symbol}
	if h, ok := l.Entry.(*Handler); ok && h.Form == Name {
		keys = nil
		for _, shape := range h.Shapes {
			keys = append(keys, strings.Join([]string{l.Kind, l.Symbol, h.Package, h.Import, h.Path, shape}, " "))
		}
	}
	for _, key := range keys {
		if at, ok := c.seen[key]; ok {
			return fmt.Errorf("%s: repeats %s", key, at)
		}
		c.seen[key] = l.Pos
	}
	return nil
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
			Path: strings.TrimSuffix(symbol, ".init"), Name: a.text("name"), Drops: a.text("drops"), Saves: a.number("saves", 1, 0), Least: a.number("least", 1, 0),
			Names: a.list("names"), Imports: a.text("imports"), Out: a.text("out"), See: a.text("see"),
		}
		if !strings.HasSuffix(symbol, ".init") || t.Name == "" || t.Drops == "" || t.Saves == 0 {
			a.fail("tag is about PATH.init, and needs name=, drops= and saves=")
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
		a.checkShape(symbol)
	}
	return h
}

func (a *attrs) costly(symbol string) *Costly {
	c := &Costly{
		Symbol: symbol, What: a.text("what"), Loses: oneOf[Loss](a, "loses", losses, ""), Inputs: a.indices("inputs"), Result: a.number("result", -1, 0),
		Shared: a.flag("shared"), Instead: a.text("instead"), Close: a.list("close"), Flush: a.flag("flush"),
		Error: a.flag("error"), Ctx: oneOf[CtxUse](a, "ctx", ctxUses, "no"), Read: a.flag("read"), Pure: a.flag("pure"),
		Stale: oneOf[Stale](a, "stale", stales, "heals"), Probe: a.text("probe"), Check: a.list("check"), See: a.text("see"),
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
	if c.Probe != "" {
		if _, err := parser.ParseExpr(c.Probe); err != nil {
			a.fail("probe=: %v", err)
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
		a.checkShape(shape)
		all = append(all, shape)
	}
}

// checkShape accepts the spelling of types.TypeString, which is Go but for the slashes in import paths.
func (a *attrs) checkShape(shape string) {
	expr, err := parser.ParseExpr(ShapeExpr(shape, func(path string) string { return path }))
	if err != nil {
		a.fail("shape %s: %v", shape, err)
		return
	}
	if _, ok := expr.(*ast.FuncType); !ok {
		a.fail("shape %s: not a function type", shape)
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
