// Package series filters and aggregates time series.
package series

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"time"

	"github.com/faaslint/faaslint/examples/opensense/model"
)

// A Query says which values of a sensor are wanted, and how condensed.
type Query struct {
	From, To           time.Time // both inclusive; zero means open
	MinValue, MaxValue *float64  // both inclusive
	Type               string    // min, max, avg, sum or count; "" for the values themselves
	Every              time.Duration
}

// Apply returns the values of the query. Values must be ordered by time and lie between From and To.
// MinValue and MaxValue choose what is aggregated; they do not look at the aggregates.
func (q Query) Apply(values []model.Value) []model.Value {
	kept := make([]model.Value, 0, len(values))
	for _, v := range values {
		if q.MinValue != nil && float64(v.NumberValue) < *q.MinValue || q.MaxValue != nil && float64(v.NumberValue) > *q.MaxValue {
			continue
		}
		kept = append(kept, v)
	}
	if q.Type == "" {
		return kept
	}
	return q.aggregate(kept)
}

// aggregate condenses the values of each interval to one, with the time of the interval's beginning. Intervals are
// counted from 1970, so that P1D is a day in UTC; an empty one has no value. Without a range all values are one
// interval, which begins with the first.
func (q Query) aggregate(values []model.Value) []model.Value {
	out := []model.Value{}
	for len(values) > 0 {
		begin, n := values[0].Timestamp.Time, len(values)
		if q.Every > 0 {
			begin = floor(begin, q.Every)
			for n = 1; n < len(values) && values[n].Timestamp.Before(begin.Add(q.Every)); n++ {
			}
		}
		number := condense(q.Type, values[:n])
		out = append(out, model.Value{Timestamp: model.Timestamp{Time: begin}, NumberValue: model.Double(number)})
		values = values[n:]
	}
	return out
}

// floor is Truncate, but counts from 1970 rather than from year 1.
func floor(t time.Time, every time.Duration) time.Time {
	ms, step := t.UnixMilli(), every.Milliseconds()
	ms -= (ms%step + step) % step
	return time.UnixMilli(ms).UTC()
}

func condense(kind string, values []model.Value) float64 {
	lo, hi, sum := math.Inf(1), math.Inf(-1), 0.0
	for _, v := range values {
		number := float64(v.NumberValue)
		lo, hi, sum = min(lo, number), max(hi, number), sum+number
	}
	switch kind {
	case "min":
		return lo
	case "max":
		return hi
	case "sum":
		return sum
	case "count":
		return float64(len(values))
	}
	return sum / float64(len(values))
}

// ParseType checks the name of an aggregation.
func ParseType(s string) (string, error) {
	switch s {
	case "min", "max", "avg", "sum", "count":
		return s, nil
	case "mean", "average":
		return "avg", nil
	}
	return "", fmt.Errorf("want min, max, avg, sum or count, got %q", s)
}

// ParseRange reads the length of an interval: a number of seconds, or an ISO 8601 duration of weeks, days, hours,
// minutes and seconds, such as PT15M or P1DT12H. Months and years, which have no fixed length, are not known.
func ParseRange(s string) (time.Duration, error) {
	iso := regexp.MustCompile(`^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$`)
	units := []time.Duration{7 * 24 * time.Hour, 24 * time.Hour, time.Hour, time.Minute, time.Second}
	var total time.Duration
	if seconds, err := strconv.Atoi(s); err == nil && seconds < 1<<31 {
		total = time.Duration(seconds) * time.Second
	} else if m := iso.FindStringSubmatch(s); m != nil {
		for i, unit := range units {
			n, _ := strconv.Atoi(m[i+1]) // "" is 0
			if n > 1e5 {
				return 0, fmt.Errorf("%s is too long", s)
			}
			total += time.Duration(n) * unit
		}
	}
	if total <= 0 {
		return 0, fmt.Errorf("want seconds or a duration such as PT1H, got %q", s)
	}
	return total, nil
}
