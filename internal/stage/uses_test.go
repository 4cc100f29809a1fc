package stage

import "testing"

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
