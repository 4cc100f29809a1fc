package prove

import (
	"testing"
	"time"

	"github.com/faaslint/faaslint/trace"
	"github.com/faaslint/faaslint/trace/report"
)

// TestSpent has a request that waits for a connection which another goroutine makes, and one that makes it itself: both
// spend a tenth of a second on it, and nothing twice.
func TestSpent(t *testing.T) {
	const m = time.Millisecond
	zero := time.Unix(1_700_000_000, 0)
	span := func(process string, id, parent, goroutine uint64, kind trace.Kind, begin, length time.Duration) report.Span {
		return report.Span{Process: process, ID: id, Parent: parent, Request: 1, Goroutine: goroutine, Kind: kind, Name: "x", Start: zero.Add(begin), Duration: length}
	}
	for name, connect := range map[string]report.Span{
		"aside": span("a", 2, 0, 9, trace.Connect, 10*m, 300*m),
		"in it": span("a", 2, 1, 7, trace.Connect, 10*m, 300*m),
	} {
		got := spent([]report.Span{span("a", 1, 0, 7, trace.Handler, 0, 330*m), connect}).Cold
		if got.Connect < 0.0999 || got.Connect > 0.1001 || got.Execute < 0.0099 || got.Execute > 0.0101 {
			t.Errorf("%s: %+v, want 0.1 for the connection and 0.01 for the rest", name, got)
		}
	}
}

func TestRoundUp(t *testing.T) {
	for x, want := range map[float64]float64{0: 1, 0.3: 0.3, 4.9: 5, 5.1: 10, 109: 150, 268: 300, 420: 500, 96: 100} {
		if got := roundUp(x); got < 0.999*want || got > 1.001*want {
			t.Errorf("%g becomes %g, want %g", x, got, want)
		}
	}
}
