package stage

import (
	"strings"
	"testing"

	"golang.org/x/tools/go/ssa"
)

// Each case is the body of func f(w http.ResponseWriter, r *http.Request), which is a handler, or declarations that
// hold such a function; the value under test is the argument of see. Its parameters are the request: w is bit 0, r bit 1.
func TestBindingTimes(t *testing.T) {
	const r = 1 << 1 // the request
	build, start, request := Dep{}, Dep{Stage: Init}, Dep{Stage: Request}
	ofRequest := Dep{Params: r}
	tests := []struct {
		name, src string
		want      Dep
	}{
		{"constant", `see("a" + "b")`, build},
		{"literal of constants", `see([]string{"a", "b"})`, build},
		{"literal with a field of the request", `see([]string{"a", r.URL.Path})`, ofRequest},
		{"environment", `see(os.Getenv("HOST"))`, start},
		{"environment, by a name that the request gives", `see(os.Getenv(r.URL.Path))`, Dep{Init, r, 0}},
		{"environment, after conversion", `n, _ := strconv.Atoi(os.Getenv("N")); see(n * 2)`, start},
		{"time", `see(time.Now())`, request},
		{"random", `b := make([]byte, 4); rand.Read(b); see(b)`, request},
		{"not yet random", `b := make([]byte, 4); see(b)`, build},
		{"parameter", `see(r)`, ofRequest},
		{"field of a parameter", `see(r.Host)`, ofRequest},
		{"context", `see(r.Context())`, build}, // the fix replaces it; what is read from it counts
		{"value of a context", `see(r.Context().Value("tenant"))`, request},
		{"channel", `c := make(chan string, 1); see(<-c)`, request},
		{"recovered", `see(recover())`, request},
		{"format", `see(fmt.Sprintf("%s/%d", os.Getenv("HOST"), 3))`, start},
		{"format of the request", `see(fmt.Sprintf("%s/%s", os.Getenv("HOST"), r.Host))`, Dep{Init, r, 0}},
		{"conversion of the request", `see([]byte(strings.ToUpper(r.Host)))`, ofRequest},

		{"chosen by the environment", `x := "a"; if os.Getenv("X") != "" { x = "b" }; see(x)`, Dep{Init, 0, Branching}},
		{"chosen by the request", `x := "a"; if r.Host != "" { x = "b" }; see(x)`, Dep{0, r, Branching}},
		{"chosen by the request, in a switch", `x := "a"; switch r.Host { case "p": x = "b"; case "q": x = "c" }; see(x)`, Dep{0, r, Branching}},
		{"chosen by the request, short circuit", `see(os.Getenv("X") == "1" || r.Host == "")`, Dep{Init, r, Branching}},
		{"after an early return for the request", `if r.Host == "" { return }; x := "a"; see(x)`, build},
		{"the same on both ways", `x := os.Getenv("X"); if r.Host == "" { println() }; see(x)`, start},

		{"stored before", `c := new(config); c.host = "a"; see(c)`, build},
		{"stored by alias", `c := new(config); d := c; d.host = r.Host; see(c)`, ofRequest},
		{"stored by alias, the environment", `c := new(config); d := c; d.host = os.Getenv("X"); see(c)`, start},
		{"stored after the use", `c := new(config); see(c); c.host = r.Host`, ofRequest},
		{"stored into another object", `c, d := new(config), new(config); d.host = r.Host; see(c)`, build},
		{"stored when the request says so", `c := new(config); if r.Host != "" { c.host = "a" }; see(c)`, Dep{0, r, Branching}},
		{"stored by pointer to a field", `c := new(config); p := &c.host; *p = r.Host; see(c)`, ofRequest},
		{"field that a function of the package sets", `c := new(config); see(c.host)`, request}, // fill may be given it
		{"other field of the object", `c := new(config); c.host = r.Host; see(c.port)`, build},
		{"same field of the object", `s := new(setting); s.name = r.Host; see(s.name)`, ofRequest},
		{"stored by a helper", `c := new(config); fill(c, r.Host); see(c)`, ofRequest},
		{"stored by a helper, a constant", `c := new(config); fill(c, "a"); see(c)`, build},
		{"filled by a library", `c := new(config); json.Unmarshal([]byte("{}"), c); see(c)`, build},
		{"filled by a library, of the request", `c := new(config); json.NewDecoder(r.Body).Decode(c); see(c)`, ofRequest},
		{"filled by a library, from the request's text", `c := new(config); json.Unmarshal([]byte(r.Host), c); see(c)`, ofRequest},
		{"map", `m := map[string]string{"a": "b"}; see(m)`, build},
		{"map with a key of the request", `m := map[string]string{}; m[r.Host] = "b"; see(m)`, ofRequest},
		{"map, looked up by the request", `m := map[string]string{"a": "b"}; see(m[r.Host])`, ofRequest},
		{"element of a slice", `s := []string{"a", "b"}; s[0] = r.Host; see(s)`, ofRequest},
		{"appended", `s := append([]string{"a"}, r.Host); see(s)`, ofRequest},

		{"captured", `x := os.Getenv("X"); func() { see(x) }()`, Dep{Params: 1}}, // the literal's own first: what it captured
		{"set by a literal", `x := "a"; func() { x = r.Host }(); see(x)`, ofRequest},
		{"set by a literal, the environment", `x := "a"; func() { x = os.Getenv("X") }(); see(x)`, start},
		{"result of a literal", `see(func() string { return os.Getenv("X") }())`, start},
		{"result of a literal that captures the request", `see(func() string { return r.Host }())`, ofRequest},
		{"literal that captures the request", `see(func() string { return r.Host })`, ofRequest},

		{"counted in a loop", `n := 0; for i := 0; i < 3; i++ { n += i }; see(n)`, Dep{0, 0, Branching}},
		{"counted in a loop over the request", `n := 0; for range len(r.Host) { n++ }; see(n)`, Dep{0, r, Branching}},
		{"ranged over the environment", `for _, s := range strings.Fields(os.Getenv("X")) { see(s) }`, Dep{Init, 0, Branching}},
		{"ranged over the request", `for _, s := range r.Header["X"] { see(s) }`, Dep{0, r, Branching}},
		{"not changed by a loop over the request", `x := os.Getenv("X"); for range len(r.Host) { see(x) }`, start},
		{"collected in a loop", `var s []string; for _, x := range []string{"a", "b"} { s = append(s, x) }; see(s)`, Dep{0, 0, Branching}},

		{"getter", `see(settings().name)`, start},
		{"getter of a package variable", `see(kept.Name())`, start},
		{"function of its argument", `see(twice(os.Getenv("X")))`, start},
		{"function of its argument, the request", `see(twice(r.Host))`, ofRequest},
		{"function that ignores its argument", `see(constant(r.Host))`, build},
		{"function that calls itself", `see(down(len(os.Getenv("X"))))`, Dep{Init, 0, Branching}},
		{"functions that call each other", `see(even(len(os.Getenv("X"))))`, Dep{Init, 0, Branching}},
		{"functions that call each other, of the request", `see(even(len(r.Host)))`, Dep{0, r, Branching}},
		{"generic function", `see(first([]string{"a"}))`, build},
		{"generic function of the request", `see(first(r.Header["X"]))`, ofRequest},
		{"setting of an option", `see(newConfig(withHost(os.Getenv("X"))))`, Dep{Init, 0, Branching}},
		{"setting of an option, of the request", `see(newConfig(withHost(r.Host)))`, Dep{0, r, Branching}},
		{"through an interface that one type is put into", `var n namer = named{}; see(n.name())`, start},
		{"through an interface that nobody knows", `see(w.Header())`, Dep{Stage: Request}},
		{"called through a variable", `g := twice; see(g("a"))`, build},
		{"called through a parameter", `see(callback(func() string { return "a" }))`, build}, // the only caller

		{"package variable", `see(host)`, start},
		{"package variable that a handler sets", `see(last); last = r.Host`, request},
		{"package variable that something sets", `see(late)`, Dep{Init, 0, Mutable | Late}},
		{"package variable with a setter", `see(settable)`, Dep{Init, 0, Mutable | Late}},
		{"package variable of another package", `see(http.DefaultClient)`, start},
	}
	const common = `package p

import ("crypto/rand"; "encoding/json"; "fmt"; "net/http"; "os"; "strconv"; "strings"; "time")

var _ = fmt.Sprint(rand.Reader, json.Valid(nil), strconv.Itoa(1), strings.Fields(""), time.Now)

func see(any) {}

type config struct { host string; port int }

type setting struct { name string }

func (s *setting) Name() string { return s.name }

func fill(c *config, host string) { c.host = host }
func settings() *setting { return &setting{name: os.Getenv("NAME")} }
func newConfig(opts ...func(*config)) *config { c := &config{port: 1}; for _, o := range opts { o(c) }; return c }
func withHost(h string) func(*config) { return func(c *config) { c.host = h } }

type namer interface { name() string }
type named struct{}
func (named) name() string { return os.Getenv("NAME") }

func twice(s string) string { return s + s }
func constant(string) string { return "a" }
func down(n int) int { if n == 0 { return 0 }; return down(n - 1) }
func even(n int) bool { if n == 0 { return true }; return odd(n - 1) }
func odd(n int) bool { if n == 0 { return false }; return even(n - 1) }
func first[T any](s []T) T { return s[0] }
func callback(f func() string) string { return f() }

var (
	host = os.Getenv("HOST")
	kept = &setting{name: host}
	last string
	late string
	settable string
)

func SetIt(s string) { settable = s }
func Start() { late = os.Getenv("LATE"); http.HandleFunc("/", f) }

func f(w http.ResponseWriter, r *http.Request) {
`
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res := newMemory(t).add("p", common+tt.src+"\n}\n")
			if got := res.e.dep(seen(t, res.e)); got != tt.want {
				t.Errorf("%s\nis %v, want %v", tt.src, got, tt.want)
			}
		})
	}
}

// seen is the argument of the only call of see.
func seen(t *testing.T, e *engine) ssa.Value {
	t.Helper()
	for _, fn := range e.funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(*ssa.Call)
				if !ok {
					continue
				}
				if obj := callee(call.Common()); obj != nil && obj.Name() == "see" {
					return call.Call.Args[0]
				}
			}
		}
	}
	t.Fatal("see is not called")
	return nil
}

// Whatever is asked first, the answer must be the same: values on a cycle are computed while others are under way.
func TestBindingTimesDoNotDependOnOrder(t *testing.T) {
	const src = `package p

import ("net/http"; "os")

func see(any) {}

type node struct { next *node; name string }

func f(w http.ResponseWriter, r *http.Request) {
	a, b := &node{name: "a"}, &node{name: os.Getenv("B")}
	a.next, b.next = b, a
	x, y := "", os.Getenv("Y")
	for n := a; n != nil; n = n.next {
		if n.name == y { x, y = y, x + n.name }
		if len(y) > 10 { n.name = r.Host }
	}
	see(x)
}

func Start() { http.HandleFunc("/", f) }
`
	values := func(e *engine) (vs []ssa.Value) {
		for _, b := range function(t, e, "f").Blocks {
			for _, instr := range b.Instrs {
				if v, ok := instr.(ssa.Value); ok {
					vs = append(vs, v)
				}
			}
		}
		return vs
	}
	deps := func(backward bool) (out []Dep) {
		e := newMemory(t).add("p", src).e
		e.deps = newSolver()
		vs := values(e)
		out = make([]Dep, len(vs))
		for i := range vs {
			if backward {
				i = len(vs) - 1 - i
			}
			out[i] = e.dep(vs[i])
		}
		return out
	}
	there, back := deps(false), deps(true)
	for i := range there {
		if there[i] != back[i] {
			t.Errorf("value %d is %v when asked from the front and %v from the back", i, there[i], back[i])
		}
	}
}

// With more than 64 parameters nothing is said about the later ones, rather than something about the first.
func TestFunctionOfManyParameters(t *testing.T) {
	names := make([]string, 70)
	for i := range names {
		names[i] = "p" + string(rune('a'+i/26)) + string(rune('a'+i%26))
	}
	m := newMemory(t)
	m.add("p", "package p\n\nimport \"regexp\"\n\nfunc Late("+strings.Join(names, ", ")+" string) *regexp.Regexp { return regexp.MustCompile("+names[69]+") }\n"+
		"func Early("+strings.Join(names, ", ")+" string) *regexp.Regexp { return regexp.MustCompile("+names[3]+") }\n")
	if s := m.exported("p.Late"); s == nil || len(s.Ops) != 1 || s.Ops[0].Dep != unknown {
		t.Errorf("Late: %v", s)
	}
	if s := m.exported("p.Early"); s == nil || len(s.Ops) != 1 || s.Ops[0].Dep != (Dep{Init, 1 << 3, 0}) {
		t.Errorf("Early: %v", s)
	}
}
