package prove

import (
	"fmt"
	"html/template"
	"io"
	"math"
	"text/tabwriter"

	"github.com/faaslint/faaslint/lab/stat"
)

// WriteJSON writes the report with all samples.
func (r *SplitReport) WriteJSON(w io.Writer) error { return writeJSON(w, r) }

// A splitRow is a line of a table of the report.
type splitRow struct {
	Name, Split string
	Numbers     []string
}

// weightHeads are the columns of weights.
var weightHeads = []string{"routes", "binary MB", "package MB", "init KB", "init allocs", "init ms"}

// weights is what the parts are made of.
func (r *SplitReport) weights() (rows []splitRow) {
	for _, p := range r.Parts {
		rows = append(rows, splitRow{p.Name, p.by(), []string{
			fmt.Sprint(p.Routes), fmt.Sprintf("%.2f", mega(p.BinaryBytes)), fmt.Sprintf("%.2f", mega(p.PackageBytes)),
			scaled(stat.Summarize(p.InitBytes), 1.0/(1<<10)), scaled(stat.Summarize(p.InitAllocs), 1), milliseconds(stat.Summarize(p.InitTime)),
		}})
	}
	return rows
}

func (p *Part) by() string {
	if p.Split == "" {
		return "-"
	}
	return p.Split
}

// scaled writes a median and half its interval.
func scaled(s stat.Summary, by float64) string {
	text := fmt.Sprintf("%.0f", s.Median*by)
	if s.N >= 6 {
		text += fmt.Sprintf(" ±%.0f", (s.Hi-s.Lo)*by/2)
	}
	return text
}

// times are those of a cell, with the ratios of the whole to each function behind them.
func (r *SplitReport) times(cell *Cell) (rows []splitRow) {
	for _, p := range r.timed(cell) {
		row := splitRow{Name: p.Name, Split: p.by()}
		for _, c := range r.columns() {
			row.Numbers = append(row.Numbers, milliseconds(stat.Summarize(c.of(cell.Samples[p.Name]))))
		}
		for _, c := range r.judged() {
			row.Numbers = append(row.Numbers, over(stat.Divide(c.of(cell.Samples[whole]), c.of(cell.Samples[p.Name])), p.Name))
		}
		rows = append(rows, row)
	}
	return rows
}

func over(r stat.Ratio, name string) string {
	switch {
	case name == whole:
		return "-"
	case math.IsInf(r.Hi, 1):
		return fmt.Sprintf("%.2f", r.Center) // too few for an interval
	}
	return r.String()
}

func (r *SplitReport) timeHeads() (heads []string) {
	for _, c := range r.columns() {
		heads = append(heads, c.Title)
	}
	for _, c := range r.judged() {
		heads = append(heads, c.Title+", whole : this")
	}
	return heads
}

// WriteText writes the report as tables.
func (r *SplitReport) WriteText(w io.Writer) error {
	out := &printer{w: w}
	out.f("%s on %s (%s), split; %s, %s\n%d processes of each function and group, in turn; medians in ms, ± half the 95%% interval\n\n",
		r.Package, r.Platform, r.Packed, r.Machine, r.Go, r.Cold)
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	line := func(first, second string, words []string) {
		fmt.Fprintf(t, "%s\t%s", first, second)
		for _, word := range words {
			fmt.Fprintf(t, "\t%s", word)
		}
		fmt.Fprintln(t)
	}
	line("function", "split", weightHeads)
	for _, row := range r.weights() {
		line(row.Name, row.Split, row.Numbers)
	}
	fmt.Fprintln(t)
	line("requests", "function", r.timeHeads())
	for _, cell := range r.Cells {
		for _, row := range r.times(cell) {
			line(cell.Name, row.Name, row.Numbers)
		}
	}
	out.keep(t.Flush())
	out.f("\n")
	for _, c := range r.Checks {
		out.f("%-7s  %s\n", c.Verdict, c.Text)
	}
	return out.err
}

// WriteHTML writes the report as one page with charts, which needs nothing else.
func (r *SplitReport) WriteHTML(w io.Writer) error {
	t, err := page("split.html")
	if err != nil {
		return err
	}
	type cellTable struct {
		*Cell
		Rows []splitRow
	}
	data := struct {
		*SplitReport
		WeightHeads, TimeHeads []string
		Weights                []splitRow
		Tables                 []cellTable
		Bytes, Starts          template.HTML
	}{SplitReport: r, WeightHeads: weightHeads, TimeHeads: r.timeHeads(), Weights: r.weights()}
	for _, cell := range r.Cells {
		data.Tables = append(data.Tables, cellTable{cell, r.times(cell)})
	}
	if data.Bytes, err = r.drawBytes(); err != nil {
		return err
	}
	if data.Starts, err = r.drawStarts(); err != nil {
		return err
	}
	return t.Execute(w, data)
}

// drawBytes draws what is delivered, and what that unpacks to.
func (r *SplitReport) drawBytes() (template.HTML, error) {
	var labels []string
	values := make([][]float64, 2)
	for _, p := range r.Parts {
		labels = append(labels, p.Name)
		values[0] = append(values[0], mega(p.PackageBytes))
		values[1] = append(values[1], mega(p.BinaryBytes-p.PackageBytes))
	}
	return bars(labels, []string{"package, MB", "rest of the binary"}, values)
}

// drawStarts draws what a start consists of.
func (r *SplitReport) drawStarts() (template.HTML, error) {
	var labels []string
	values := make([][]float64, 3)
	for _, cell := range r.Cells {
		for _, p := range r.timed(cell) {
			s := cell.Samples[p.Name]
			labels = append(labels, cell.Name+", "+p.Name)
			for i, part := range [][]float64{s.Deliver, s.Ready, s.First} {
				values[i] = append(values[i], 1e3*stat.Summarize(part).Median)
			}
		}
	}
	return bars(labels, []string{"deliver", "spawn to ready", "first request"}, values)
}
