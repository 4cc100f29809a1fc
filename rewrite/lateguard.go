package rewrite

import (
	"go/token"
	"go/types"

	"github.com/dave/dst/decorator"
)

// A lateGuard is what the templates below are filled with: a type that builds one object for each struct that has it.
type lateGuard struct {
	lateNames
	Form    Form
	What, A string // noun with its article
	T       string // type of the object
	Dials   bool   // building it takes a context
	Waits   bool   // get takes a context
	Ends    bool   // somebody closes the object
	Sets    bool   // somebody puts another object there

	Sync, Context, Time, Errors string // qualifiers: "sync."
}

// lateNames are its names at package level.
type lateNames struct {
	Noun string
	Type string // lateStore
	Try  string // storeTry, of the shared form
	Keep string // keepStore, which has an object as if it had been built
}

func (n lateNames) all() []string { return []string{n.Type, n.Try, n.Keep} }

func newLateNames(noun string) lateNames {
	up := exported(noun)
	return lateNames{Noun: noun, Type: "late" + up, Try: noun + "Try", Keep: "keep" + up}
}

// freshLate derives names from what the object is: lateSession, else lateGocqlSession, else lateGocqlSession2.
func (p *Package) freshLate(what string, t types.Type) lateNames {
	short, long := nouns(what, t)
	return newLateNames(p.freshNoun(short, long, long, func(noun string) []string { return newLateNames(noun).all() }))
}

func (g *lateGuard) OpenSig() string {
	if g.Dials {
		return "ctx " + g.Context + "Context"
	}
	return ""
}

// Open is the function type of what builds the object.
func (g *lateGuard) Open() string {
	if g.Dials {
		return "func(" + g.Context + "Context) (" + g.T + ", error)"
	}
	return "func() (" + g.T + ", error)"
}

func (g *lateGuard) GetSig() string {
	if g.Waits {
		return "ctx " + g.Context + "Context"
	}
	return ""
}

func (g *lateGuard) Doc() string {
	return comment(exported(Article(g.Type)) + " " + g.Type + " is " + g.A + " " + g.What + " that is built on first use; a failure is not kept.")
}

const lateText = `
{{define "late"}}{{.Doc}}
type {{.Type}} struct {
	open {{.Open}}

	mu {{.Sync}}Mutex
{{- if .Shared}}
	now *{{.Try}} // under way, or the last that succeeded
{{- else}}
	kept {{.T}}
	built bool
{{- end}}
{{- if .Ends}}
	ended bool
{{- end}}
}
{{- if .Shared}}

type {{.Try}} struct {
	done chan struct{} // closed when s or err is set
	s {{.T}}
	err error
}
{{- end}}

{{if .Shared}}// get returns it, built on first use; all who ask meanwhile share one try.{{else}}// get returns it, built on first use.{{end}}
func (l *{{.Type}}) get({{.GetSig}}) ({{.T}}, error) {
	if l == nil {
		return nil, nil // of a struct that was made without it
	}
	l.mu.Lock()
{{- if .Shared}}
	try := l.now
{{- if .Ends}}
	if try == nil && l.ended {
		l.mu.Unlock()
		return nil, {{.Errors}}New("the {{.What}} is closed")
	}
{{- end}}
	if try == nil {
		try = &{{.Try}}{done: make(chan struct{})}
		l.now = try
		go l.run({{if .Dials}}{{.Context}}WithoutCancel(ctx), {{end}}try) // without the caller's deadline: other requests wait for it too
	}
	l.mu.Unlock()
	select {
	case <-try.done:
		return try.s, try.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *{{.Type}}) run({{if .Dials}}ctx {{.Context}}Context, {{end}}try *{{.Try}}) {
	defer close(try.done)
{{- if .Dials}}
	ctx, cancel := {{.Context}}WithTimeout(ctx, 30*{{.Time}}Second)
	defer cancel()
{{- end}}
	try.s, try.err = l.open({{if .Dials}}ctx{{end}})
	if try.err != nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.now = nil // the next request tries again
	}
}
{{- else}}
	defer l.mu.Unlock()
	if l.built {
		return l.kept, nil
	}
{{- if .Ends}}
	if l.ended {
		return nil, {{.Errors}}New("the {{.What}} is closed")
	}
{{- end}}
{{- if .Dials}}
	ctx, cancel := {{.Context}}WithTimeout({{.Context}}WithoutCancel(ctx), 30*{{.Time}}Second)
	defer cancel()
{{- end}}
	s, err := l.open({{if .Dials}}ctx{{end}})
	if err != nil {
		return nil, err
	}
	l.kept, l.built = s, true
	return s, nil
}
{{- end}}
{{- if .Ends}}

// end returns it if it was built, else nil, and has it built no more.
func (l *{{.Type}}) end() {{.T}} {
	if l == nil {
		return nil
	}
	l.mu.Lock()
{{- if .Shared}}
	l.ended = true
	try := l.now
	l.mu.Unlock()
	if try == nil {
		return nil
	}
	if <-try.done; try.err != nil {
		return nil
	}
	return try.s
{{- else}}
	defer l.mu.Unlock()
	l.ended = true
	return l.kept
{{- end}}
}
{{- end}}
{{- if .Sets}}

// {{.Keep}} has s as if it had been built.
func {{.Keep}}(s {{.T}}) *{{.Type}} {
{{- if .Shared}}
	try := &{{.Try}}{done: make(chan struct{}), s: s}
	close(try.done)
	return &{{.Type}}{now: try}
{{- else}}
	return &{{.Type}}{kept: s, built: true}
{{- end}}
}
{{- end}}{{end}}
`

// Shared reports whether all who wait share a try.
func (g *lateGuard) Shared() bool { return g.Form == Shared }

func (g *lateGuard) text() (string, error) {
	text, err := rendered("late", g)
	if err != nil {
		return "", err
	}
	f, err := decorator.Parse(header + text)
	if err != nil {
		return "", refuse(SelfCheck, token.NoPos, "the guard does not parse: %v", err)
	}
	return printed(f)
}
