package stage

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"go/parser"
	"reflect"
	"strings"
	"testing"
)

const library = `package lib

import ("io"; "net/http"; "os"; "regexp"; "sync")

type Store struct { re *regexp.Regexp; once sync.Once }

func Open(host string) (*Store, error) { re, err := regexp.Compile(host + os.Getenv("X")); return &Store{re: re}, err }
func Shared() *regexp.Regexp { return shared() }

var shared = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("a") })

func (s *Store) Lazy() *regexp.Regexp { s.once.Do(func() { s.re = regexp.MustCompile("a") }); return s.re }
func (s *Store) Close() error { return nil }

func Done(c io.Closer) { c.Close() }
func Each(f func(string)) { f("a"); f("b") }
func Handler() http.Handler { return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { regexp.MustCompile("b") }) }
func Handle(h http.HandlerFunc) { http.Handle("/", h) }

type Namer interface { Name(string) string }
type Pattern struct{}
func (Pattern) Name(s string) string { return regexp.MustCompile("c").String() }
func New() Namer { return Pattern{} }
func Ask(n Namer) string { return n.Name("a") }

var Set, Fixed string
func SetIt(s string) { Set = s }

func Again(n int) *regexp.Regexp { if n > 0 { return Again(n - 1) }; return regexp.MustCompile("d") }
func Ping(n int) *regexp.Regexp { if n > 0 { return Pong(n - 1) }; return regexp.MustCompile("e") }
func Pong(n int) *regexp.Regexp { if n > 0 { return Ping(n - 1) }; return regexp.MustCompile("f") }
func Make[T any](f func(string) T, s string) T { return f(s) }
func Compile[T ~string](s T) *regexp.Regexp { return regexp.MustCompile(string(s)) }

// Costly by directive.
//
//faaslint:costly what=model shared
func Model(name string) *Store { return nil }

func Cheap(s string) string { return s + "x" }
func cheap() {}
`

// Facts are hashed by build systems: the same package must always give the same bytes.
func TestFactsAreDeterministic(t *testing.T) {
	t.Run("library", func(t *testing.T) {
		sameFacts(t, 10, func(m *memory) { m.add("lib", library) })
	})
	t.Run("rewrite", func(t *testing.T) {
		sameFacts(t, 4, func(m *memory) { m.addFolder("rewrite", "../../rewrite") })
	})
	t.Run("program", func(t *testing.T) {
		m := newMemory(t)
		m.add("main", strings.Replace(library, "package lib", "package main", 1))
		if got := m.encoded(); len(got) > 0 {
			t.Errorf("%d facts of a package that nobody imports", len(got))
		}
	})
}

func sameFacts(t *testing.T, rounds int, add func(*memory)) {
	t.Helper()
	var first map[string]string
	for range rounds {
		m := newMemory(t)
		add(m)
		got := m.encoded()
		if len(got) == 0 {
			t.Fatal("no facts")
		}
		if first == nil {
			first = got
		}
		for name, data := range first {
			if got[name] != data {
				t.Errorf("%s differs from one run to the next:\n%s\n%s", name, shown(data), shown(got[name]))
			}
		}
		if len(got) != len(first) {
			t.Errorf("%d facts, then %d", len(first), len(got))
		}
	}
}

func TestFactsOfFunctions(t *testing.T) {
	m := newMemory(t)
	m.add("lib", library)
	tests := []struct {
		name string
		op   Dep // of the only operation
	}{
		{"lib.Open", Dep{Init, 1, 0}},
		{"(*lib.Store).Lazy", Dep{Stage: Init}},
		{"lib.Again", Dep{Stage: Init}},
		{"lib.Compile", Dep{Init, 1, 0}},
		{"lib.Handler", unknown}, // none: the cost is its result's
	}
	for _, tt := range tests {
		s := m.exported(tt.name)
		switch {
		case s == nil:
			t.Errorf("%s: no fact", tt.name)
		case tt.op == unknown && len(s.Ops) > 0, tt.op != unknown && (len(s.Ops) != 1 || s.Ops[0].Dep != tt.op):
			t.Errorf("%s: %v, want one operation of %v", tt.name, s, tt.op)
		}
	}
	if s := m.exported("lib.Handler"); s == nil || len(s.Results) != 1 || len(s.Results[0].Ops) != 1 {
		t.Errorf("the handler that Handler returns: %v", s)
	}
	if s := m.exported("(*lib.Store).Lazy"); s == nil || len(s.Ops) != 1 || s.Ops[0].Once != livesParam(0) {
		t.Errorf("Lazy keeps it with its receiver: %v", s)
	}
	if s := m.exported("lib.Each"); s == nil || s.Calls != 1 {
		t.Errorf("Each calls its argument: %v", s)
	}
	if got := m.exported("lib.cheap"); got != nil {
		t.Errorf("cheap has a fact: %v", got)
	}
	if s := m.exported("lib.Cheap"); s == nil || !s.Builds || len(s.Ops)+len(s.Results) > 0 {
		t.Errorf("Cheap only builds what it returns: %v", s)
	}
	if s := m.exported("lib.Model"); s == nil || s.Costly == nil || s.Costly.What != "model" {
		t.Errorf("the directive does not travel: %v", s)
	}
	if s := m.exported("lib.Done"); s == nil || len(s.Params) != 1 || !s.Params[0].Closes {
		t.Errorf("Done closes: %v", s)
	}
	if s := m.exported("lib.Handle"); s == nil || len(s.Registers) != 1 || s.Registers[0].Param != 0 {
		t.Errorf("Handle registers: %v", s)
	}
	for _, f := range []string{"lib.Ping", "lib.Pong"} {
		if s := m.exported(f); s == nil || len(s.Ops) == 0 {
			t.Errorf("%s: mutual recursion hides its cost: %v", f, s)
		}
	}
	if s := m.exported("lib.Shared"); s != nil && len(s.Ops) > 0 {
		t.Errorf("Shared keeps what it builds: %v", s)
	}
	sets := map[string]Flags{}
	for obj := range m.facts {
		var v VarSet
		if m.read(obj, &v) {
			sets[obj.Name()] = v.Flags
		}
	}
	if len(sets) != 1 || sets["Set"]&Mutable == 0 {
		t.Errorf("variables that are set: %v", sets)
	}
}

// What a handler of another package gets from facts: each reported call beside a silent one.
func TestFactsReachHandlers(t *testing.T) {
	tests := []struct {
		name, reported, silent string
	}{
		{name: "parameter", reported: `lib.Open("a")`, silent: `lib.Open(r.Host)`},
		{name: "kept", reported: `lib.Open("a")`, silent: `lib.Shared()`},
		{name: "kept by the receiver", reported: `new(lib.Store).Lazy()`, silent: `store.Lazy()`},
		{name: "called back", reported: `lib.Each(func(string) { lib.Open("a") })`, silent: `lib.Each(func(s string) { lib.Open(s) })`},
		{name: "interface", reported: `lib.Ask(lib.New())`, silent: `lib.Ask(other{})`},
		{name: "recursion", reported: `lib.Again(3)`, silent: `lib.Cheap("a")`},
		{name: "mutual recursion", reported: `lib.Ping(3)`, silent: `lib.Cheap("a")`},
		{name: "generic", reported: `lib.Compile("a")`, silent: `lib.Compile(r.Host)`},
		{name: "generic, called back", reported: `lib.Make(func(string) int { regexp.MustCompile("a"); return 1 }, "a")`, silent: `lib.Make(func(s string) int { regexp.MustCompile(s); return 1 }, r.Host)`},
		{name: "directive", reported: `lib.Model("a")`, silent: `lib.Model(r.Host)`},
		{name: "variable", reported: `regexp.MustCompile(lib.Fixed)`, silent: `regexp.MustCompile(r.Host)`},
	}
	const head = `package app

import ("lib"; "net/http"; "regexp")

var _ = regexp.QuoteMeta
var store = new(lib.Store)

type other struct{}
func (other) Name(string) string { return "" }

func Start() { http.HandleFunc("/", f) }

func f(w http.ResponseWriter, r *http.Request) { `
	m := newMemory(t)
	m.add("lib", library)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if n := len(m.add("app", head+tt.reported+" }\n").uses); n == 0 {
				t.Errorf("%s: not reported", tt.reported)
			}
			for _, u := range m.add("app", head+tt.silent+" }\n").uses {
				if u.Dead {
					continue // it is true that nobody looks at the result
				}
				t.Errorf("%s: reported: %s %v by way of %v", tt.silent, u.Op.Symbol, u.Op.Dep, u.Op.Via)
			}
		})
	}
}

// A function that its package calls in one way may be called in another way by an importer.
func TestExportedFunctionsAreOpen(t *testing.T) {
	tests := []struct{ name, lib, app string }{
		{name: "func value",
			lib: `func Ask(f func() string) string { return f() }
var a = Ask(func() string { return "a" })`,
			app: `regexp.MustCompile(lib.Ask(func() string { return r.Host }))`,
		},
		{name: "interface",
			lib: `type Namer interface { Name() string }
type constant struct{}
func (constant) Name() string { return "a" }
func Ask(n Namer) string { return n.Name() }
var a = Ask(constant{})`,
			app: `regexp.MustCompile(lib.Ask(host{r.Host}))`,
		},
		{name: "functional options",
			lib: `type Config struct { Host string }
func New(opts ...func(*Config)) *Config { c := &Config{}; for _, o := range opts { o(c) }; return c }
func WithHost(h string) func(*Config) { return func(c *Config) { c.Host = h } }`,
			app: `regexp.MustCompile(lib.New(lib.WithHost(r.Host)).Host)`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemory(t)
			m.add("lib", "package lib\n\n"+tt.lib+"\n")
			res := m.add("app", `package app

import ("lib"; "net/http"; "regexp")

type host struct { s string }
func (h host) Name() string { return h.s }

func Start() { http.HandleFunc("/", f) }

func f(w http.ResponseWriter, r *http.Request) { `+tt.app+" }\n")
			for _, u := range res.uses {
				t.Errorf("%s: reported: %s %v", tt.app, u.Op.Symbol, u.Op.Dep)
			}
		})
	}
}

// When the analysis fails, importers must learn that nothing is known, not that all is cheap.
func TestPanicIsOpaque(t *testing.T) {
	m := newMemory(t)
	f, err := parser.ParseFile(m.fset, "/src/p/p.go", "package p\n\ntype T struct{}\n\nfunc F(s string) string { return \"\" }\nfunc (T) M() {}\nfunc g() {}\n", 0)
	if err != nil {
		t.Fatal(err)
	}
	pass := m.pass("p", f)
	clear(pass.ResultOf) // the pass cannot go on without the SSA
	res, err := run(pass)
	if err != nil || res == nil || len(res.(*Result).uses) > 0 {
		t.Errorf("a pass that fails: %v, %v", res, err)
	}
	for _, name := range []string{"p.F", "(p.T).M"} {
		if s := m.exported(name); s == nil || !s.Opaque {
			t.Errorf("%s: %v, want opaque", name, s)
		}
	}
	app := m.add("app", `package app

import ("net/http"; "p"; "regexp")

func Start() { http.HandleFunc("/", f) }
func f(w http.ResponseWriter, r *http.Request) { regexp.MustCompile(p.F("a")) }
`)
	for _, u := range app.uses {
		t.Errorf("made from a result of an opaque function: %v", u.Op)
	}
}

// However large a package, what importers must read stays small.
func TestSizeOfFacts(t *testing.T) {
	const n = 1000
	var src strings.Builder
	src.WriteString("package p\n\nimport \"regexp\"\n\ntype I interface { M(string) }\n")
	for i := range n {
		fmt.Fprintf(&src, "func F%d() { regexp.MustCompile(\"a%d\") }\n", i, i)
		fmt.Fprintf(&src, "type T%d struct{}\nfunc (T%d) M(string) { F%d() }\n", i, i, i)
	}
	src.WriteString("func All(is ...I) {\n")
	for i := range n {
		fmt.Fprintf(&src, "\tF%d()\n\tis[%d].M(\"\")\n\tis = append(is, T%d{})\n", i, i, i)
	}
	src.WriteString("}\nfunc Chain0() { regexp.MustCompile(\"x\") }\n")
	for i := 1; i < 100; i++ {
		fmt.Fprintf(&src, "func Chain%d() { Chain%d(); Chain%d() }\n", i, i-1, i-1)
	}
	m := newMemory(t)
	m.add("p", src.String())
	s := m.exported("p.All")
	if s == nil || len(s.Ops) != maxOps || len(s.Makes) > maxMakes || len(s.Dyn) > maxDyn {
		t.Errorf("All: %d operations, %d makes, %d dynamic calls; at most %d, %d, %d", len(s.Ops), len(s.Makes), len(s.Dyn), maxOps, maxMakes, maxDyn)
	}
	var all bytes.Buffer
	enc := gob.NewEncoder(&all) // one for all, as drivers have it: types are spelled once
	for obj := range m.facts {
		r := new(Record)
		if !m.read(obj, r) {
			continue
		}
		s := r.summary()
		for _, op := range s.Ops {
			if len(op.Via) > maxVia {
				t.Fatalf("%s: a path of %d steps", obj.Name(), len(op.Via))
			}
		}
		if n := len(m.facts[obj][reflect.TypeFor[*Record]()]); n > 128<<10 {
			t.Errorf("%s: a fact of %d bytes", obj.Name(), n)
		}
		if err := enc.Encode(r); err != nil {
			t.Fatal(err)
		}
	}
	if all.Len() > 1<<20 {
		t.Errorf("facts of %d bytes", all.Len())
	}
}

// The whole pass on packages of our own; go test -bench . -benchmem
func BenchmarkPass(b *testing.B) {
	for _, dir := range []string{"../stage", "../../rewrite", "../../cmd/faaslint"} {
		b.Run(strings.TrimLeft(dir, "./"), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				m := newMemory(b)
				pass := m.pass("p", m.parse(dir)...)
				b.StartTimer()
				m.analyze(pass)
			}
		})
	}
}
