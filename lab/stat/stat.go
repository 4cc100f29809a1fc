// Package stat says what samples of times allow to be said: medians and ratios of medians with confidence intervals.
// The statistics are those of golang.org/x/perf/benchmath, which assumes nothing of how times are distributed.
package stat

import (
	"fmt"
	"math"
	"slices"

	"golang.org/x/perf/benchmath"
)

// Confidence is that of all intervals.
const Confidence = 0.95

// A Summary is the median of a sample and its confidence interval, in the unit of the sample.
type Summary struct {
	Median float64 `json:"median"`
	Lo     float64 `json:"lo"`
	Hi     float64 `json:"hi"`
	N      int     `json:"n"`
}

// Summarize returns the median of values and its interval. Six values are the fewest that allow an interval; with
// fewer it has no bounds.
func Summarize(values []float64) Summary {
	if len(values) == 0 {
		return Summary{Median: math.NaN(), Lo: math.Inf(-1), Hi: math.Inf(1)}
	}
	s := benchmath.AssumeNothing.Summary(sample(values), Confidence)
	return Summary{s.Center, s.Lo, s.Hi, len(values)}
}

func sample(values []float64) *benchmath.Sample {
	return benchmath.NewSample(slices.Clone(values), &benchmath.DefaultThresholds)
}

// A Ratio is one median by another. With at least Confidence the true ratio is from Lo to Hi.
type Ratio struct {
	Center float64 `json:"center"`
	Lo     float64 `json:"lo"`
	Hi     float64 `json:"hi"`
	P      float64 `json:"p"` // of the Mann-Whitney U test: how likely so much difference is by chance
}

// Divide returns the ratio of the medians of a and b, which are positive. Its interval comes from those of the medians,
// on the scale of logarithms: distances of independent estimates add by their squares (G. Y. Zou and A. Donner, Statistics
// in Medicine 27, 2008). It is tempting to take the ends of the two intervals instead, but that is so careful that a
// difference of a fifth cannot be seen with 20 processes.
func Divide(a, b []float64) Ratio {
	x, y := Summarize(a), Summarize(b)
	r := Ratio{Center: x.Median / y.Median, Lo: 0, Hi: math.Inf(1), P: 1}
	if len(a) > 0 && len(b) > 0 {
		r.P = benchmath.AssumeNothing.Compare(sample(a), sample(b)).P
	}
	if x.Lo <= 0 || y.Lo <= 0 || math.IsInf(x.Hi, 1) || math.IsInf(y.Hi, 1) {
		return r // too few for intervals
	}
	r.Lo = r.Center / math.Exp(math.Hypot(math.Log(x.Median/x.Lo), math.Log(y.Hi/y.Median)))
	r.Hi = r.Center * math.Exp(math.Hypot(math.Log(x.Hi/x.Median), math.Log(y.Median/y.Lo)))
	return r
}

func (r Ratio) String() string {
	return fmt.Sprintf("%.2f (%.2f to %.2f)", r.Center, r.Lo, r.Hi)
}

// A Verdict is what a ratio says of a limit.
type Verdict string

// The verdicts.
const (
	Within    Verdict = "ok"      // shown: the whole interval is within the limit
	Exceeded  Verdict = "FAIL"    // shown: the whole interval is beyond the limit
	Undecided Verdict = "unclear" // the limit is in the interval: more samples would tell
)

// Judge compares a ratio with the most that it may be.
func (r Ratio) Judge(limit float64) Verdict {
	switch {
	case r.Lo > limit:
		return Exceeded
	case r.Hi <= limit:
		return Within
	}
	return Undecided
}
