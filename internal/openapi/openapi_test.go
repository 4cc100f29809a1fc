package openapi

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/faaslint/faaslint/internal/routes"
)

// parse reads lines of the form FUNCTION ROUTER METHODS PATH, with - for no router, and for all methods.
func parse(t *testing.T, text string) (functions []*Function) {
	t.Helper()
	for line := range strings.Lines(text) {
		w := strings.Fields(line)
		if len(w) != 4 {
			continue
		}
		r := &routes.Route{Path: w[3], Open: strings.Contains(w[3], "/?")}
		if w[1] != "-" {
			r.Router = w[1]
		}
		if w[2] != "-" {
			r.Methods = strings.Split(w[2], ",")
		}
		i := slices.IndexFunc(functions, func(f *Function) bool { return f.Name == w[0] })
		if i < 0 {
			i = len(functions)
			functions = append(functions, &Function{Name: w[0]})
		}
		functions[i].Routes = append(functions[i].Routes, r)
	}
	return functions
}

// say writes a document as lines.
func say(d *Document) string {
	var b strings.Builder
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(d.Paths[path])) {
			o := d.Paths[path][method]
			fmt.Fprintf(&b, "%s %s %s", method, path, o.Function)
			for _, p := range o.Parameters {
				fmt.Fprintf(&b, " %s", p.Name)
				if p.Schema.Pattern != "" {
					fmt.Fprintf(&b, "=%s", p.Schema.Pattern)
				}
				if p.Description != "" {
					fmt.Fprintf(&b, " (%s)", p.Description)
				}
			}
			fmt.Fprintln(&b)
		}
	}
	for _, u := range d.Unsaid {
		fmt.Fprintf(&b, "not %s of %s %v: %s\n", u.Route, u.Function, u.Methods, u.Why)
	}
	return b.String()
}

const (
	gin     = "github.com/gin-gonic/gin"
	fiber   = "github.com/gofiber/fiber/v2"
	chi     = "github.com/go-chi/chi/v5"
	gorilla = "github.com/gorilla/mux"
)

// TestNew has a pattern of each router that OpenAPI can say, and beside it one that it cannot.
func TestNew(t *testing.T) {
	for _, c := range []struct{ name, routes, want string }{
		{"chi", `
			a ` + chi + ` GET /things/{id}
			a ` + chi + ` GET /years/{year:[0-9]{4}}
			a ` + chi + ` GET /words/{word:\p{L}+}
			a ` + chi + ` GET /all/{name:.*}
			a ` + chi + ` GET /files/*`,
			`get /all/{name} a name=^(?:.*)$
			get /things/{id} a id
			get /words/{word} a word (In Go's syntax: \p{L}+)
			get /years/{year} a year=^(?:[0-9]{4})$
			not GET /files/* of a [GET]: it answers any number of segments`},
		{"gorilla", `
			a ` + gorilla + ` GET /things/{id:[a-z]+}
			a ` + gorilla + ` GET /files/{path:.*}
			a ` + gorilla + ` GET /other/{path:[a-z/]+}`,
			`get /things/{id} a id=^(?:[a-z]+)$
			not GET /files/{path:.*} of a [GET]: it answers any number of segments
			not GET /other/{path:[a-z/]+} of a [GET]: it answers any number of segments`},
		{"net/http", `
			a net/http GET /{$}
			a net/http GET /things/{id}
			a net/http GET /v1/things:batch
			a net/http GET /files/{path...}
			a net/http GET example.com/things`,
			`get / a
			get /things/{id} a id
			get /v1/things:batch a
			not GET /files/{path...} of a [GET]: it answers any number of segments
			not GET example.com/things of a [GET]: it is for one host`},
		{"gin", `
			a ` + gin + ` GET /things/:id
			a ` + gin + ` GET /users/u:id/posts
			a ` + gin + ` GET /files/*path
			a ` + gin + ` GET /mixed/{id}`,
			`get /things/{id} a id
			get /users/u{id}/posts a id
			not GET /files/*path of a [GET]: it answers any number of segments
			not GET /mixed/{id} of a [GET]: its pattern mixes the syntax of two routers`},
		{"fiber", `
			a ` + fiber + ` GET /things/:id?
			a ` + fiber + ` GET /from/:a-:b<int>
			a ` + fiber + ` GET /x/:id?/y
			a ` + fiber + ` GET /files/+`,
			`get /from/{a}-{b} a a b
			get /things a
			get /things/{id} a id
			not GET /x/:id?/y of a [GET]: a parameter within its pattern may be left out
			not GET /files/+ of a [GET]: it answers any number of segments`},
		{"a switch, and resources of Lambda", `
			a - GET /things/{id}
			a - GET /files/{proxy+}
			a - OPTIONS *
			a - GET /?/things`,
			`get /things/{id} a id
			not GET /files/{proxy+} of a [GET]: it answers any number of segments
			not OPTIONS * of a [OPTIONS]: it answers any number of segments
			not GET /?/things of a [GET]: its pattern is not constant`},
		{"two routers", `
			a net/http GET /:tenant/things`,
			`not GET /:tenant/things of a [GET]: its pattern mixes the syntax of two routers`},
		{"any method stands for those that others do not answer", `
			a - - /things/{id}
			b - GET,PURGE /things/{name}`,
			`delete /things/{id} a id
			get /things/{id} b id
			head /things/{id} a id
			options /things/{id} a id
			patch /things/{id} a id
			post /things/{id} a id
			put /things/{id} a id
			trace /things/{id} a id
			not GET,PURGE /things/{name} of b [PURGE]: OpenAPI has no method PURGE`},
		{"expressions that tell routes of one function apart", `
			a ` + chi + ` GET /things/{id:[0-9]+}
			a ` + chi + ` GET /things/{name:[a-z]+}`,
			`get /things/{id} a id`},
		{"and of two", `
			a ` + chi + ` GET,PUT /things/{id:[0-9]+}
			b ` + chi + ` GET /things/{name:[a-z]+}`,
			`put /things/{id} a id=^(?:[0-9]+)$
			not GET,PUT /things/{id:[0-9]+} of a [GET]: for OpenAPI it is the same as GET /things/{name:[a-z]+} of b
			not GET /things/{name:[a-z]+} of b [GET]: for OpenAPI it is the same as GET,PUT /things/{id:[0-9]+} of a`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, want := say(New("example.com/app", parse(t, c.routes))), strings.ReplaceAll(c.want, "\t", "")+"\n"
			if got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// TestShared wants a route that each function has to be that of the first, and HEAD to go where the router of GET sends it.
func TestShared(t *testing.T) {
	shared := &routes.Route{Methods: []string{"GET"}, Path: "/health", Head: true}
	head := &routes.Route{Methods: []string{"HEAD"}, Path: "/health"}
	functions := []*Function{{"a", []*routes.Route{shared}}, {"b", []*routes.Route{shared, head}}}
	if got, want := say(New("x", functions)), "get /health a\nhead /health b\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	shared.Head = false
	if got, want := say(New("x", functions[:1])), "get /health a\n"; got != want {
		t.Errorf("without HEAD: got\n%s\nwant\n%s", got, want)
	}
}

// TestJSON wants names that no other operation has, and the same text each time.
func TestJSON(t *testing.T) {
	text := `
		a - GET,POST /a/b
		a - GET /a-b
		b - GET /{a}/b`
	first, err := New("x", parse(t, text)).JSON()
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if again, err := New("x", parse(t, text)).JSON(); err != nil || string(again) != string(first) {
			t.Fatalf("differs, %v:\n%s\n%s", err, first, again)
		}
	}
	for _, id := range []string{"get-a-b", "get-a-b-2", "get-a-b-3", "post-a-b"} {
		if strings.Count(string(first), `"`+id+`"`) != 1 {
			t.Errorf("%s is not there once:\n%s", id, first)
		}
	}
}
