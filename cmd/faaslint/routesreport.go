package main

import (
	"fmt"
	"go/token"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/faaslint/faaslint/internal/routes"
	"github.com/faaslint/faaslint/internal/weigh"
)

// A routesReport is a table as all forms of output have it.
type routesReport struct {
	Program      string           `json:"program"`
	Bytes        int64            `json:"bytes,omitempty"` // of the binary
	Measured     bool             `json:"measured"`        // init is known
	Requests     int              `json:"requests,omitempty"`
	Unowned      int              `json:"unowned,omitempty"` // requests that no route answers
	Dependencies []*depReport     `json:"dependencies"`
	Start        []openReport     `json:"startOpens,omitempty"`
	Routes       []*routeReport   `json:"routes"`
	Groups       []*groupReport   `json:"groups"`
	Finding      *findingReport   `json:"finding,omitempty"`
	Blocked      []*blockedReport `json:"blocked,omitempty"`
}

type findingReport struct {
	At      string `json:"at"`
	Message string `json:"message"`
}

type depReport struct {
	Name     string      `json:"name"`
	Path     string      `json:"path"`
	Client   bool        `json:"client"`          // the catalogue knows of connections that it opens
	Every    bool        `json:"every"`           // every request needs it
	Bytes    *int64      `json:"bytes,omitempty"` // with all that is linked because of it alone
	Init     *initReport `json:"init,omitempty"`
	Packages []string    `json:"packages"` // what is linked because of it alone
	Routes   int         `json:"routes"`
}

type initReport struct {
	Ms     float64 `json:"ms"`
	Bytes  int64   `json:"bytes"`
	Allocs int64   `json:"allocs"`
}

type routeReport struct {
	Route    string       `json:"route"`
	Methods  []string     `json:"methods"` // empty for all
	Path     string       `json:"path"`
	At       string       `json:"at"`
	Known    bool         `json:"known"` // the pattern is constant
	Needs    []string     `json:"needs"`
	Opens    []openReport `json:"opens,omitempty"`
	Group    string       `json:"group"`
	Requests int          `json:"requests,omitempty"`
}

type openReport struct {
	At   string `json:"at"`
	What string `json:"what"`
}

type groupReport struct {
	Name     string   `json:"name"`
	Needs    []string `json:"needs"`
	Routes   []string `json:"routes"`
	Requests int      `json:"requests,omitempty"`
}

type blockedReport struct {
	Declaration string        `json:"declaration"`
	Kind        string        `json:"kind"`
	At          string        `json:"at"`
	Joins       []string      `json:"joins"`
	Routes      []string      `json:"routes"` // none: every request
	Advice      string        `json:"advice"`
	Lazy        []*lazyReport `json:"lazy,omitempty"` // faaslint split asks for them
}

func (c *command) at(t *routes.Table, pos token.Pos) string {
	p := t.At(pos)
	return fmt.Sprintf("%s:%d", c.short(position{file: p.Filename}).file, p.Line)
}

func (c *command) routesReport(t *routes.Table) *routesReport {
	r := &routesReport{Program: t.Program.Main.PkgPath, Measured: t.Inits != nil, Requests: t.Requests, Unowned: t.Unowned, Dependencies: []*depReport{}}
	if t.Sizes != nil {
		r.Bytes = t.Sizes.File
	}
	for _, d := range t.Deps {
		dep := &depReport{Name: d.Name, Path: d.Path, Client: d.Client, Every: d.Start, Packages: d.Brings}
		if d.Bytes >= 0 {
			dep.Bytes = &d.Bytes
		}
		if t.Inits != nil {
			dep.Init = newInitReport(d.Init)
		}
		for _, row := range t.Rows {
			if row.Has(d) {
				dep.Routes++
			}
		}
		r.Dependencies = append(r.Dependencies, dep)
	}
	for _, o := range t.Opens {
		r.Start = append(r.Start, openReport{c.at(t, o.Pos), o.What})
	}
	for _, row := range t.Rows {
		rr := &routeReport{Route: row.String(), Methods: row.Methods, Path: row.Path, At: c.at(t, row.Route.Pos), Known: !row.Open,
			Needs: depNames(row.Needs), Group: row.Group.Name, Requests: row.Requests}
		for _, o := range row.Opens {
			rr.Opens = append(rr.Opens, openReport{c.at(t, o.Pos), o.What})
		}
		r.Routes = append(r.Routes, rr)
	}
	for _, g := range t.Groups {
		r.Groups = append(r.Groups, &groupReport{g.Name, depNames(g.Needs), rowNames(g.Rows), g.Requests})
	}
	if f := t.Finding(); f != nil {
		r.Finding = &findingReport{c.at(t, f.Pos), f.Message}
	}
	for _, b := range t.Blocks {
		r.Blocked = append(r.Blocked, &blockedReport{Declaration: b.Node.Name, Kind: b.Kind(), At: c.at(t, b.Node.Pos()),
			Joins: depNames(b.Deps), Routes: rowNames(b.Rows), Advice: advice(b)})
	}
	return r
}

func newInitReport(i weigh.Init) *initReport {
	return &initReport{Ms: routes.Milliseconds(i.Time), Bytes: i.Bytes, Allocs: i.Allocs}
}

func depNames(deps []*routes.Dep) []string {
	names := []string{}
	for _, d := range deps {
		names = append(names, d.Name)
	}
	return names
}

func rowNames(rows []*routes.Row) []string {
	names := []string{}
	for _, row := range rows {
		names = append(names, row.String())
	}
	return names
}

// advice names what would free routes of a dependency that they only share a declaration with.
func advice(b *routes.Block) string {
	names := list(depNames(b.Deps))
	switch {
	case len(b.Rows) == 0:
		return fmt.Sprintf("every start needs %s. Opened on first use, in a function that only those handlers call which need it, it would be of their routes only: faaslint -lazy finds such variables", names)
	case b.Kind() == "struct" || b.Kind() == "type":
		return fmt.Sprintf("it holds %s. A field of an interface or function type for each, or two types, would free the routes that use one of them", names)
	}
	return fmt.Sprintf("it leads to %s. A function for each, called where it is used, or a value that is opened on first use (what faaslint -lazy does to variables), would free the routes that use one of them", names)
}

func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// pageWidth is what the text must fit into.
const pageWidth = 100

func (r *routesReport) writeText(w io.Writer) {
	fmt.Fprintf(w, "%s: %s", r.Program, counted(len(r.Routes), "route"))
	if r.Bytes > 0 {
		fmt.Fprintf(w, ", %s MB", mega(r.Bytes))
	}
	fmt.Fprintln(w)
	if r.Requests > 0 {
		fmt.Fprintf(w, "%s recorded; no route answers %d of them\n", counted(r.Requests, "request"), r.Unowned)
	}
	r.writeMatrix(w)
	r.writeDependencies(w)
	r.writeGroups(w)
	if r.Finding != nil {
		fmt.Fprintf(w, "\n%s: %s\n", r.Finding.At, r.Finding.Message)
	}
	for _, o := range r.Start {
		fmt.Fprintf(w, "\n%s: %s when the program starts: every route may need more than is said\n", o.At, o.What)
	}
	r.writeUnknown(w)
	r.writeBlocked(w)
}

// writeUnknown says what is not known of routes: each place once.
func (r *routesReport) writeUnknown(w io.Writer) {
	by := map[openReport][]string{}
	var places []openReport
	for _, route := range r.Routes {
		if !route.Known {
			fmt.Fprintf(w, "\n%s: the pattern of %s is not constant; ? stands for what is not known\n", route.At, route.Route)
		}
		for _, o := range route.Opens {
			if by[o] == nil {
				places = append(places, o)
			}
			by[o] = append(by[o], route.Route)
		}
	}
	for _, o := range places {
		who, need := by[o][0], "needs"
		if n := len(by[o]); n > 1 {
			who = fmt.Sprintf("%s and %d others", who, n-1)
		}
		if len(by[o]) > 1 {
			need = "need"
		}
		fmt.Fprintf(w, "\n%s: %s by %s, which perhaps %s more than is said\n", o.At, o.What, who, need)
	}
}

// writeMatrix heads columns with names where they fit, and with letters where they do not.
func (r *routesReport) writeMatrix(w io.Writer) {
	heads := r.heads()
	var width int
	for _, route := range r.Routes {
		width = max(width, len(route.Route))
	}
	count := ""
	if r.Requests > 0 {
		count = "  requests"
	}
	fmt.Fprintf(w, "\n%-*s%s", width, "route", count)
	for _, h := range heads {
		fmt.Fprintf(w, "  %s", h.text)
	}
	fmt.Fprintln(w)
	for _, route := range r.Routes {
		line := fmt.Sprintf("%-*s", width, route.Route)
		if r.Requests > 0 {
			line += fmt.Sprintf("%10d", route.Requests)
		}
		for _, h := range heads {
			mark := "-"
			if slices.Contains(route.Needs, h.name) {
				mark = "X"
			}
			line += fmt.Sprintf("  %*s", (len(h.text)+1)/2, mark) + strings.Repeat(" ", len(h.text)-(len(h.text)+1)/2)
		}
		if len(route.Opens) > 0 {
			line += "  and more?"
		}
		fmt.Fprintln(w, strings.TrimRight(line, " "))
	}
}

type head struct{ name, text string }

func (r *routesReport) heads() (heads []head) {
	width := 0
	for _, route := range r.Routes {
		width = max(width, len(route.Route))
	}
	for _, d := range r.Dependencies {
		if !d.Every {
			heads = append(heads, head{d.Name, d.Name})
			width += len(d.Name) + 2
		}
	}
	if r.Requests > 0 {
		width += len("  requests")
	}
	if width > pageWidth {
		for i := range heads {
			heads[i].text = letter(i)
		}
	}
	return heads
}

// letter counts a, b, …, z, aa, ab, …
func letter(i int) string {
	if i >= 26 {
		return letter(i/26-1) + letter(i%26)
	}
	return string(rune('a' + i))
}

func (r *routesReport) writeDependencies(w io.Writer) {
	fmt.Fprintln(w)
	if len(r.Dependencies) == 0 {
		fmt.Fprintln(w, "no dependencies besides the standard library")
		return
	}
	heads := r.heads()
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprint(t, "dependency\tneeded by\tMB")
	if r.Measured {
		fmt.Fprint(t, "\tinit ms\tinit kB\tallocs")
	}
	fmt.Fprintln(t)
	for _, d := range r.Dependencies {
		name := d.Name
		for _, h := range heads {
			if h.name == d.Name && h.text != d.Name {
				name = h.text + " = " + d.Name
			}
		}
		by := "every request"
		if !d.Every {
			by = counted(d.Routes, "route")
		}
		size := "?"
		if d.Bytes != nil {
			size = mega(*d.Bytes)
		}
		fmt.Fprintf(t, "%s\t%s\t%s", name, by, size)
		if d.Init != nil {
			fmt.Fprintf(t, "\t%.2f\t%.1f\t%d", d.Init.Ms, float64(d.Init.Bytes)/1000, d.Init.Allocs)
		}
		fmt.Fprintln(t)
	}
	t.Flush()
}

func (r *routesReport) writeGroups(w io.Writer) {
	fmt.Fprintln(w)
	if len(r.Groups) == 1 {
		fmt.Fprintln(w, "one group: all routes need the same clients")
		return
	}
	for _, g := range r.Groups {
		needs := "no client of its own"
		if len(g.Needs) > 0 {
			needs = list(g.Needs)
		}
		fmt.Fprintf(w, "group %s: %s with %s", g.Name, counted(len(g.Routes), "route"), needs)
		if r.Requests > 0 {
			fmt.Fprintf(w, "; %s", counted(g.Requests, "request"))
		}
		fmt.Fprintln(w)
	}
}

func (r *routesReport) writeBlocked(w io.Writer) {
	for _, b := range r.Blocked {
		if len(b.Routes) == 0 {
			fmt.Fprintf(w, "\n%s: %s %s\n", b.At, b.Kind, b.Declaration)
		} else {
			fmt.Fprintf(w, "\n%s: %s %s joins %s for %s\n", b.At, b.Kind, b.Declaration, list(b.Joins), counted(len(b.Routes), "route"))
		}
		writeWrapped(w, b.Advice)
		for _, r := range b.Lazy {
			writeWrapped(w, r.String())
		}
	}
}

// writeWrapped prints a sentence in lines of the page's width, indented.
func writeWrapped(w io.Writer, text string) {
	line := "\t"
	for word := range strings.FieldsSeq(text) {
		if len(line)+len(word) > pageWidth-8 && line != "\t" {
			fmt.Fprintln(w, strings.TrimRight(line, " "))
			line = "\t"
		}
		line += word + " "
	}
	fmt.Fprintln(w, strings.TrimRight(line, " "))
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func mega(n int64) string { return fmt.Sprintf("%.2f", float64(n)/1e6) }
