package stage

import (
	"fmt"
	"testing"
)

// What a summary has no place for must not be taken for nothing.
func TestLimits(t *testing.T) {
	method := func(i int) string { return fmt.Sprintf("(example.com/p.I).M%d", i) }
	for _, tt := range []struct {
		name    string
		n       int
		dyn     bool // calls through interfaces, else values in interfaces
		unknown bool
	}{
		{"calls", maxDyn, true, false},
		{"calls, one too many", maxDyn + 1, true, true},
		{"values", maxFills, false, false},
		{"values, one too many", maxFills + 1, false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var s Summary
			for i := range tt.n {
				if tt.dyn {
					s.addDyn(Dyn{Method: method(i), Via: []Frame{{}}})
				} else {
					s.addFills([]Fill{{Type: "example.com/p.T", Method: method(i)}})
				}
			}
			s.addFills(s.Fills) // what is there already needs no place
			e := &engine{fills: s.Fills}
			if got := s.Blind || e.unsure("(example.com/p.I).Other", map[string]bool{}); got != tt.unknown {
				t.Errorf("unknown = %v, want %v", got, tt.unknown)
			}
		})
	}
}
