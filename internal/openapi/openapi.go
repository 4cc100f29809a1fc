// Package openapi says which function of a split program answers which requests, as an OpenAPI 3.0 document.
//
// 3.0 is what gateways have in common: Amazon's takes no 3.1. What they read besides, to learn where an operation goes,
// is an address in an extension of their own (x-amazon-apigateway-integration, x-google-backend), and there is none
// before the functions are deployed. So an operation names its function in an extension that is nobody's, from which a
// line of jq makes theirs; and in OpenAPI's own way, by its servers, which Kong and others read, under the function's
// name, as it is in a cluster.
package openapi

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/faaslint/faaslint/internal/routes"
)

// A Function is a program and the routes that it has.
type Function struct {
	Name   string
	Routes []*routes.Route
}

// A Document is what is written. Maps are sorted by encoding/json.
type Document struct {
	OpenAPI string                           `json:"openapi"`
	Info    Info                             `json:"info"`
	Servers []Server                         `json:"servers"` // of the function that answers what no other does
	Paths   map[string]map[string]*Operation `json:"paths"`   // by path and method
	Default string                           `json:"x-faaslint-default"`
	Unsaid  []*Unsaid                        `json:"x-faaslint-unsaid,omitempty"`
}

// Info is what OpenAPI wants of each document.
type Info struct {
	Title       string `json:"title"`
	Version     string `json:"version"`
	Description string `json:"description"`
}

// A Server is where an operation is answered.
type Server struct {
	URL string `json:"url"`
}

// An Operation is a path with a method.
type Operation struct {
	ID         string              `json:"operationId"`
	Function   string              `json:"x-faaslint-function"`
	Servers    []Server            `json:"servers"`
	Parameters []*Parameter        `json:"parameters,omitempty"`
	Responses  map[string]Response `json:"responses"`
}

// A Parameter is a part of a path.
type Parameter struct {
	Name        string `json:"name"`
	In          string `json:"in"`
	Required    bool   `json:"required"`
	Description string `json:"description,omitempty"`
	Schema      Schema `json:"schema"`
}

// A Schema is what is known of a parameter.
type Schema struct {
	Type    string `json:"type"`
	Pattern string `json:"pattern,omitempty"`
}

// A Response is what OpenAPI wants of each operation.
type Response struct {
	Description string `json:"description"`
}

// An Unsaid is a route that OpenAPI has no words for.
type Unsaid struct {
	Route    string   `json:"route"`
	Methods  []string `json:"methods"` // by which it cannot be said; empty for all
	Path     string   `json:"path"`    // as its router writes it
	Function string   `json:"function"`
	Why      string   `json:"why"`
}

// New makes the document of functions, the first of which answers what no route does. A route that several of them have
// is answered by the first.
func New(title string, functions []*Function) *Document {
	b := &builder{
		Document: &Document{
			OpenAPI: "3.0.3", Paths: map[string]map[string]*Operation{}, Default: functions[0].Name, Servers: servers(functions[0].Name),
			Info: Info{title, "1", "Which function answers which requests, by faaslint split. The address of a function is to be put in the place of http://FUNCTION."},
		},
		claims: map[string]map[string][]claim{}, names: map[string]routes.Template{}, ids: map[string]bool{}, unsaid: map[*routes.Route]*Unsaid{},
	}
	var order []*routes.Route
	for _, f := range functions {
		for _, r := range f.Routes {
			if !slices.Contains(order, r) {
				order = append(order, r)
				b.claim(f.Name, r)
			}
		}
	}
	for _, path := range slices.Sorted(maps.Keys(b.claims)) {
		for _, method := range slices.Sorted(maps.Keys(b.claims[path])) {
			b.settle(path, method, b.claims[path][method])
		}
	}
	for _, r := range order {
		if u := b.unsaid[r]; u != nil {
			b.Unsaid = append(b.Unsaid, u)
		}
	}
	return b.Document
}

type builder struct {
	*Document
	claims map[string]map[string][]claim // by path and method
	names  map[string]routes.Template    // by a path without the names of its parameters
	ids    map[string]bool
	unsaid map[*routes.Route]*Unsaid
}

// A claim is what a route says of a path and a method.
type claim struct {
	function string
	route    *routes.Route
	params   []routes.Param
	rank     int
}

// What a route says of its methods goes before what its router makes of them.
const (
	ofMethod = iota
	ofHead
	ofAny
)

// methods are those of OpenAPI 3.0.
var methods = []string{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"}

func servers(function string) []Server { return []Server{{"http://" + function}} }

// refuse notes that OpenAPI cannot say what a route answers, by some methods or by all that it has.
func (b *builder) refuse(function string, r *routes.Route, why string, some ...string) {
	u := b.unsaid[r]
	if u == nil {
		u = &Unsaid{Route: r.String(), Methods: []string{}, Path: r.Path, Function: function, Why: why}
		b.unsaid[r] = u
	}
	for _, m := range some {
		if !slices.Contains(u.Methods, m) {
			u.Methods = append(u.Methods, m)
		}
	}
}

func (b *builder) claim(function string, r *routes.Route) {
	list, why := r.Templates()
	if why != "" {
		b.refuse(function, r, why, r.Methods...)
		return
	}
	for _, t := range list {
		t = b.named(t)
		for _, m := range r.Methods {
			if !slices.Contains(methods, m) {
				b.refuse(function, r, "OpenAPI has no method "+m, m)
				continue
			}
			b.add(t, m, claim{function, r, t.Params, ofMethod})
		}
		if r.Head {
			b.add(t, "HEAD", claim{function, r, t.Params, ofHead})
		}
		if len(r.Methods) == 0 {
			for _, m := range methods {
				b.add(t, m, claim{function, r, t.Params, ofAny})
			}
		}
	}
}

// named gives the parameters of a path the names that they have in the first route with the same path: for OpenAPI
// /things/{id} and /things/{name} are one.
func (b *builder) named(t routes.Template) routes.Template {
	shape := t.Path
	for _, p := range t.Params {
		shape = strings.Replace(shape, "{"+p.Name+"}", "{}", 1)
	}
	first, known := b.names[shape]
	if !known {
		b.names[shape] = t
		return t
	}
	same := routes.Template{Path: first.Path, Params: slices.Clone(first.Params)}
	for i, p := range t.Params {
		same.Params[i].Pattern = p.Pattern
	}
	return same
}

func (b *builder) add(t routes.Template, method string, c claim) {
	if b.claims[t.Path] == nil {
		b.claims[t.Path] = map[string][]claim{}
	}
	b.claims[t.Path][method] = append(b.claims[t.Path][method], c)
}

// settle makes an operation of all that is said of a path and a method. Where that is of two functions, since their routers
// ask for expressions, hosts or headers too, it is of neither: a gateway would send to one what is for the other.
func (b *builder) settle(path, method string, all []claim) {
	first := slices.MinFunc(all, func(x, y claim) int { return cmp.Compare(x.rank, y.rank) }) // the first of the least
	all = slices.DeleteFunc(slices.Clone(all), func(c claim) bool { return c.rank > first.rank })
	for _, c := range all {
		if c.function == first.function {
			continue
		}
		for _, c := range all {
			other := all[slices.IndexFunc(all, func(o claim) bool { return o.function != c.function })]
			b.refuse(c.function, c.route, fmt.Sprintf("for OpenAPI it is the same as %s of %s", other.route, other.function), method)
		}
		return
	}
	o := &Operation{ID: b.id(method, path), Function: first.function, Servers: servers(first.function),
		Responses: map[string]Response{"default": {"what the function answers"}}}
	for i, p := range first.params {
		same := !slices.ContainsFunc(all, func(c claim) bool { return c.params[i].Pattern != p.Pattern })
		o.Parameters = append(o.Parameters, parameter(p, same))
	}
	if b.Paths[path] == nil {
		b.Paths[path] = map[string]*Operation{}
	}
	b.Paths[path][strings.ToLower(method)] = o
}

func parameter(p routes.Param, same bool) *Parameter {
	out := &Parameter{Name: p.Name, In: "path", Required: true, Schema: Schema{Type: "string"}}
	switch {
	case p.Pattern == "" || !same: // several routes take what one of them does not
	case portable(p.Pattern):
		out.Schema.Pattern = "^(?:" + p.Pattern + ")$"
	default:
		out.Description = "In Go's syntax: " + p.Pattern
	}
	return out
}

// portable reports whether an expression of Go means the same in ECMAScript, which OpenAPI has.
func portable(pattern string) bool {
	if _, err := syntax.Parse(pattern, syntax.Perl); err != nil {
		return false
	}
	for _, own := range []string{"[[:", "[^[:", `\p`, `\P`, `\Q`, `\E`, `\A`, `\z`, `\C`, `\a`, `\x{`, `\0`, "[]", "[^]"} {
		if strings.Contains(pattern, own) {
			return false
		}
	}
	return strings.Count(pattern, "(?") == strings.Count(pattern, "(?:")
}

// id names an operation: get-things-id.
func (b *builder) id(method, path string) string {
	words := strings.FieldsFunc(path, func(c rune) bool {
		return c > 0x7f || !('a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '_')
	})
	name := strings.Join(append([]string{strings.ToLower(method)}, words...), "-")
	id := name
	for n := 2; b.ids[id]; n++ {
		id = fmt.Sprint(name, "-", n)
	}
	b.ids[id] = true
	return id
}

// JSON is the document as it is written into a file.
func (d *Document) JSON() ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetIndent("", "\t")
	enc.SetEscapeHTML(false)
	err := enc.Encode(d)
	return buf.Bytes(), err
}
