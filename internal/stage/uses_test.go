package stage

import (
	"go/token"
	"slices"
	"testing"
)

// A row claims that what an operation needs is known at start-up. Each case is the body of a handler that compiles a
// pattern; silent ones differ from reported ones by where the pattern comes from. Silence is wanted where a pattern
// may differ from one request to the next in any way that a reader can think of.
func TestRows(t *testing.T) {
	const common = `package p

import ("bytes"; "crypto/rand"; "encoding/json"; "fmt"; "io"; "net/http"; "os"; "regexp"; "strings"; "sync"; "text/template"; "time")

var _ = fmt.Sprint(rand.Reader, json.Valid(nil), io.EOF, os.Args, strings.Fields(""), time.Now, bytes.MinRead, template.New)
var _ sync.Mutex

func use(...any) {}

type config struct { host string; port int }

type option func(*config)

func newConfig(opts ...option) *config { c := &config{port: 1}; for _, o := range opts { o(c) }; return c }
func withHost(h string) option { return func(c *config) { c.host = h } }

type text interface { get() string }
type fixed struct{}
func (fixed) get() string { return "a" }
type carried struct { s string }
func (c carried) get() string { return c.s }
func read(t text) string { return t.get() }

type chain struct { s string }
func (c *chain) with(s string) *chain { c.s = s; return c }
func (c *chain) build() string { return c.s }

func fill(b []byte, s string) { copy(b, s) }

var (
	last string
	byTenant = map[string]string{}
	list []string
	holder = &config{}
)

func Start() { http.HandleFunc("/", f) }

func f(w http.ResponseWriter, r *http.Request) {
`
	for _, tt := range []struct {
		name, reported, silent string
	}{
		{name: "constant",
			reported: `use(regexp.MustCompile("a"))`,
			silent:   `use(regexp.MustCompile(r.Host))`},
		{name: "buffer filled by copy",
			reported: `b := make([]byte, 4); copy(b, "abcd"); use(regexp.MustCompile(string(b)))`,
			silent:   `b := make([]byte, 4); copy(b, r.Host); use(regexp.MustCompile(string(b)))`},
		{name: "buffer filled by a library",
			reported: `b := make([]byte, 4); use(regexp.MustCompile(string(b)))`,
			silent:   `b := make([]byte, 4); io.ReadFull(r.Body, b); use(regexp.MustCompile(string(b)))`},
		{name: "buffer filled at random",
			reported: `b := make([]byte, 4); use(regexp.MustCompile(string(b)))`,
			silent:   `b := make([]byte, 4); rand.Read(b); use(regexp.MustCompile(string(b)))`},
		{name: "array filled at random",
			reported: `var b [4]byte; use(regexp.MustCompile(string(b[:])))`,
			silent:   `var b [4]byte; rand.Read(b[:]); use(regexp.MustCompile(string(b[:])))`},
		{name: "buffer filled by a method of a library",
			reported: `b := make([]byte, 4); use(regexp.MustCompile(string(b)))`,
			silent:   `b := make([]byte, 4); strings.NewReader(r.Host).Read(b); use(regexp.MustCompile(string(b)))`},
		{name: "buffer of unknown size filled by a method of an interface",
			reported: `b := make([]byte, len(os.Args)); use(regexp.MustCompile(string(b)))`,
			silent:   `b := make([]byte, len(os.Args)); r.Body.Read(b); use(regexp.MustCompile(string(b)))`},
		{name: "buffer filled by a function of this package",
			reported: `b := make([]byte, 4); fill(b, "a"); use(regexp.MustCompile(string(b)))`,
			silent:   `b := make([]byte, 4); fill(b, r.Host); use(regexp.MustCompile(string(b)))`},
		{name: "builder",
			reported: `var b strings.Builder; b.WriteString("a"); use(regexp.MustCompile(b.String()))`,
			silent:   `var b strings.Builder; b.WriteString(r.Host); use(regexp.MustCompile(b.String()))`},
		{name: "builder by Fprintf",
			reported: `var b strings.Builder; fmt.Fprintf(&b, "a"); use(regexp.MustCompile(b.String()))`,
			silent:   `var b strings.Builder; fmt.Fprintf(&b, "%s", r.Host); use(regexp.MustCompile(b.String()))`},
		{name: "builder by a template",
			reported: `b := new(bytes.Buffer); b.WriteString("a"); use(regexp.MustCompile(b.String()))`,
			silent:   `b := new(bytes.Buffer); template.Must(template.New("").Parse("{{.Host}}")).Execute(b, r); use(regexp.MustCompile(b.String()))`},
		{name: "functional options",
			reported: `use(regexp.MustCompile(newConfig(withHost("a")).host))`,
			silent:   `use(regexp.MustCompile(newConfig(withHost(r.Host)).host))`},
		{name: "chained setters",
			reported: `use(regexp.MustCompile("a"))`,
			silent:   `use(regexp.MustCompile(new(chain).with(r.Host).build()))`},
		{name: "interface",
			reported: `use(regexp.MustCompile(text(fixed{}).get()))`,
			silent:   `use(regexp.MustCompile(text(carried{r.Host}).get()))`},
		{name: "interface given to a function",
			reported: `use(regexp.MustCompile("a"))`,
			silent:   `use(regexp.MustCompile(read(carried{r.Host})))`},
		{name: "method value",
			reported: `g := carried{"a"}.get; use(regexp.MustCompile(g()))`,
			silent:   `g := carried{r.Host}.get; use(regexp.MustCompile(g()))`},
		{name: "struct copied",
			reported: `c := config{host: "a"}; d := c; use(regexp.MustCompile(d.host))`,
			silent:   `c := config{host: r.Host}; d := c; use(regexp.MustCompile(d.host))`},
		{name: "package variable set by the handler",
			reported: `use(regexp.MustCompile(os.Getenv("X")))`,
			silent:   `last = r.Host; use(regexp.MustCompile(last))`},
		{name: "package map filled by the handler",
			reported: `m := map[string]string{"a": "b"}; use(regexp.MustCompile(m["a"]))`,
			silent:   `byTenant["x"] = r.Host; use(regexp.MustCompile(byTenant["x"]))`},
		{name: "package slice appended to by the handler",
			reported: `l := []string{"a"}; use(regexp.MustCompile(strings.Join(l, "|")))`,
			silent:   `list = append(list, r.Host); use(regexp.MustCompile(strings.Join(list, "|")))`},
		{name: "field of a package variable set by the handler",
			reported: `c := &config{host: "a"}; use(regexp.MustCompile(c.host))`,
			silent:   `holder.host = r.Host; use(regexp.MustCompile(holder.host))`},
		{name: "passed through a channel",
			reported: `use(regexp.MustCompile("a"))`,
			silent:   `c := make(chan string, 1); c <- r.Host; use(regexp.MustCompile(<-c))`},
		{name: "set in a goroutine",
			reported: `var s string; var g sync.WaitGroup; g.Go(func() { s = "a" }); g.Wait(); use(regexp.MustCompile(s))`,
			silent:   `var s string; var g sync.WaitGroup; g.Go(func() { s = r.Host }); g.Wait(); use(regexp.MustCompile(s))`},
		{name: "set by a deferred function of a callee",
			reported: `s := func() (s string) { defer func() { s = "a" }(); return }(); use(regexp.MustCompile(s))`,
			silent:   `s := func() (s string) { defer func() { s = r.Host }(); return }(); use(regexp.MustCompile(s))`},
		{name: "set through a pointer to a pointer",
			reported: `c := &config{host: "a"}; use(regexp.MustCompile(c.host))`,
			silent:   `c := &config{}; p := &c; (*p).host = r.Host; use(regexp.MustCompile(c.host))`},
		{name: "held by another object",
			reported: `c := &config{host: "a"}; s := []*config{c}; use(regexp.MustCompile(s[0].host))`,
			silent:   `c := &config{}; s := []*config{c}; s[0].host = r.Host; use(regexp.MustCompile(c.host))`},
		{name: "held by a map",
			reported: `c := &config{host: "a"}; m := map[string]*config{"x": c}; use(regexp.MustCompile(m["x"].host))`,
			silent:   `c := &config{}; m := map[string]*config{"x": c}; m["x"].host = r.Host; use(regexp.MustCompile(c.host))`},
		{name: "ranged over the form",
			reported: `for _, s := range []string{"a", "b"} { use(regexp.MustCompile("x" + s)) }`,
			silent:   `for s := range r.Form { use(regexp.MustCompile(s)) }`},
		{name: "chosen by the request",
			reported: `s := "a"; if os.Getenv("X") != "" { s = "b" }; use(regexp.MustCompile(s))`,
			silent:   `s := "a"; if r.Host != "" { s = "b" }; use(regexp.MustCompile(s))`},
		{name: "decoded",
			reported: `var c config; json.Unmarshal([]byte("{}"), &c); use(regexp.MustCompile(c.host))`,
			silent:   `var c config; json.NewDecoder(r.Body).Decode(&c); use(regexp.MustCompile(c.host))`},
		{name: "decoded into a pointer",
			reported: `c := new(config); json.Unmarshal([]byte("{}"), c); use(regexp.MustCompile(c.host))`,
			silent:   `c := new(config); json.Unmarshal([]byte(r.Host), c); use(regexp.MustCompile(c.host))`},
		{name: "scanned",
			reported: `s := "a"; use(regexp.MustCompile(s))`,
			silent:   `var s string; fmt.Sscan(r.Host, &s); use(regexp.MustCompile(s))`},
		{name: "time",
			reported: `use(regexp.MustCompile(os.Getenv("X")))`,
			silent:   `use(regexp.MustCompile(time.Now().Format("2006")))`},
		{name: "assertion",
			reported: `var x any = "a"; use(regexp.MustCompile(x.(string)))`,
			silent:   `var x any = r.Host; use(regexp.MustCompile(x.(string)))`},
		{name: "value of the context",
			reported: `use(regexp.MustCompile("a"))`,
			silent:   `use(regexp.MustCompile(r.Context().Value("x").(string)))`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if n := len(newMemory(t).add("p", common+tt.reported+"\n}\n").uses); n == 0 {
				t.Errorf("not reported:\n%s", tt.reported)
			}
			for _, use := range newMemory(t).add("p", common+tt.silent+"\n}\n").uses {
				if use.Op.Symbol != "regexp.MustCompile" {
					continue
				}
				t.Errorf("reported: %v %v\n%s", use.Op.Symbol, use.Op.Dep, tt.silent)
			}
		})
	}
}

// The request reaches each pattern on a way that is easy to overlook.
func TestSilence(t *testing.T) {
	const common = `package p

import ("bufio"; "bytes"; "cmp"; "encoding/json"; "fmt"; "io"; "iter"; "maps"; "net/http"; "net/url"; "os"; "regexp"; "slices"; "strings"; "sync"; "sync/atomic"; "flag"; "errors")

var _ = fmt.Sprint(json.Valid(nil), io.EOF, os.Args, strings.Fields(""), bytes.MinRead, bufio.MaxScanTokenSize, cmp.Compare(1,2), flag.Arg, errors.New)
var _ sync.Mutex
var _ atomic.Bool
var _ iter.Seq[int]
var _ = maps.Keys[map[int]int]
var _ = slices.Sort[[]int]
var _ url.Values
var _ = regexp.MustCompile

func use(...any) {}
type box[T any] struct { v T }
func (b *box[T]) set(v T) { b.v = v }
func (b *box[T]) get() T { return b.v }
type inner struct { host string }
type outer struct { inner; f func() string; m map[string]string; l []string }
type H struct { cfg string; o *outer }
func (h *H) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.cfg = r.Host; use(regexp.MustCompile("H" + h.cfg)) }
var at atomic.Value
var sm sync.Map
var pool = sync.Pool{New: func() any { return new(inner) }}
var cur = &outer{}
var q = make(chan string, 1)
var fn = func() string { return "a" }
var arr [4]string
func wr(b *strings.Builder, s string) { b.WriteString(s) }
func wi(w io.Writer, s string) { io.WriteString(w, s) }
func put(m map[string]string, s string) { m["a"] = s }
func seq(s string) iter.Seq[string] { return func(yield func(string) bool) { yield(s) } }
func named(s string) (out string) { defer func() { out = s }(); return "a" }
func swap(p *string, s string) { *p = s }
func ptr(o *outer) *string { return &o.host }
func hold(m map[string]string) *outer { return &outer{m: m} }
func (o *outer) set(s string) { o.m["a"] = s }
func decode(r io.Reader, v any) error { return json.NewDecoder(r).Decode(v) }
func choose(c *inner, s string) { if s == "" { return }; c.host = "b" }
func setFixed(c *inner) { c.host = "b" }
func look(c *inner) string { return c.host }
func current() *outer { return cur }
func fresh() *outer { return &outer{} }

func Start() {
	http.HandleFunc("/", f)
	http.Handle("/h", &H{})
}

func f(w http.ResponseWriter, r *http.Request) {
`
	reported := func(src string) bool {
		return slices.ContainsFunc(newMemory(t).add("p", common+src+"\n}\n").uses, func(u *Use) bool { return u.Op.Symbol == "regexp.MustCompile" })
	}
	for _, src := range []string{
		`b := new(box[string]); b.set(r.Host); use(regexp.MustCompile(b.get()))`,
		`b := box[string]{r.Host}; use(regexp.MustCompile(b.v))`,
		`var b strings.Builder; wr(&b, r.Host); use(regexp.MustCompile(b.String()))`,
		`var b bytes.Buffer; io.Copy(&b, r.Body); use(regexp.MustCompile(b.String()))`,
		`b := new(bytes.Buffer); b.ReadFrom(r.Body); use(regexp.MustCompile(b.String()))`,
		`sc := bufio.NewScanner(r.Body); for sc.Scan() { use(regexp.MustCompile(sc.Text())) }`,
		`m := map[string]string{}; put(m, r.Host); use(regexp.MustCompile(m["a"]))`,
		`for s := range seq(r.Host) { use(regexp.MustCompile(s)) }`,
		`use(regexp.MustCompile(named(r.Host)))`,
		`var s string; swap(&s, r.Host); use(regexp.MustCompile(s))`,
		`o := outer{}; o.host = r.Host; use(regexp.MustCompile(o.inner.host))`,
		`o := outer{f: func() string { return r.Host }}; use(regexp.MustCompile(o.f()))`,
		`o := &outer{}; o.l = append(o.l, r.Host); use(regexp.MustCompile(strings.Join(o.l, "")))`,
		`x := pool.Get().(*inner); x.host = r.Host; pool.Put(x); y := pool.Get().(*inner); use(regexp.MustCompile(y.host))`,
		`cur.host = r.Host; use(regexp.MustCompile(cur.host))`,
		`cur.m["a"] = r.Host; use(regexp.MustCompile(cur.m["a"]))`,
		`cur = &outer{inner: inner{r.Host}}; use(regexp.MustCompile(cur.host))`,
		`q <- r.Host; select { case s := <-q: use(regexp.MustCompile(s)) }`,
		`q <- r.Host; for s := range q { use(regexp.MustCompile(s)) }`,
		`fn = func() string { return r.Host }; use(regexp.MustCompile(fn()))`,
		`arr[0] = r.Host; use(regexp.MustCompile(arr[0]))`,
		`arr[0] = r.Host; use(regexp.MustCompile(strings.Join(arr[:], "")))`,
		`v := url.Values{}; v.Set("a", r.Host); use(regexp.MustCompile(v.Get("a")))`,
		`hd := http.Header{}; hd.Add("a", r.Host); use(regexp.MustCompile(hd.Get("a")))`,
		`m := maps.Collect(maps.All(r.Header)); for k := range m { use(regexp.MustCompile(k)) }`,
		`u := *r.URL; u.Path = "x"; use(regexp.MustCompile(u.String()))`,
		`u, _ := url.Parse("http://x"); u.RawQuery = r.URL.RawQuery; use(regexp.MustCompile(u.String()))`,
		`var x fmt.Stringer = r.URL; use(regexp.MustCompile(x.String()))`,
		`g := (*url.URL).String; use(regexp.MustCompile(g(r.URL)))`,
		`os.Setenv("A", r.Host); use(regexp.MustCompile(os.Getenv("A")))`,
		`err := errors.New(r.Host); use(regexp.MustCompile(err.Error()))`,
		`s := "a"; func() { defer func() { if e := recover(); e != nil { s = fmt.Sprint(e) } }(); panic(r.Host) }(); use(regexp.MustCompile(s))`,
		`i := 0; for i < len(r.Host) { i++ }; use(regexp.MustCompile(arr[i%4]))`,
		`p := &arr[0]; *p = r.Host; use(regexp.MustCompile(arr[0]))`,
		`a := [2]*inner{{}, {}}; a[0].host = r.Host; use(regexp.MustCompile(a[0].host))`,
		`x := struct{ p *inner }{&inner{}}; y := x; y.p.host = r.Host; use(regexp.MustCompile(x.p.host))`,
		`var wg sync.WaitGroup; res := make([]string, 2); wg.Go(func() { res[0] = r.Host }); wg.Wait(); use(regexp.MustCompile(res[0]))`,
		`dec := json.NewDecoder(r.Body); var v any; dec.Decode(&v); use(regexp.MustCompile(fmt.Sprint(v)))`,
		`var v struct{ A []string }; json.NewDecoder(r.Body).Decode(&v); for _, s := range v.A { use(regexp.MustCompile(s)) }`,
		`resp, _ := http.Get("http://x/" + r.Host); b, _ := io.ReadAll(resp.Body); use(regexp.MustCompile(string(b)))`,
		`resp, _ := http.Get("http://x/"); b, _ := io.ReadAll(resp.Body); use(regexp.MustCompile(string(b)))`,
		`b := []byte("abc"); b[0] = r.Host[0]; use(regexp.MustCompile(string(b)))`,
		`b := bytes.Clone([]byte("abc")); copy(b[1:], r.Host); use(regexp.MustCompile(string(b)))`,
		`b := fmt.Appendf(nil, "%s", r.Host); use(regexp.MustCompile(string(b)))`,
		`type loc struct{ s string }; mk := func(s string) loc { return loc{s} }; use(regexp.MustCompile(mk(r.Host).s))`,
		`h := &H{}; h.o = &outer{}; h.o.host = r.Host; use(regexp.MustCompile(h.o.host))`,
		`x := any(&inner{}); x.(*inner).host = r.Host; use(regexp.MustCompile(x.(*inner).host))`,
		`once := sync.OnceValue(func() string { return r.Host }); use(regexp.MustCompile(once()))`,
		`at.Store(r.Host); use(regexp.MustCompile(at.Load().(string)))`,
		`sm.Store("a", r.Host); v, _ := sm.Load("a"); use(regexp.MustCompile(v.(string)))`,
		`use(regexp.MustCompile(cmp.Or(r.Host, "a")))`,
		`use(regexp.MustCompile(strings.Map(func(c rune) rune { return rune(r.Host[0]) }, "abc")))`,
		`use(regexp.MustCompile(os.Expand("$A", func(string) string { return r.Host })))`,
	} {
		if reported(src) {
			t.Errorf("reported: %s", src)
		}
	}
	// These differ in one thing from what is found.
	for _, tt := range []struct{ silent, reported string }{
		{`var b strings.Builder; wi(&b, r.Host); use(regexp.MustCompile(b.String()))`,
			`var b strings.Builder; wi(&b, "a"); use(regexp.MustCompile(b.String()))`},
		{`var c inner; decode(r.Body, &c); use(regexp.MustCompile(c.host))`,
			`var c inner; decode(strings.NewReader("{}"), &c); use(regexp.MustCompile(c.host))`},
		{`var s strings.Builder; func() { fmt.Fprint(&s, r.Host) }(); use(regexp.MustCompile(s.String()))`,
			`var s strings.Builder; func() { fmt.Fprint(&s, "a") }(); use(regexp.MustCompile(s.String()))`},
		{`var b bytes.Buffer; json.NewEncoder(&b).Encode(r.Host); use(regexp.MustCompile(b.String()))`,
			`var b bytes.Buffer; json.NewEncoder(&b).Encode("a"); use(regexp.MustCompile(b.String()))`},
		{`b := new(bytes.Buffer); x := bufio.NewWriter(b); x.WriteString(r.Host); x.Flush(); use(regexp.MustCompile(b.String()))`,
			`b := new(bytes.Buffer); x := bufio.NewWriter(b); x.WriteString("a"); x.Flush(); use(regexp.MustCompile(b.String()))`},
		{`o := &outer{}; *ptr(o) = r.Host; use(regexp.MustCompile(o.host))`,
			`o, p := &outer{}, &outer{}; *ptr(p) = r.Host; use(regexp.MustCompile(o.host))`},
		{`o := &outer{m: map[string]string{}}; o.m["a"] = r.Host; use(regexp.MustCompile(o.m["a"]))`,
			`o := &outer{m: map[string]string{}}; o.m["a"] = "b"; use(regexp.MustCompile(o.m["a"]))`},
		{`m := map[string]string{}; o := &outer{m: m}; o.m["a"] = r.Host; use(regexp.MustCompile(m["a"]))`,
			`m := map[string]string{}; o := &outer{m: m}; o.l = []string{r.Host}; use(regexp.MustCompile(m["a"]))`},
		{`m := map[string]string{}; o := &outer{m: m}; o.set(r.Host); use(regexp.MustCompile(m["a"]))`,
			`m := map[string]string{}; o := &outer{m: m}; o.set("a"); use(regexp.MustCompile(m["a"]))`},
		{`m := map[string]string{}; o := hold(m); o.m["a"] = r.Host; use(regexp.MustCompile(m["a"]))`,
			`m := map[string]string{}; o := hold(m); o.l = []string{r.Host}; use(regexp.MustCompile(m["a"]))`},
		{`o := outer{m: map[string]string{}}; x := o; x.m["a"] = r.Host; use(regexp.MustCompile(o.m["a"]))`,
			`o := outer{l: []string{"a"}}; x := o; x.l = []string{r.Host}; use(regexp.MustCompile(o.l[0]))`},
		{`m := map[string][]string{"a": {"x"}}; m["a"][0] = r.Host; use(regexp.MustCompile(m["a"][0]))`,
			`m := map[string][]string{"a": {"x"}}; m["a"][0] = "b"; use(regexp.MustCompile(m["a"][0]))`},
		{`l := []string{"a"}; l2 := l[:0]; l2 = append(l2, r.Host); use(regexp.MustCompile(l[0])); use(l2)`,
			`l := []string{"a"}; l2 := l[:0]; l2 = append(l2, "b"); use(regexp.MustCompile(l[0])); use(l2)`},
		{`l := []string{"a", "b"}; slices.SortFunc(l, func(a, b string) int { return strings.Compare(a+r.Host, b) }); use(regexp.MustCompile(l[0]))`,
			`l := []string{"a", "b"}; slices.SortFunc(l, func(a, b string) int { return strings.Compare(a, b) }); use(regexp.MustCompile(l[0]))`},
		{`s := "a"; func() { if len(r.Host) > 1 { return }; s = "b" }(); use(regexp.MustCompile(s))`,
			`s := "a"; func() { if len(os.Args) > 1 { return }; s = "b" }(); use(regexp.MustCompile(s))`},
		{`s := "a"; if r.Host != "" { func() { s = "b" }() }; use(regexp.MustCompile(s))`,
			`s := "a"; if os.Args != nil { func() { s = "b" }() }; use(regexp.MustCompile(s))`},
		{`var c inner; choose(&c, r.Host); use(regexp.MustCompile(c.host))`,
			`var c inner; choose(&c, "a"); use(regexp.MustCompile(c.host))`},
		{`v := &inner{host: "a"}; p := &v; (*p).host = r.Host; use(regexp.MustCompile(v.host))`,
			`v := &inner{host: "a"}; p := &v; *p = &inner{host: "b"}; use(regexp.MustCompile(v.host))`},
		{`var c inner; if r.Host != "" { setFixed(&c) }; use(regexp.MustCompile(c.host))`,
			`var c inner; if r.Host != "" { look(&c) }; use(regexp.MustCompile(c.host))`},
		{`current().host = r.Host; use(regexp.MustCompile(current().host))`,
			`fresh().host = r.Host; use(regexp.MustCompile(fresh().host))`},
	} {
		if reported(tt.silent) {
			t.Errorf("reported: %s", tt.silent)
		}
		if !reported(tt.reported) {
			t.Errorf("not reported: %s", tt.reported)
		}
	}
}

// A list grows at its front, in a function that calls itself with what it made: there is a longer path in each round.
func TestPathsEnd(t *testing.T) {
	res := newMemory(t).add("p", `package p

import ("net/http"; "regexp")

type node struct { next *node; pattern string }

func grow(n *node, more int) *node {
	front := &node{}
	front.next = n
	if more == 0 { return front }
	return grow(front, more-1)
}

func last(n *node) string {
	for n.next != nil { n = n.next }
	return n.pattern
}

func known(w http.ResponseWriter, r *http.Request) { regexp.MustCompile(last(grow(&node{pattern: "a"}, 3))) }

func unknown(w http.ResponseWriter, r *http.Request) { regexp.MustCompile(last(grow(&node{pattern: r.Host}, 3))) }

func Start() { http.HandleFunc("/known", known); http.HandleFunc("/unknown", unknown) }
`)
	for u := range res.Uses() {
		if u.Handlers[0].Name == "unknown" {
			t.Errorf("what the request decides is reported: %v", u.Path)
		}
	}
}

// An editor's server hands the file set on from one analysis of a package to the next: it must not grow.
func TestNamedFile(t *testing.T) {
	fset := token.NewFileSet()
	short := fset.AddFile("/src/a/a.go", -1, 10) // one line, of an older version
	for _, line := range []int{7, 7, maxLines, 1} {
		tf := namedFile(fset, "/src/a/a.go", line)
		if (tf == short) != (line == 1) {
			t.Errorf("line %d: found in the file of %d lines", line, tf.LineCount())
		}
		if p := fset.Position(tf.LineStart(line)); p.Filename != "/src/a/a.go" || p.Line != line {
			t.Errorf("line %d: found %v", line, p)
		}
	}
	n := 0
	fset.Iterate(func(*token.File) bool { n++; return true })
	if n != 2 {
		t.Errorf("%d files, want the one that was there and one more", n)
	}
}
