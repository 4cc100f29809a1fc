package stat_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/faaslint/faaslint/lab/stat"
)

// times draws n values around a median, skewed to the right as times are, the more so the wider.
func times(r *rand.Rand, n int, median, width float64) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = median * math.Exp(width*r.NormFloat64())
	}
	return values
}

func TestSummarize(t *testing.T) {
	s := stat.Summarize([]float64{5, 1, 4, 2, 3, 7, 6})
	if s.Median != 4 || s.Lo != 1 || s.Hi != 7 || s.N != 7 {
		t.Errorf("got %+v", s)
	}
	if s := stat.Summarize([]float64{1, 2, 3}); s.Median != 2 || !math.IsInf(s.Hi, 1) || !math.IsInf(s.Lo, -1) {
		t.Errorf("three values: got %+v", s)
	}
	if s := stat.Summarize(nil); !math.IsNaN(s.Median) || s.N != 0 {
		t.Errorf("no values: got %+v", s)
	}
}

// TestCoverage draws from known distributions: the true ratio must be in the interval as often as it says.
func TestCoverage(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct{ n, m int }{{20, 20}, {20, 60}, {8, 8}} {
		for _, width := range [][2]float64{{0.3, 0.3}, {0.1, 0.6}, {1, 1}} {
			missed := 0
			const runs = 2000
			for range runs {
				got := stat.Divide(times(r, c.n, 3, width[0]), times(r, c.m, 2, width[1]))
				if got.Lo > 1.5 || got.Hi < 1.5 {
					missed++
				}
			}
			if missed > runs/20 {
				t.Errorf("%d and %d values, %v wide: of %d intervals %d miss the ratio", c.n, c.m, width, runs, missed)
			}
		}
	}
}

func TestJudge(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	base := times(r, 40, 1, 0.3)
	for factor, want := range map[float64]stat.Verdict{0.5: stat.Within, 1.1: stat.Undecided, 4: stat.Exceeded} {
		got := stat.Divide(times(r, 40, factor, 0.3), base)
		if v := got.Judge(1.1); v != want {
			t.Errorf("%v times as long: %v, %v, want %v", factor, got, v, want)
		}
	}
	if got := stat.Divide([]float64{9, 9}, []float64{1, 1}); got.Judge(1.1) != stat.Undecided {
		t.Errorf("two values each: %v, %v", got, got.Judge(1.1))
	}
}
