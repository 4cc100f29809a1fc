package prove

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/faaslint/faaslint/lab/host"
	"github.com/faaslint/faaslint/lab/stat"
)

// A column is a kind of time.
type column struct {
	Title string
	of    func(*Samples) []float64
}

func (r *Report) columns() []column {
	all := []column{
		{"deliver", func(s *Samples) []float64 { return s.Deliver }},
		{"compile", func(s *Samples) []float64 { return s.Compile }},
		{"ready", func(s *Samples) []float64 { return s.Ready }},
		{"/init", func(s *Samples) []float64 { return s.Init }},
		{"first", func(s *Samples) []float64 { return s.First }},
		{"cold", func(s *Samples) []float64 { return s.Cold }},
		{"warm", func(s *Samples) []float64 { return s.Warm }},
	}
	if r.Packed != host.Source {
		all = slices.Delete(all, 1, 2) // nothing is compiled
	}
	return all
}

// WriteText writes the report as tables.
func (r *Report) WriteText(w io.Writer) error {
	out := &printer{w: w}
	out.f("%s on %s (%s), %s, %s\n%d processes of each version and group, %d warm requests to each; medians in ms, ± half the 95%% interval\n\n",
		r.Package, r.Platform, r.Packed, r.Machine, r.Go, r.Cold, r.Warm)
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	r.writeVersions(t)
	if r.Cold > 0 {
		r.writeTimes(t)
		r.writeRatios(t)
		r.writeTraced(t)
		r.writeObjects(t)
	}
	out.keep(t.Flush())
	if r.NoTrace != "" {
		out.f("no traced run: %s\n\n", r.NoTrace)
	}
	r.writeChanges(out)
	out.f("\n")
	for _, c := range r.Checks {
		out.f("%-7s  %s\n", c.Verdict, c.Text)
	}
	return out.err
}

// A printer keeps the first error.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) keep(err error) {
	if p.err == nil {
		p.err = err
	}
}

func (p *printer) f(format string, args ...any) { fmt.Fprintf(p, format, args...) }

func (p *printer) Write(text []byte) (int, error) {
	if p.err != nil {
		return 0, p.err
	}
	n, err := p.w.Write(text)
	p.keep(err)
	return n, err
}

func (r *Report) writeVersions(w io.Writer) {
	fmt.Fprintln(w, "version\tbinary MB\tpackage MB\tof limit\tinit KB\tinit allocs\tinit ms\tdifferent answers\tsource")
	for _, v := range r.Versions {
		fmt.Fprintf(w, "%s\t%.2f\t%.2f\t%s\t%d\t%d\t%.2f\t%d of %d\t%s\n", v.Name, mega(v.BinaryBytes), mega(v.PackageBytes), v.LimitShare(),
			v.Init.Kilobytes(), v.Init.Allocs, v.Init.Milliseconds, v.Wrong(), v.Requests, v.Source)
	}
	fmt.Fprintln(w)
}

func mega(bytes int64) float64 { return float64(bytes) / (1 << 20) }

func (r *Report) writeTimes(w io.Writer) {
	fmt.Fprint(w, "requests\tversion")
	for _, c := range r.columns() {
		fmt.Fprint(w, "\t", c.Title)
	}
	fmt.Fprintln(w, "\tfaults")
	for _, cell := range r.Cells {
		for _, v := range r.Versions {
			s := cell.Samples[v.Name]
			fmt.Fprintf(w, "%s\t%s", cell.Name, v.Name)
			for _, c := range r.columns() {
				fmt.Fprint(w, "\t", milliseconds(stat.Summarize(c.of(s))))
			}
			fmt.Fprintf(w, "\t%.0f\n", stat.Summarize(s.Faults).Median)
		}
	}
	fmt.Fprintln(w)
}

// milliseconds writes a median and half its interval. With fewer than six values there is none.
func milliseconds(s stat.Summary) string {
	if s.N < 6 {
		return short(1e3 * s.Median)
	}
	return short(1e3*s.Median) + " ±" + short(1e3*(s.Hi-s.Lo)/2)
}

// short writes a number with three digits, or all before the point.
func short(x float64) string {
	if x >= 100 {
		return fmt.Sprintf("%.0f", x)
	}
	return fmt.Sprintf("%.3g", x)
}

func (r *Report) writeRatios(w io.Writer) {
	fmt.Fprintln(w, "requests\tbefore : after\tcold\twarm")
	for _, cell := range r.Cells {
		b, a := cell.Samples[before], cell.Samples[after]
		fmt.Fprintf(w, "%s\t\t%v\t%v\n", cell.Name, stat.Divide(b.Cold, a.Cold), stat.Divide(b.Warm, a.Warm))
	}
	fmt.Fprintln(w)
}

// A spending is a part of the time of traced requests.
type spending struct {
	Title string
	of    func(Spent) float64
}

func spendings() []spending {
	return []spending{
		{"object creation", func(s Spent) float64 { return s.Create }},
		{"connection", func(s Spent) float64 { return s.Connect }},
		{"stores", func(s Spent) float64 { return s.Store }},
		{"other execution", func(s Spent) float64 { return s.Execute }},
		{"serialisation", func(s Spent) float64 { return s.Encode }},
		{"deserialisation", func(s Spent) float64 { return s.Decode }},
	}
}

// traced reports whether there was a traced run.
func (r *Report) traced() bool { return len(r.Cells) > 0 && r.Cells[0].Traced != nil }

func (r *Report) writeTraced(w io.Writer) {
	if !r.traced() {
		return
	}
	fmt.Fprint(w, "traced, mean ms\tversion")
	for _, p := range spendings() {
		fmt.Fprint(w, "\t", p.Title)
	}
	fmt.Fprintln(w)
	for _, cell := range r.Cells {
		for _, v := range r.Versions {
			for _, line := range []struct {
				when  string
				spent Spent
			}{{"cold", cell.Traced[v.Name].Cold}, {"warm", cell.Traced[v.Name].Warm}} {
				fmt.Fprintf(w, "%s, %s\t%s", cell.Name, line.when, v.Name)
				for _, p := range spendings() {
					fmt.Fprint(w, "\t", short(1e3*p.of(line.spent)))
				}
				fmt.Fprintln(w)
			}
		}
	}
	fmt.Fprintln(w)
}

// mostObjects is how many of them are printed and drawn; the rest is in the JSON.
const mostObjects = 12

func (r *Report) writeObjects(w io.Writer) {
	if !r.traced() {
		return
	}
	fmt.Fprintln(w, "object, traced\tversion\tms once\tms cold\ttimes\tms warm\ttimes\tbuilt in")
	for _, v := range r.Versions {
		for _, o := range v.Objects[:min(mostObjects, len(v.Objects))] {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%.2g\t%s\t%.2g\t%s\n", o.Name, v.Name, short(1e3*o.Once), short(1e3*o.Cold), o.ColdTimes, short(1e3*o.Warm), o.WarmTimes, o.In)
		}
	}
	fmt.Fprintln(w)
}

func (r *Report) writeChanges(out *printer) {
	added, removed := 0, 0
	for _, c := range r.Changes {
		added += c.Added
		removed += c.Removed
	}
	out.f("before to after: %d files changed, %d lines added, %d removed\n", len(r.Changes), added, removed)
	for _, t := range r.Tactics {
		out.f("by %s: %d files changed, %d lines added, %d removed\n", t.Check, t.Files, t.Added, t.Removed)
	}
	for _, c := range r.Changes {
		out.f("  %s +%d -%d\n", c.File, c.Added, c.Removed)
	}
}

// WriteText writes the report as tables.
func (r *TroubleReport) WriteText(w io.Writer) error {
	out := &printer{w: w}
	out.f("%s on %s, %s, %s\nall versions met each freeze and outage at the same time, one instance of each; times in ms\n", r.Package, r.Platform, r.Machine, r.Go)
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	if len(r.Freezes) > 0 {
		fmt.Fprintln(t, "\nfrozen\tversion\tfailed\tlast that failed began\tfirst request\tmedian\tslowest")
	}
	for _, e := range r.Freezes {
		for _, f := range e.Fates {
			sum := count(f.After)
			fmt.Fprintf(t, "%v\t%s\t%d of %d\t%s\t%s\t%s\t%s\n", e.Asked, f.Version, sum.Failed, sum.Requests, when(sum),
				short(ms(f.After[0].Took)), short(1e3*sum.Took.Median), short(ms(sum.Slowest)))
		}
	}
	if len(r.Outages) > 0 {
		fmt.Fprintf(t, "\na request every %v, each with %v to answer\n", r.Every, r.Deadline)
		fmt.Fprintln(t, "out\tversion\trequests\terrors\tunanswered\tlongest to an error\tslowest success\tafter the return: failed\tlast that failed began\tfirst of each group")
	}
	for _, e := range r.Outages {
		for _, f := range e.Fates {
			sum, back := count(f.During), count(f.After)
			back.Last -= e.Took
			fmt.Fprintf(t, "%.1f s\t%s\t%d\t%d\t%d\t%s\t%s\t%d of %d\t%s\t%d of %d good\n", e.Took.Seconds(), f.Version, sum.Requests, sum.Failed-sum.Unanswered,
				sum.Unanswered, short(ms(sum.Longest)), short(ms(sum.Slowest)), back.Failed, back.Requests, when(back), back.First, back.Groups)
		}
	}
	out.keep(t.Flush())
	out.f("\n")
	for _, c := range r.Checks {
		out.f("%-7s  %s\n", c.Verdict, c.Text)
	}
	return out.err
}

// when says when the last request that failed began.
func when(t tally) string {
	if t.Failed == 0 {
		return "-"
	}
	return short(ms(t.Last))
}

func ms(d time.Duration) float64 { return 1e3 * d.Seconds() }
