package prove

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"runtime"

	"golang.org/x/perf/benchfmt"

	"github.com/faaslint/faaslint/faas/replay"
	"github.com/faaslint/faaslint/lab/build"
	"github.com/faaslint/faaslint/lab/host"
	"github.com/faaslint/faaslint/lab/stat"
)

// A Report is what a run has shown. Times are in seconds.
type Report struct {
	Platform host.Platform  `json:"platform"`
	Package  string         `json:"package"`
	Packed   host.Package   `json:"packed"`
	Machine  string         `json:"machine"`
	Go       string         `json:"go"`
	Cold     int            `json:"cold"` // processes for each cell and version
	Warm     int            `json:"warm"` // requests to each after the first
	Versions []*Version     `json:"versions"`
	Cells    []*Cell        `json:"cells"`
	NoTrace  string         `json:"noTrace,omitempty"` // why there was no traced run
	Changes  []build.Change `json:"changes"`           // from before to after
	Tactics  []Tactic       `json:"tactics"`           // what each check of faaslint changed, if it made the version after
	Left     string         `json:"left,omitempty"`    // findings that -fix left alone
	Race     *Race          `json:"race,omitempty"`
	Checks   []Check        `json:"checks"`
	limit    float64
}

// A Tactic is what a check of faaslint costs to develop: what its fixes change.
type Tactic struct {
	Check   string `json:"check"`
	Files   int    `json:"files"`
	Added   int    `json:"added"`
	Removed int    `json:"removed"`
}

// A Version is one build of the function.
type Version struct {
	Name         string              `json:"name"` // before, after or baseline
	Source       string              `json:"source"`
	Package      string              `json:"package"`
	BinaryBytes  int64               `json:"binaryBytes"`
	PackageBytes int64               `json:"packageBytes"`
	CodeLimit    int64               `json:"codeLimit,omitempty"` // of the platform, for the package
	Init         Init                `json:"init"`
	Objects      []Object            `json:"objects"`  // that it builds, the dearest first, from a traced run
	Requests     int                 `json:"requests"` // that were replayed
	Differences  []replay.Difference `json:"differences"`
	Log          string              `json:"-"` // what it wrote in the replay
}

// A Cell is a group of requests and how long each version takes for it.
type Cell struct {
	Name     string              `json:"name"`
	Requests int                 `json:"requests"` // different ones
	Samples  map[string]*Samples `json:"samples"`  // by the version's name
	Traced   map[string]*Traced  `json:"traced,omitempty"`
}

// Samples are the times of one version, a value for each process.
type Samples struct {
	Deliver []float64 `json:"deliver"` // JSON, base64, unzip, write
	Compile []float64 `json:"compile"` // of source, in /init
	Ready   []float64 `json:"ready"`   // spawn to ready
	Init    []float64 `json:"init"`    // deliver, compile and ready
	First   []float64 `json:"first"`   // the first request
	Cold    []float64 `json:"cold"`    // spawn to the first answer
	Warm    []float64 `json:"warm"`    // the median of the further requests
	AllWarm []float64 `json:"allWarm"` // each of them
	Faults  []float64 `json:"faults"`  // page faults up to the first answer
	Failed  int       `json:"failed"`  // timed requests whose status was another than recorded
}

// A Check is one thing that must hold.
type Check struct {
	Version string       `json:"version"` // whose
	Verdict stat.Verdict `json:"verdict"`
	Text    string       `json:"text"`
	*Compared
}

// Compared is what a check of times compares. Without enough processes for an interval there is none.
type Compared struct {
	Cell  string     `json:"cell"`
	What  string     `json:"what"` // warm or cold
	By    string     `json:"by"`   // the version that it is measured by
	Ratio stat.Ratio `json:"ratio"`
}

func newReport(c Config) *Report {
	packed := c.Function.Package
	if packed == "" {
		packed = host.Zip
		if c.Function.Platform == host.HTTP {
			packed = host.Image
		}
	}
	return &Report{
		Platform: c.Function.Platform, Package: c.Package, Packed: packed, Machine: machine(), Go: runtime.Version(),
		Cold: c.Cold, Warm: c.Warm, limit: c.Limit,
	}
}

// judge makes the checks: answers, and times by those of the version before, and of the baseline.
func (r *Report) judge() {
	for _, v := range r.Versions {
		r.judgeAnswers(v)
	}
	for _, v := range r.Versions {
		if v.Name == after {
			r.judgeTimes(v.Name, before)
		}
	}
	r.judgeRace()
	if r.Version(baseline) != nil {
		r.judgeTimes(before, baseline)
		r.judgeTimes(after, baseline)
	}
}

// Version returns the version of a name: before, after or baseline; nil if there is none.
func (r *Report) Version(name string) *Version {
	for _, v := range r.Versions {
		if v.Name == name {
			return v
		}
	}
	return nil
}

// LimitShare is how much of the platform's limit the package takes.
func (v *Version) LimitShare() string {
	if v.CodeLimit == 0 {
		return "-"
	}
	return fmt.Sprintf("%.0f %%", 100*float64(v.PackageBytes)/float64(v.CodeLimit))
}

// Wrong is how many requests are answered otherwise than recorded.
func (v *Version) Wrong() int {
	requests := map[int]bool{}
	for _, d := range v.Differences {
		requests[d.Request] = true
	}
	return len(requests)
}

func (r *Report) judgeAnswers(v *Version) {
	c := Check{Version: v.Name, Verdict: stat.Within, Text: fmt.Sprintf("%s gives the recorded answers to all %d requests", v.Name, v.Requests)}
	if v.Wrong() > 0 {
		c.Verdict = stat.Exceeded
		c.Text = fmt.Sprintf("%s answers %d of %d requests otherwise than recorded; the first: %v", v.Name, v.Wrong(), v.Requests, v.Differences[0])
	}
	r.Checks = append(r.Checks, c)
	for _, cell := range r.Cells {
		if n := cell.Samples[v.Name].Failed; n > 0 {
			text := fmt.Sprintf("%s: %s answers %d of %d timed requests with another status than recorded: its times mean little", cell.Name, v.Name, n, r.Cold*(1+r.Warm))
			r.Checks = append(r.Checks, Check{Version: v.Name, Verdict: stat.Exceeded, Text: text})
		}
	}
}

// judgeTimes compares a version with what it is measured by, warm and cold in each cell.
func (r *Report) judgeTimes(name, by string) {
	for _, cell := range r.Cells {
		for _, k := range []struct {
			what string
			of   func(*Samples) []float64
		}{
			{"warm", func(s *Samples) []float64 { return s.Warm }},
			{"cold", func(s *Samples) []float64 { return s.Cold }},
		} {
			ratio := stat.Divide(k.of(cell.Samples[name]), k.of(cell.Samples[by]))
			verdict := ratio.Judge(r.limit)
			c := Check{Version: name, Verdict: verdict, Text: sentence(cell.Name, k.what, name, by, ratio, verdict, r.limit)}
			if !math.IsInf(ratio.Hi, 1) {
				c.Compared = &Compared{cell.Name, k.what, by, ratio}
			}
			r.Checks = append(r.Checks, c)
		}
	}
}

func sentence(cell, what, name, by string, ratio stat.Ratio, verdict stat.Verdict, limit float64) string {
	text := fmt.Sprintf("%s, %s: %s takes %.2f times as long as %s (95%% sure: %.2f to %.2f)", cell, what, name, ratio.Center, by, ratio.Lo, ratio.Hi)
	switch verdict {
	case stat.Within:
		return text + fmt.Sprintf(", within the limit of %.2f", limit)
	case stat.Exceeded:
		return text + fmt.Sprintf(", which is more than the limit of %.2f", limit)
	}
	return text + fmt.Sprintf("; whether that is within %.2f, more processes would tell", limit)
}

// Failed reports whether a check of the version after failed: that is what is to be shown. The version before fails
// where there was something to repair.
func (r *Report) Failed() bool {
	for _, c := range r.Checks {
		if c.Version == after && c.Verdict == stat.Exceeded {
			return true
		}
	}
	return false
}

// WriteJSON writes the report with all samples.
func (r *Report) WriteJSON(w io.Writer) error { return writeJSON(w, r) }

func writeJSON(w io.Writer, report any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "\t")
	return enc.Encode(report)
}

// WriteBench writes the samples in the Go benchmark format: benchstat -col /version FILE compares the versions.
func (r *Report) WriteBench(w io.Writer) error {
	out := benchfmt.NewWriter(w)
	for _, cell := range r.Cells {
		for _, v := range r.Versions {
			s := cell.Samples[v.Name]
			for _, kind := range []struct {
				name   string
				values []float64
			}{{"Cold", s.Cold}, {"Init", s.Init}, {"First", s.First}, {"Warm", s.AllWarm}} {
				name := fmt.Sprintf("%s/host=%s/cell=%s/version=%s", kind.name, r.Platform, benchName(cell.Name), v.Name)
				for _, seconds := range kind.values {
					result := &benchfmt.Result{
						Config: []benchfmt.Config{{Key: "cpu", Value: []byte(r.Machine), File: true}, {Key: "pkg", Value: []byte(r.Package), File: true}},
						Name:   benchfmt.Name(name), Iters: 1, Values: []benchfmt.Value{{Value: seconds, Unit: "sec/op"}},
					}
					if err := out.Write(result); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// benchName is a name without what means something in a benchmark's name.
func benchName(name string) string {
	out := []rune(name)
	for i, c := range out {
		if c == ' ' || c == '/' || c == '=' || c == '-' {
			out[i] = '_'
		}
	}
	return string(out)
}
