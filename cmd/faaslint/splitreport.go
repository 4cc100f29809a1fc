package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// writeReport prints for each function what it is made of, how to build it, and whether it is worth it.
func (s *splitter) writeReport(w io.Writer, m *manifest) {
	fmt.Fprintf(w, "%s: %s, %s MB", m.Program, counted(len(s.whole.Rows), "route"), mega(m.Bytes))
	if m.Init != nil {
		fmt.Fprintf(w, ", init %.1f ms, %.0f kB, %d allocations", m.Init.Ms, float64(m.Init.Bytes)/1000, m.Init.Allocs)
	}
	fmt.Fprintln(w)
	for _, f := range m.Functions {
		fmt.Fprintf(w, "\nfunction %s: %s, %s MB", f.Name, counted(len(f.Routes), "route"), mega(f.Bytes))
		if f.Init != nil {
			fmt.Fprintf(w, ", init %.1f ms, %.0f kB, %d allocations", f.Init.Ms, float64(f.Init.Bytes)/1000, f.Init.Allocs)
		}
		fmt.Fprintln(w)
		writeWrapped(w, f.Worth)
		for _, r := range f.Routes {
			if r.Shared != "" {
				writeWrapped(w, r.name+" is in each function, for it cannot be left out: "+r.Shared)
			}
			for _, o := range r.Opens {
				writeWrapped(w, o.At+": "+o.What+" by "+r.name+": what is reached there may be of another function, and then it is missing here")
			}
		}
		for _, text := range f.Kept {
			writeWrapped(w, "it still imports "+text)
		}
		writeDeps(w, f.Dependencies)
		if f.Overlay != "" {
			fmt.Fprintf(w, "\tgo build -overlay=%s -o %s %s\n", f.Overlay, f.Name, f.Package)
		} else {
			fmt.Fprintf(w, "\tgo build -o %s %s\n", f.Name, f.Package)
		}
	}
	for _, u := range s.openAPI().Unsaid {
		fmt.Fprintf(w, "\n%s of function %s is not in openapi.json: %s\n", u.Route, u.Function, u.Why)
	}
	r := &routesReport{Blocked: m.Blocked}
	r.writeBlocked(w)
}

// writeDeps prints what each dependency adds to this function.
func writeDeps(w io.Writer, deps []*depReport) {
	var buf bytes.Buffer
	t := tabwriter.NewWriter(&buf, 0, 8, 2, ' ', 0)
	for _, d := range deps {
		fmt.Fprintf(t, "%s", d.Name)
		if d.Bytes != nil {
			fmt.Fprintf(t, "\t%s MB", mega(*d.Bytes))
		}
		if d.Init != nil {
			fmt.Fprintf(t, "\t%.2f ms\t%.1f kB\t%d allocations", d.Init.Ms, float64(d.Init.Bytes)/1000, d.Init.Allocs)
		}
		fmt.Fprintln(t)
	}
	t.Flush()
	for line := range strings.Lines(buf.String()) {
		fmt.Fprintf(w, "\t%s", line)
	}
}
