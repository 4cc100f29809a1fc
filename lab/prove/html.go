package prove

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/go-analyze/charts"

	"github.com/faaslint/faaslint/lab/host"
	"github.com/faaslint/faaslint/lab/stat"
)

//go:embed head.html page.html split.html
var pages embed.FS

// page parses a page and what all pages begin with.
func page(name string) (*template.Template, error) {
	return template.New(name).Funcs(template.FuncMap{"mega": mega}).ParseFS(pages, name, "head.html")
}

// WriteHTML writes the report as one page with charts, which needs nothing else.
func (r *Report) WriteHTML(w io.Writer) error {
	t, err := page("page.html")
	if err != nil {
		return err
	}
	data := struct {
		*Report
		Columns     []column
		Parts       template.HTML
		Traced      template.HTML
		Objects     template.HTML
		ObjectRows  []objectRow
		Cells       []cellPage
		Added, Gone int
	}{Report: r, Columns: r.columns()}
	if len(r.Cells) > 0 {
		if data.Parts, err = r.parts(); err != nil {
			return err
		}
	}
	if r.traced() {
		if data.Traced, err = r.spending(); err != nil {
			return err
		}
		data.ObjectRows = r.objectRows()
		if data.Objects, err = r.objects(data.ObjectRows); err != nil {
			return err
		}
	}
	for _, cell := range r.Cells {
		p, err := r.cellPage(cell)
		if err != nil {
			return err
		}
		data.Cells = append(data.Cells, p)
	}
	for _, c := range r.Changes {
		data.Added += c.Added
		data.Gone += c.Removed
	}
	return t.Execute(w, data)
}

// A cellPage is what the page has of one group of requests.
type cellPage struct {
	*Cell
	Rows              []row
	ColdRatio         stat.Ratio // before : after
	WarmRatio         stat.Ratio
	Cold, Warm, Share template.HTML
}

// A row is a line of the table of times.
type row struct {
	Version string
	Times   []string
	Faults  float64
}

func (r *Report) cellPage(cell *Cell) (p cellPage, err error) {
	b, a := cell.Samples[before], cell.Samples[after]
	p = cellPage{Cell: cell, ColdRatio: stat.Divide(b.Cold, a.Cold), WarmRatio: stat.Divide(b.Warm, a.Warm)}
	for _, v := range r.Versions {
		s := cell.Samples[v.Name]
		line := row{Version: v.Name, Faults: stat.Summarize(s.Faults).Median}
		for _, c := range r.columns() {
			line.Times = append(line.Times, milliseconds(stat.Summarize(c.of(s))))
		}
		p.Rows = append(p.Rows, line)
	}
	if p.Cold, err = r.quantiles(cell, func(s *Samples) []float64 { return s.Cold }); err != nil {
		return p, err
	}
	if p.Warm, err = r.quantiles(cell, func(s *Samples) []float64 { return s.AllWarm }); err != nil {
		return p, err
	}
	p.Share, err = r.share(cell)
	return p, err
}

// names are the versions in order.
func (r *Report) names() (names []string) {
	for _, v := range r.Versions {
		names = append(names, v.Name)
	}
	return names
}

const step = 5 // percent, of an axis

// quantiles draws the distribution of a kind of times: how many percent took no longer. It ends at 95 %, since the
// scale of the slowest hides all others.
func (r *Report) quantiles(cell *Cell, of func(*Samples) []float64) (template.HTML, error) {
	var lines [][]float64
	for _, v := range r.Versions {
		sorted := slices.Sorted(slices.Values(of(cell.Samples[v.Name])))
		var line []float64
		for percent := 0; percent <= 95; percent += step {
			line = append(line, 1e3*sorted[(len(sorted)-1)*percent/100])
		}
		lines = append(lines, line)
	}
	return r.lines("% took no longer", lines)
}

// share draws what a request takes on average when a share of the requests meets a cold start: that share decides what
// a repair is worth.
func (r *Report) share(cell *Cell) (template.HTML, error) {
	var lines [][]float64
	for _, v := range r.Versions {
		s := cell.Samples[v.Name]
		cold, warm := mean(s.Cold), mean(s.AllWarm)
		var line []float64
		for percent := 0; percent <= 100; percent += step {
			p := float64(percent) / 100
			line = append(line, 1e3*(p*cold+(1-p)*warm))
		}
		lines = append(lines, line)
	}
	return r.lines("% of the requests are cold", lines)
}

func mean(values []float64) (m float64) {
	for _, v := range values {
		m += v / float64(len(values))
	}
	return m
}

// lines draws a line for each version over an axis of percents.
func (r *Report) lines(axis string, values [][]float64) (template.HTML, error) {
	o := charts.NewLineChartOptionWithData(values)
	o.Legend.SeriesNames, o.Legend.Offset = r.names(), charts.OffsetRight
	o.XAxis.Labels, o.XAxis.Title = make([]string, len(values[0])), axis
	for i := range o.XAxis.Labels {
		o.XAxis.Labels[i] = fmt.Sprint(i * step)
	}
	o.XAxis.LabelCount = 6
	o.XAxis.BoundaryGap = charts.Ptr(false)
	o.YAxis[0].Min = charts.Ptr(0.0)
	o.Symbol.Shape = charts.SymbolNone
	o.ValueFormatter = short
	p := newPainter(460, 300)
	if err := p.LineChart(o); err != nil {
		return "", fmt.Errorf("draw %q: %w", axis, err)
	}
	return svg(p)
}

// parts draws what cold starts consist of, for each version, by the medians.
func (r *Report) parts() (template.HTML, error) {
	var labels []string
	names := []string{"deliver", "compile", "spawn to ready", "first request"}
	values := make([][]float64, len(names))
	for _, cell := range r.Cells {
		for _, v := range r.Versions {
			s := cell.Samples[v.Name]
			labels = append(labels, cell.Name+", "+v.Name)
			for i, part := range [][]float64{s.Deliver, s.Compile, s.Ready, s.First} {
				values[i] = append(values[i], 1e3*stat.Summarize(part).Median)
			}
		}
	}
	if r.Packed != host.Source {
		names, values = slices.Delete(names, 1, 2), slices.Delete(values, 1, 2) // nothing is compiled
	}
	return bars(labels, names, values)
}

// spending draws what cold and warm requests consist of, from the traced run.
func (r *Report) spending() (template.HTML, error) {
	var labels, names []string
	values := make([][]float64, len(spendings()))
	for _, p := range spendings() {
		names = append(names, p.Title)
	}
	for _, cell := range r.Cells {
		for _, v := range r.Versions {
			t := cell.Traced[v.Name]
			labels = append(labels, cell.Name+", "+v.Name+", cold", "warm")
			for i, p := range spendings() {
				values[i] = append(values[i], 1e3*p.of(t.Cold), 1e3*p.of(t.Warm))
			}
		}
	}
	return bars(labels, names, values)
}

// An objectRow is an object and what it takes in the versions before and after.
type objectRow struct {
	Name, In      string
	Once          string // ms
	Before, After Object
}

// objectRows lists the dearest objects of the version before, with those of the version after beside them. A repair may
// build an object in another function, under the same name; where one function of several builds it no more, that is 0.
func (r *Report) objectRows() (rows []objectRow) {
	find := func(version, name string) (sum Object) {
		for _, o := range r.Version(version).Objects {
			if o.Name == name {
				sum.Cold, sum.ColdTimes = sum.Cold+o.Cold, sum.ColdTimes+o.ColdTimes
				sum.Warm, sum.WarmTimes = sum.Warm+o.Warm, sum.WarmTimes+o.WarmTimes
			}
		}
		return sum
	}
	seen := map[string]bool{}
	for _, version := range []string{before, after} {
		for _, o := range r.Version(version).Objects {
			if seen[o.Name] || len(rows) == mostObjects {
				continue
			}
			seen[o.Name] = true
			rows = append(rows, objectRow{o.Name, o.In, short(1e3 * o.Once), find(before, o.Name), find(after, o.Name)})
		}
	}
	return rows
}

// Milliseconds writes what an object takes, and how often it is built.
func (o objectRow) Milliseconds(seconds, times float64) string {
	if times == 0 {
		return "–"
	}
	return fmt.Sprintf("%s (%.2g ×)", short(1e3*seconds), times)
}

// objects draws what objects take in one cold start and one warm request.
func (r *Report) objects(rows []objectRow) (template.HTML, error) {
	var labels []string
	values := make([][]float64, 2)
	for _, row := range rows {
		for _, version := range []struct {
			name string
			o    Object
		}{{before, row.Before}, {after, row.After}} {
			labels = append(labels, row.Name+", "+version.name)
			values[0] = append(values[0], 1e3*version.o.Cold)
			values[1] = append(values[1], 1e3*version.o.Warm)
		}
	}
	return bars(labels, []string{"cold start", "each warm request"}, values)
}

// bars draws a stacked bar for each label, the first at the top.
func bars(labels, names []string, values [][]float64) (template.HTML, error) {
	for i := range values {
		values[i] = slices.Clone(values[i])
		slices.Reverse(values[i]) // the first is drawn at the bottom
	}
	labels = slices.Clone(labels)
	slices.Reverse(labels)
	for i := range labels {
		labels[i] += "\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0" // the axis is drawn over the end
	}
	o := charts.NewBarChartOptionWithData(values)
	o.Horizontal, o.StackSeries = true, charts.Ptr(true)
	o.Legend.SeriesNames, o.Legend.Offset = names, charts.OffsetRight
	o.CategoryAxis.Labels = labels
	// Left to itself, the library begins an axis below zero at times.
	most := roundUp(longest(values))
	o.ValueAxis[0].Min, o.ValueAxis[0].Max, o.ValueAxis[0].LabelCount = charts.Ptr(0.0), charts.Ptr(most), 6
	o.ValueFormatter = short
	p := newPainter(1000, 100+26*len(labels))
	if err := p.BarChart(o); err != nil {
		return "", fmt.Errorf("draw %q: %w", names, err)
	}
	return svg(p)
}

// longest is the length of the longest stack.
func longest(values [][]float64) (most float64) {
	for i := range values[0] {
		sum := 0.0
		for _, part := range values {
			sum += part[i]
		}
		most = max(most, sum)
	}
	return most
}

// roundUp returns the next number whose fifth is 1, 2, 3, 4, 5, 6, 8 or 10 times a power of ten: it makes an axis with five
// even steps.
func roundUp(x float64) float64 {
	if x <= 0 {
		return 1
	}
	unit := 5 * math.Pow(10, math.Floor(math.Log10(x/5)))
	for _, m := range []float64{1, 2, 3, 4, 5, 6, 8} {
		if x <= m*unit {
			return m * unit
		}
	}
	return 10 * unit
}

func newPainter(width, height int) *charts.Painter {
	return charts.NewPainter(charts.PainterOptions{OutputFormat: charts.ChartOutputSVG, Width: width, Height: height})
}

// svg is safe to put into the page: the library writes it, and what comes from us are numbers and names, which it escapes.
func svg(p *charts.Painter) (template.HTML, error) {
	text, err := p.Bytes()
	if err != nil {
		return "", err
	}
	_, inner, found := strings.Cut(string(text), "<svg")
	if !found {
		return "", fmt.Errorf("the chart library wrote no svg: %.100q", text)
	}
	return template.HTML("<svg" + inner), nil
}
