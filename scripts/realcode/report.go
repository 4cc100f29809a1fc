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
	ran        int         // tests that ran, and packages whose tests did not start
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
			pair(r.build), pair(r.vet), fmt.Sprintf("%s of %d", pair(r.passed), r.ran), strconv.Itoa(len(r.broken)), strconv.Itoa(r.missed()), strconv.Itoa(len(r.again)))
	}
	problem := ""
	if r.err != nil {
		problem, _, _ = strings.Cut(r.err.Error(), "\n")
	} else if r.status == 2 && r.load != "" {
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

// total prints a row that adds up all others; its exit code is the highest.
func total(w io.Writer, rows []*row, fix bool) {
	sum := &row{module: fmt.Sprintf("all %d", len(rows)), findings: make(map[string]int)}
	codes := make(map[string]int)
	for _, r := range rows {
		sum.add(r)
		for code, n := range r.fix.byCode() {
			codes[code] += n
		}
	}
	sum.fix.codes = joinCodes(codes)
	fmt.Fprintln(w, strings.Join(sum.cells(fix), "\t"))
}

func (r *row) add(o *row) {
	r.status = max(r.status, o.status)
	for name, n := range o.findings {
		r.findings[name] += n
	}
	r.fix.found += o.fix.found
	r.fix.fixed += o.fix.fixed
	r.fix.left += o.fix.left
	r.fix.hopeless += o.fix.hopeless
	for i := range 2 {
		r.build[i] = append(r.build[i], o.build[i]...)
		r.vet[i] = append(r.vet[i], o.vet[i]...)
		r.passed[i] = append(r.passed[i], o.passed[i]...)
	}
	r.ran += o.ran
	r.broken = append(r.broken, o.broken...)
	r.touched = append(r.touched, o.touched...)
	r.lost = append(r.lost, o.lost...)
	r.again = append(r.again, o.again...)
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
