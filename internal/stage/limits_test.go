package stage

import (
	"fmt"
	"testing"
)

// What a summary has no place for must not be taken for nothing.
func TestLimits(t *testing.T) {
	for _, n := range []int{maxFills, maxFills + 1} {
		var s Summary
		for i := range n {
			s.addFills([]Fill{{Type: "example.com/p.T", Method: fmt.Sprintf("(example.com/p.I).M%d", i)}})
		}
		s.addFills(s.Fills) // what is there already needs no place
		e := &engine{fills: s.Fills}
		if got := e.unsure("(example.com/p.I).Other", map[string]bool{}); got != (n > maxFills) {
			t.Errorf("%d values in interfaces: another one is unknown: %v", n, got)
		}
	}
}
