package stage

import (
	"fmt"
	"testing"
)

// Each cache stands beside a twin that differs by one thing and keeps nothing.
func TestGuards(t *testing.T) {
	const kept = "kept"
	tests := []struct {
		name, src string
		want      string // kept by the instance, by what is bound to a parameter, or not
	}{
		{"package variable", `var re *regexp.Regexp
func get() *regexp.Regexp { if re == nil { re = regexp.MustCompile("a") }; return re }`, kept},
		{"package variable, shadowed", `var re *regexp.Regexp
func get() *regexp.Regexp { if re == nil { re := regexp.MustCompile("a"); return re }; return re }`, "no"},

		{"early return", `var re *regexp.Regexp
func get() *regexp.Regexp { if re != nil { return re }; re = regexp.MustCompile("a"); return re }`, kept},
		{"no return", `var re *regexp.Regexp
func get() *regexp.Regexp { if re != nil { println() }; re = regexp.MustCompile("a"); return re }`, "no"},

		{"one tested and set", `var a, b *regexp.Regexp
func get() *regexp.Regexp { if a == nil { a = regexp.MustCompile("a") }; return b }`, kept},
		{"one tested, another set", `var a, b *regexp.Regexp
func get() *regexp.Regexp { if a == nil { b = regexp.MustCompile("a") }; return b }`, "no"},

		{"double check", `var re *regexp.Regexp; var mu sync.Mutex
func get() *regexp.Regexp { if re == nil { mu.Lock(); defer mu.Unlock(); if re == nil { re = regexp.MustCompile("a") } }; return re }`, kept},
		{"mutex without a check", `var re *regexp.Regexp; var mu sync.Mutex
func get() *regexp.Regexp { mu.Lock(); defer mu.Unlock(); re = regexp.MustCompile("a"); return re }`, "no"},

		{"flag", `var re *regexp.Regexp; var done bool
func get() *regexp.Regexp { if !done { re = regexp.MustCompile("a"); done = true }; return re }`, kept},
		{"flag that nobody sets", `var re *regexp.Regexp; var done bool
func get() *regexp.Regexp { if !done { re = regexp.MustCompile("a") }; return re }`, "no"},

		{"once of the package", `var once sync.Once; var re *regexp.Regexp
func get() *regexp.Regexp { once.Do(func() { re = regexp.MustCompile("a") }); return re }`, kept},
		{"once of the call", `var re *regexp.Regexp
func get() *regexp.Regexp { var once sync.Once; once.Do(func() { re = regexp.MustCompile("a") }); return re }`, "no"},

		{"once value of the package", `var shared = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("a") })
func get() *regexp.Regexp { return shared() }`, kept},
		{"once value of the call", `
func get() *regexp.Regexp { shared := sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("a") }); return shared() }`, "no"},

		{"field of the receiver", `type c struct { re *regexp.Regexp }
func (c *c) get() *regexp.Regexp { if c.re == nil { c.re = regexp.MustCompile("a") }; return c.re }`, "by 1"},
		{"field of a copy of the receiver", `type c struct { re *regexp.Regexp }
func (c c) get() *regexp.Regexp { if c.re == nil { c.re = regexp.MustCompile("a") }; return c.re }`, "no"},

		{"field of a package variable", `type c struct { re *regexp.Regexp }; var kept c
func get() *regexp.Regexp { if kept.re == nil { kept.re = regexp.MustCompile("a") }; return kept.re }`, kept},
		{"field of a local variable", `type c struct { re *regexp.Regexp }
func get() *regexp.Regexp { var kept c; if kept.re == nil { kept.re = regexp.MustCompile("a") }; return kept.re }`, "no"},

		{"once of the receiver", `type c struct { once sync.Once; re *regexp.Regexp }
func (c *c) get() *regexp.Regexp { c.once.Do(func() { c.re = regexp.MustCompile("a") }); return c.re }`, "by 1"},
		{"once of a copy of the receiver", `type c struct { once sync.Once; re *regexp.Regexp }
func (c c) get() *regexp.Regexp { c.once.Do(func() { c.re = regexp.MustCompile("a") }); return c.re }`, "no"},

		{"map of the package", `var m = map[int]*regexp.Regexp{}
func get() *regexp.Regexp { re, ok := m[1]; if !ok { re = regexp.MustCompile("a"); m[1] = re }; return re }`, kept},
		{"map of the call", `
func get() *regexp.Regexp { m := map[int]*regexp.Regexp{}; re, ok := m[1]; if !ok { re = regexp.MustCompile("a"); m[1] = re }; return re }`, "no"},

		{"sync.Map", `var m sync.Map
func get() any { v, ok := m.Load(1); if !ok { v = regexp.MustCompile("a"); m.Store(1, v) }; return v }`, kept},
		{"sync.Map that nothing is stored in", `var m sync.Map
func get() any { v, ok := m.Load(1); if !ok { v = regexp.MustCompile("a") }; return v }`, "no"},

		{"atomic pointer", `var p atomic.Pointer[regexp.Regexp]
func get() *regexp.Regexp { re := p.Load(); if re == nil { re = regexp.MustCompile("a"); p.Store(re) }; return re }`, kept},
		{"atomic pointer, stored in another", `var p, q atomic.Pointer[regexp.Regexp]
func get() *regexp.Regexp { re := p.Load(); if re == nil { re = regexp.MustCompile("a"); q.Store(re) }; return re }`, "no"},

		{"asked by a function", `var re *regexp.Regexp
func ready() bool { return re != nil }
func get() *regexp.Regexp { if !ready() { re = regexp.MustCompile("a") }; return re }`, kept},
		{"asked of another", `var re, other *regexp.Regexp
func ready() bool { return other != nil }
func get() *regexp.Regexp { if !ready() { re = regexp.MustCompile("a") }; return re }`, "no"},

		{"set by a function", `var re *regexp.Regexp
func set() { re = regexp.MustCompile("a") }
func get() *regexp.Regexp { if re == nil { set() }; return re }`, kept},
		{"set by a function that is always called", `var re *regexp.Regexp
func set() { re = regexp.MustCompile("a") }
func get() *regexp.Regexp { set(); return re }`, "no"},

		{"several conditions", `var re *regexp.Regexp; var old bool
func get() *regexp.Regexp { if re == nil || old { re = regexp.MustCompile("a"); old = false }; return re }`, kept},
		{"condition on something else", `var re *regexp.Regexp
func get(b bool) *regexp.Regexp { if b { re = regexp.MustCompile("a") }; return re }`, "no"},

		{"error is not kept", `var re *regexp.Regexp
func get() (*regexp.Regexp, error) { if re == nil { r, err := regexp.Compile("a"); if err != nil { return nil, err }; re = r }; return re, nil }`, kept},
		{"result is not kept", `var re *regexp.Regexp
func get() (*regexp.Regexp, error) { if re == nil { r, err := regexp.Compile("a"); return r, err }; return re, nil }`, "no"},

		{"initialised by init", `var re *regexp.Regexp
func init() { re = regexp.MustCompile("a") }
func get() *regexp.Regexp { return re }`, kept},
		{"initialised by whoever asks", `var re *regexp.Regexp
func setup() { re = regexp.MustCompile("a") }
func get() *regexp.Regexp { setup(); return re }`, "no"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			const head = "package p\n\nimport (\"regexp\"; \"sync\"; \"sync/atomic\")\n\nvar _ sync.Mutex\nvar _ atomic.Bool\n\n"
			e := newMemory(t).add("p", head+tt.src+"\n").e
			got := "kept"
			for _, op := range e.summarize(function(t, e, "get")).Ops {
				switch {
				case !op.Guarded:
					got = "no"
				default:
					got = fmt.Sprintf("by %b", op.Once.Params)
				}
			}
			if got != tt.want {
				t.Errorf("%s\nkept: %s, want %s", tt.src, got, tt.want)
			}
		})
	}
}

// A literal's cache is what it captured: kept if the literal is made once, and not if it is made per call.
func TestGuardOfCapturedVariable(t *testing.T) {
	const src = `package p

import ("net/http"; "regexp")

func Kept() { http.HandleFunc("/", kept()) }
func Lost() { http.HandleFunc("/", lost()) }

func kept() http.HandlerFunc {
	var re *regexp.Regexp
	return func(w http.ResponseWriter, r *http.Request) {
		if re == nil { re = regexp.MustCompile("kept") }
		w.Write([]byte(re.String()))
	}
}

func lost() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var re *regexp.Regexp
		if re == nil { re = regexp.MustCompile("lost") }
		w.Write([]byte(re.String()))
	}
}
`
	uses := newMemory(t).add("p", src).uses
	if len(uses) != 1 || uses[0].Op.site().Func != "p.lost" {
		t.Errorf("%d rows, want one in lost", len(uses))
		for _, u := range uses {
			t.Log(u.Op.Site())
		}
	}
}
