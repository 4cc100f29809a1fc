package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

// A row is what happened to one module. Pairs are before and after the repair.
type row struct {
	module     string
	status     int            // of faaslint -json
	findings   map[string]int // by analyzer
	load       string         // what faaslint -json said on stderr
	err        error
	fix        summary
	build, vet [2][]string // complaints
	passed     [2][]string // tests
	broken     []string    // tests that passed before
	touched    []string    // files
	lost       []lost
	again      []string // files that a second run changed
}

func (r *row) found() (n int) {
	for _, k := range r.findings {
		n += k
	}
	return n
}

// missed counts the lost comments that nothing excuses.
func (r *row) missed() (n int) {
	for _, l := range r.lost {
		if !l.excused {
			n++
		}
	}
	return n
}

// worse says whether the repair did harm.
func (r *row) worse() bool {
	return len(minus(r.build[1], r.build[0]))+len(minus(r.vet[1], r.vet[0]))+len(r.broken)+r.missed()+len(r.again) > 0
}

func header(fix bool) []string {
	h := []string{"module", "exit", "findings", "by analyzer"}
	if fix {
		h = append(h, "attempted", "applied", "refused", "files", "build", "vet", "tests", "broken", "comments lost", "second run")
	}
	return append(h, "problem")
}

func (r *row) cells(fix bool) []string {
	var kinds []string
	for _, name := range slices.Sorted(maps.Keys(r.findings)) {
		kinds = append(kinds, fmt.Sprintf("%s %d", name, r.findings[name]))
	}
	c := []string{r.module, strconv.Itoa(r.status), strconv.Itoa(r.found()), strings.Join(kinds, ", ")}
	if fix {
		refused := strconv.Itoa(r.fix.left)
		if r.fix.codes != "" {
			refused += " (" + r.fix.codes + ")"
		}
		c = append(c, strconv.Itoa(r.fix.tried()), strconv.Itoa(r.fix.fixed), refused, strconv.Itoa(len(r.touched)),
			pair(r.build), pair(r.vet), pair(r.passed), strconv.Itoa(len(r.broken)), strconv.Itoa(r.missed()), strconv.Itoa(len(r.again)))
	}
	problem := ""
	if r.err != nil {
		problem, _, _ = strings.Cut(r.err.Error(), "\n")
	} else if r.status == 2 {
		problem = last(r.load)
	}
	return append(c, strings.ReplaceAll(problem, "\t", " "))
}

func pair(p [2][]string) string { return fmt.Sprintf("%d→%d", len(p[0]), len(p[1])) }

// report prints the table and below it, by module, everything that is worse than before; status is that of the program.
func report(out io.Writer, rows []*row, fix bool) (status int, err error) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, strings.Join(header(fix), "\t"))
	for _, r := range rows {
		fmt.Fprintln(w, strings.Join(r.cells(fix), "\t"))
	}
	total(w, rows, fix)
	if err := w.Flush(); err != nil {
		return 0, err
	}
	for _, r := range rows {
		r.details(out)
		switch {
		case r.err != nil:
			status = 2
		case r.worse():
			status = max(status, 1)
		}
	}
	return status, nil
}

func total(w io.Writer, rows []*row, fix bool) {
	found, attempted, applied, left := 0, 0, 0, 0
	for _, r := range rows {
		found += r.found()
		attempted, applied, left = attempted+r.fix.tried(), applied+r.fix.fixed, left+r.fix.left
	}
	fmt.Fprintf(w, "all %d\t\t%d\t", len(rows), found)
	if fix {
		fmt.Fprintf(w, "\t%d\t%d\t%d", attempted, applied, left)
	}
	fmt.Fprintln(w)
}

// details lists what a reader must look at. Comments that are excused are listed too: the excuse is only a guess.
func (r *row) details(out io.Writer) {
	list := func(what string, lines []string) {
		for _, line := range lines {
			fmt.Fprintf(out, "%s: %s: %s\n", r.module, what, line)
		}
	}
	if r.err != nil {
		list("problem", []string{r.err.Error()})
	}
	list("new from go build", minus(r.build[1], r.build[0]))
	list("new from go vet", minus(r.vet[1], r.vet[0]))
	list("test no longer passes", r.broken)
	for _, l := range r.lost {
		what := "comment lost"
		if l.excused {
			what = "comment lost beside a removed defer"
		}
		list(what, []string{l.String()})
	}
	list("edited again by a second run", r.again)
}

func tsv(rows []*row, fix bool) string {
	var b strings.Builder
	fmt.Fprintln(&b, strings.Join(header(fix), "\t"))
	for _, r := range rows {
		fmt.Fprintln(&b, strings.Join(r.cells(fix), "\t"))
	}
	return b.String()
}
