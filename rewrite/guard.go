package rewrite

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"sync"
	"text/template"
)

// A guard is what the templates below are filled with: the declarations that keep one object.
type guard struct {
	guardNames
	Form Form
	Aged bool   // for Go before 1.21
	Var  string // name in the Variable form

	What, A    string // noun with its article
	Type, Zero string
	Nillable   bool // the zero value means that nothing is kept
	Fallible   bool // the call itself can fail
	Err        bool // the accessor can fail
	Opens      bool // the building has its own function, since it returns early
	Ctx        string
	TakesCtx   bool   // the accessor takes a context
	Dials      bool   // the moved text dials with it
	Key        string // what tells one object from another, "" if there is one only
	KeyOf      string // what the local variable Key is made by, "" where Key is a parameter
	KeyType    string
	Built1     string // names of the object and its error in the text of a check that follows
	Err1       string
	Params     []string // "cfg aws.Config"
	Args       []string // "cfg"

	Probe func(x string) string // nil for none
	Ask   string                // the probe that has a function of its own, since it takes a context; of the object S
	Close func(x string) string // the function that closes, for time.AfterFunc; nil for none

	Sync, Context, Time string // qualifiers: "sync."

	S, E, Attempt, Last, Old, Cancel string // locals that are fresh in the moved text
}

// Sig, Call and the like spell parameter lists.
func (g *guard) Sig() string {
	list := g.Params
	if g.TakesCtx {
		list = append([]string{g.Ctx + " " + g.Context + "Context"}, list...)
	}
	return strings.Join(list, ", ")
}

func (g *guard) RunSig() string {
	var list []string
	if g.Dials {
		list = append(list, g.Ctx+" "+g.Context+"Context")
	}
	if g.Probe != nil {
		list = append(list, g.Last+" *"+g.Try)
	}
	if g.KeyOf != "" {
		list = append(list, g.Key+" string")
	}
	return strings.Join(append(list, g.Params...), ", ")
}

func (g *guard) RunArgs() string {
	var list []string
	if g.Dials {
		list = append(list, g.Detached())
	}
	if g.Probe != nil {
		list = append(list, g.At(g.Now))
	}
	if g.KeyOf != "" {
		list = append(list, g.Key)
	}
	return strings.Join(append(list, g.Args...), ", ")
}

func (g *guard) OpenSig() string {
	if g.Dials {
		return strings.Join(append([]string{g.Ctx + " " + g.Context + "Context"}, g.Params...), ", ")
	}
	return strings.Join(g.Params, ", ")
}

func (g *guard) OpenArgs() string {
	if g.Dials {
		return strings.Join(append([]string{g.Ctx}, g.Args...), ", ")
	}
	return strings.Join(g.Args, ", ")
}

func (g *guard) Results() string {
	if g.Err {
		return "(" + g.Type + ", error)"
	}
	return g.Type
}

// At is the place of what a variable keeps: one of many in the keyed form.
func (g *guard) At(name string) string {
	if g.Key == "" {
		return name
	}
	return name + "[" + g.Key + "]"
}

// Declare spells the declaration of a variable that keeps one value, or one for each key.
func (g *guard) Declare(name, typ string) string {
	if g.Key == "" {
		return name + " " + typ
	}
	return name + " = map[" + g.KeyType + "]" + typ + "{}"
}

// IsKept and Forget speak of the kept value of the mutex form.
func (g *guard) IsKept() string {
	if g.Nillable {
		return g.At(g.Kept) + " != nil"
	}
	return g.At(g.Built)
}

func (g *guard) IsOld() string {
	if g.Nillable {
		return g.Old + " != nil"
	}
	return g.At(g.Built)
}

func (g *guard) Forget() string {
	if g.Nillable {
		return g.Drop(g.Kept)
	}
	return g.At(g.Built) + " = false"
}

// Drop empties the place of a pointer.
func (g *guard) Drop(name string) string {
	if g.Key != "" {
		return "delete(" + name + ", " + g.Key + ")"
	}
	return name + " = nil"
}

// Keep assigns what the guard remembers after a success.
func (g *guard) Keep() string {
	lhs, rhs := []string{g.At(g.Kept)}, []string{g.S}
	if !g.Nillable {
		lhs, rhs = append(lhs, g.At(g.Built)), append(rhs, "true")
	}
	if g.Probe != nil {
		lhs, rhs = append(lhs, g.At(g.Until)), append(rhs, g.Later())
	}
	return strings.Join(lhs, ", ") + " = " + strings.Join(rhs, ", ")
}

// Clock is the wall clock: the monotonic one may stand still while the instance is frozen.
func (g *guard) Clock() string { return g.Time + "Now().Round(0)" }
func (g *guard) Later() string { return g.Clock() + ".Add(" + g.Time + "Second)" }

// Deadline replaces the caller's deadline, which is that of one request, and keeps the values of his context.
func (g *guard) Deadline(ctx string) string {
	return g.Ctx + ", " + g.Cancel + " := " + g.Context + "WithTimeout(" + ctx + ", 30*" + g.Time + "Second)"
}

// Detached is a context that the end of the caller's does not end.
func (g *guard) Detached() string {
	if g.Aged {
		return g.Context + "Background()" // which loses the caller's values
	}
	return g.Context + "WithoutCancel(" + g.Ctx + ")"
}

// CloseLater closes what was replaced.
func (g *guard) CloseLater(x string) string {
	return g.Time + "AfterFunc(" + g.Time + "Minute, " + g.Close(x) + ") // requests under way may still use it"
}

// Doc is the accessor's comment.
func (g *guard) Doc() string {
	var b strings.Builder
	b.WriteString(g.Accessor + " returns this instance's " + g.What + ", built on first use")
	if g.Err && g.Form != Once {
		b.WriteString("; a failure is not kept")
	}
	b.WriteString(".")
	if g.Key != "" {
		b.WriteString(" There is one for each value of its inputs.")
	} else if len(g.Args) > 0 {
		b.WriteString(" Its inputs are the same on every request: those of the first one count.")
	}
	if g.Probe != nil {
		b.WriteString(" A freeze or an outage leaves one that no longer answers, so once a second it is tried first, and replaced if need be.")
	}
	return comment(b.String())
}

func (g *guard) TryDoc() string {
	return comment(exported(Article(g.Try)) + " " + g.Try + " is one try to have " + g.A + " " + g.What + " that answers; all who ask meanwhile share it.")
}

func (g *guard) AskDoc() string {
	return comment(g.AskName + " asks " + g.A + " " + g.What + " whether it answers within two seconds.")
}

// Article returns "an" before a vowel, as spoken: an S3 client.
func Article(noun string) string {
	spoken := "aeiouAEIOU"
	if len(noun) > 1 && (noun[1] >= '0' && noun[1] <= '9' || noun[1] >= 'A' && noun[1] <= 'Z') {
		spoken = "aefhilmnorsxAEFHILMNORSX" // spelled out
	}
	if strings.IndexByte(spoken, noun[0]) >= 0 {
		return "an"
	}
	return "a"
}

// comment breaks a text into lines.
func comment(text string) string {
	var b strings.Builder
	width := 0
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
			b.WriteString("//")
			width = 2
		case width+1+len(word) > 117:
			b.WriteString("\n//")
			width = 2
		}
		b.WriteString(" " + word)
		width += 1 + len(word)
	}
	return b.String()
}

// In the templates movedMark() stands for the moved statements and builtMark() for the call.
const (
	movedMark = "moved_marker"
	builtMark = "built_marker"
	tailMark  = "tail_marker" // for the check that follows it
)

// guards are parsed when the first fix is made: go vet starts the checks once for each package, and most have nothing to fix.
var guards = sync.OnceValue(func() *template.Template { return template.Must(template.New("").Parse(guardText + lateText)) })

const guardText = `
{{define "variable"}}var {{.Var}} = built_marker(){{end}}

{{define "once"}}{{.Doc}}
var {{.Accessor}} = {{.Sync}}OnceValue{{if .Err}}s{{end}}(func() {{.Results}} {
	moved_marker()
	return built_marker()
}){{end}}

{{define "mutex"}}var (
	{{.Mu}} {{.Sync}}Mutex
	{{.Declare .Kept .Type}}{{if .Key}} // by what they are made from{{else if .Nillable}} // nil until the first success{{end}}{{if not .Nillable}}
	{{.Declare .Built "bool"}}{{end}}{{if .Probe}}
	{{.Declare .Until (print .Time "Time")}} // when to look again whether it answers{{end}}
)

{{.Doc}}
func {{.Accessor}}({{.Sig}}) {{.Results}} {
{{- if .KeyOf}}
	{{.Key}} := {{.KeyOf}}
{{- end}}
	{{.Mu}}.Lock()
	defer {{.Mu}}.Unlock()
{{- if .Probe}}
	if {{.Old}} := {{.At .Kept}}; {{.IsOld}} && {{.Clock}}.After({{.At .Until}}) {
		if {{call .Probe .Old}} == nil {
			{{.At .Until}} = {{.Later}}
		} else {
{{- if .Close}}
			{{.CloseLater .Old}}
{{- end}}
			{{.Forget}}
		}
	}
{{- end}}
	if {{.IsKept}} {
		return {{.At .Kept}}{{if .Err}}, nil{{end}}
	}
{{- if .Dials}}
	{{.Deadline .Detached}}
	defer {{.Cancel}}()
{{- end}}
{{- if .Opens}}
	{{.S}}, {{.E}} := {{.OpenName}}({{.OpenArgs}})
	if {{.E}} != nil {
		return {{.Zero}}, {{.E}}
	}
{{- else}}
	moved_marker()
{{- if .Fallible}}
	{{.S}}, {{.E}} := built_marker()
	if {{.E}} != nil {
		return {{.Zero}}, {{.E}}
	}
{{- else}}
	{{.S}} := built_marker()
{{- end}}
{{- end}}
	{{.Keep}}
	return {{.S}}{{if .Err}}, nil{{end}}
}
{{- template "ask" .}}
{{- template "open" .}}{{end}}

{{define "shared"}}{{.TryDoc}}
type {{.Try}} struct {
	done chan struct{} // closed when s or err is set
	s    {{.Type}}
	err  error
}

var (
	{{.Mu}} {{.Sync}}Mutex
	{{.Declare .Now (print "*" .Try)}} // under way, or the last that succeeded
{{- if .Probe}}
	{{.Declare .Until (print .Time "Time")}} // when to look again whether it answers; zero while under way
{{- end}}
)

{{.Doc}}
func {{.Accessor}}({{.Sig}}) ({{.Type}}, error) {
{{- if .KeyOf}}
	{{.Key}} := {{.KeyOf}}
{{- end}}
	{{.Mu}}.Lock()
	{{.Attempt}} := {{.At .Now}}
	if {{.Attempt}} == nil{{if .Probe}} || !{{.At .Until}}.IsZero() && {{.Clock}}.After({{.At .Until}}){{end}} {
		{{.Attempt}} = &{{.Try}}{done: make(chan struct{})}
		go {{.Attempt}}.run({{.RunArgs}}) // without {{if .TakesCtx}}the caller's deadline{{else}}the caller{{end}}: other requests wait for it too
		{{.At .Now}}{{if .Probe}}, {{.At .Until}}{{end}} = {{.Attempt}}{{if .Probe}}, {{.Time}}Time{}{{end}}
	}
	{{.Mu}}.Unlock()
{{- if .TakesCtx}}
	select {
	case <-{{.Attempt}}.done:
		return {{.Attempt}}.s, {{.Attempt}}.err
	case <-{{.Ctx}}.Done():
		return {{.Zero}}, {{.Ctx}}.Err()
	}
{{- else}}
	<-{{.Attempt}}.done
	return {{.Attempt}}.s, {{.Attempt}}.err
{{- end}}
}

func ({{.Attempt}} *{{.Try}}) run({{.RunSig}}) {
	defer close({{.Attempt}}.done)
{{- if .Probe}}
	if {{.Last}} != nil && {{call .Probe (print .Last ".s")}} == nil {
		{{.Attempt}}.s = {{.Last}}.s
	} else {
{{- if .Close}}
		if {{.Last}} != nil {
			{{.CloseLater (print .Last ".s")}}
		}
{{- end}}
{{- template "build" .}}
	}
	{{.Mu}}.Lock()
	defer {{.Mu}}.Unlock()
	if {{.Attempt}}.err != nil {
		{{.Drop .Now}} // the next request tries again
		return
	}
	{{.At .Until}} = {{.Later}}
{{- else}}
{{- template "build" .}}
	if {{.Attempt}}.err != nil {
		{{.Mu}}.Lock()
		defer {{.Mu}}.Unlock()
		{{.Drop .Now}} // the next request tries again
	}
{{- end}}
}
{{- template "ask" .}}
{{- template "open" .}}{{end}}

{{define "ask"}}{{if .Ask}}

{{.AskDoc}}
func {{.AskName}}(x {{.Type}}) error {
	ctx, cancel := {{.Context}}WithTimeout({{.Context}}Background(), 2*{{.Time}}Second)
	defer cancel()
	return {{.Ask}}
}
{{- end}}{{end}}

{{define "open"}}{{if .Opens}}

func {{.OpenName}}({{.OpenSig}}) ({{.Type}}, error) {
	moved_marker()
{{- if .Built1}}
	{{.Built1}}, {{.Err1}} := built_marker()
	if {{.Err1}} != nil {
		return {{.Zero}}, {{.Err1}}
	}
	tail_marker()
	return {{.Built1}}, nil
{{- else}}
	return built_marker(){{if not .Fallible}}, nil{{end}}
{{- end}}
}
{{- end}}{{end}}

{{define "build"}}
{{- if .Dials}}
	{{.Deadline .Ctx}}
	defer {{.Cancel}}()
{{- end}}
{{- if .Opens}}
	{{.Attempt}}.s, {{.Attempt}}.err = {{.OpenName}}({{.OpenArgs}})
{{- else}}
	moved_marker()
	{{.Attempt}}.s, {{.Attempt}}.err = built_marker()
{{- end}}{{end}}
`

func (g *guard) text() (string, error) {
	name := [...]string{Variable: "variable", Once: "once", Mutex: "mutex", Shared: "shared"}[g.Form]
	return rendered(name, g)
}

// rendered is the text of a guard.
func rendered(name string, data any) (string, error) {
	var buf bytes.Buffer
	err := guards().ExecuteTemplate(&buf, name, data)
	return buf.String(), err
}

// zero spells the zero value of t, whose own spelling is text.
func zero(t types.Type, text string) (value string, nillable bool) {
	switch u := t.Underlying().(type) {
	case *types.Struct, *types.Array:
		return text + "{}", false
	case *types.Basic:
		switch {
		case u.Info()&types.IsString != 0:
			return `""`, false
		case u.Info()&types.IsBoolean != 0:
			return "false", false
		case u.Kind() != types.UnsafePointer:
			return "0", false
		}
	}
	return "nil", true
}

// probe returns the probe for another name than x. One that takes a context gets two seconds: a system that hangs accepts
// what is sent and does not answer, and all who wait for the guard would wait as long as the client is set to.
func (g *guard) probe(text string, pos token.Pos) error {
	if text == "" {
		return nil
	}
	if _, err := parser.ParseExpr(text); err != nil {
		return refuse(BadProbe, pos, "the probe %s cannot be parsed", text)
	}
	inline := g.inline(text)
	g.Probe = inline
	if slices.Contains(identifiers(text), "ctx") {
		g.Ask = inline("x")
		g.Probe = func(x string) string { return g.AskName + "(" + x + ")" }
	}
	return nil
}

// inline returns the probe with another name than x, and the names that the file has for the packages.
func (g *guard) inline(text string) func(x string) string {
	return func(x string) string {
		e, _ := parser.ParseExpr(text)
		selected := map[*ast.Ident]bool{}
		ast.Inspect(e, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				selected[sel.Sel] = true
			}
			id, ok := n.(*ast.Ident)
			switch {
			case !ok || selected[id]:
			case id.Name == "x":
				id.Name = x
			case id.Name == "context" || id.Name == "time":
				id.Name = strings.TrimSuffix(map[string]string{"context": g.Context, "time": g.Time}[id.Name], ".")
			}
			return true
		})
		var buf bytes.Buffer
		if err := format.Node(&buf, token.NewFileSet(), e); err != nil {
			return text
		}
		return buf.String()
	}
}

// closer finds the method that closes a replaced object, whatever its signature.
func (g *guard) closer(t types.Type, pkg *types.Package, methods []string) {
	for _, name := range methods {
		obj, _, _ := types.LookupFieldOrMethod(t, true, pkg, name)
		fn, ok := obj.(*types.Func)
		if !ok {
			continue
		}
		sig := fn.Signature()
		arg := ""
		if sig.Params().Len() == 1 && isContext(sig.Params().At(0).Type()) {
			arg = g.Context + "Background()"
		} else if sig.Params().Len() > 0 {
			continue
		}
		drop := strings.TrimPrefix(strings.Repeat(", _", sig.Results().Len()), ", ")
		g.Close = func(x string) string {
			switch {
			case drop != "":
				return "func() { " + drop + " = " + x + "." + name + "(" + arg + ") }"
			case arg != "":
				return "func() { " + x + "." + name + "(" + arg + ") }"
			}
			return x + "." + name
		}
		return
	}
}
