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
func Summarize(values []float64) Summary { return summarize(values, Confidence) }

func summarize(values []float64, confidence float64) Summary {
	if len(values) == 0 {
		return Summary{Median: math.NaN(), Lo: math.Inf(-1), Hi: math.Inf(1)}
	}
	s := benchmath.AssumeNothing.Summary(sample(values), confidence)
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

// Divide returns the ratio of the medians of a and b, which are positive. The interval is a careful one: it holds when
// both medians are in theirs, each of which fails in half the cases that the ratio's may fail in.
func Divide(a, b []float64) Ratio {
	const each = 1 - (1-Confidence)/2
	x, y := summarize(a, each), summarize(b, each)
	r := Ratio{Center: x.Median / y.Median, Lo: 0, Hi: math.Inf(1), P: 1}
	if x.Lo > 0 && !math.IsInf(y.Hi, 1) {
		r.Lo = x.Lo / y.Hi
	}
	if y.Lo > 0 {
		r.Hi = x.Hi / y.Lo
	}
	if len(a) > 0 && len(b) > 0 {
		r.P = benchmath.AssumeNothing.Compare(sample(a), sample(b)).P
	}
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
