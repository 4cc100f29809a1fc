package stage

// A solver answers questions that rest on each other, some of them in circles: a loop variable on itself, a field on what
// is read from it. The answer to such a question is the least one that agrees with all the others.
//
// It is found in rounds. A question that is asked while it is being answered gets the best answer so far. When the
// outermost question of a circle has been answered, and any answer in the circle has grown, all of them are asked again;
// when none has, all are final. In one round each question is answered once, so that the work is that of a few walks
// over the circle, not of all paths through it. (Strongly connected components are found on the way, as in: R. Tarjan,
// Depth-first search and linear graph algorithms, SIAM J. Comput. 1 (1972).)
type solver struct {
	known map[any]Dep
	open  map[any]*question
	trail []*question // questions answered in this round, and not finally
	begun int         // how many were begun, to number them
	depth int         // how many are being answered
	low   int         // the first-begun open question that the answer under way rests on, never if on none
	steps int
}

// A question is one that is not finally answered.
type question struct {
	key   any
	best  Dep  // not above the answer
	asked bool // it is being answered
	at    int  // its number
	fresh bool // it was answered in this round
	low   int  // the first-begun open question that this answer rests on
	grown bool // this round had a new answer
}

const (
	never    = 1 << 30
	maxSteps = 20000 // answers for one question from outside; beyond them it is unknown
)

func newSolver() *solver {
	return &solver{known: map[any]Dep{}, open: map[any]*question{}, low: never}
}

// solve is the answer to the question that key names; answer asks others on its way.
// Inv: answers only grow while the answers that they rest on do, and there are few steps from the least to the greatest.
func (s *solver) solve(key any, answer func() Dep) Dep {
	if d, ok := s.known[key]; ok {
		return d
	}
	q := s.open[key]
	switch {
	case q == nil:
		q = &question{key: key}
		s.open[key] = q
	case q.asked:
		s.low = min(s.low, q.at)
		return q.best
	case q.fresh:
		s.low = min(s.low, q.low)
		return q.best
	}
	if s.steps++; s.steps > maxSteps {
		return unknown
	}
	outside := s.low
	s.rounds(q, answer)
	s.low = min(outside, q.low)
	if s.depth == 0 {
		s.begun, s.steps = 0, 0
	}
	return q.best
}

// rounds answers q until it is final, or until it turns out to rest on a question further out.
func (s *solver) rounds(q *question, answer func() Dep) {
	mark := len(s.trail)
	s.trail = append(s.trail, q)
	q.asked, q.at = true, s.begun
	s.begun++
	s.depth++
	for again := true; again; {
		s.low = never
		d := q.best.join(answer())
		q.grown, q.best, q.low = d != q.best, d, s.low
		again = s.low == q.at && s.anyGrown(mark)
		if again {
			for _, inner := range s.trail[mark+1:] {
				inner.fresh = false
			}
			s.trail = s.trail[:mark+1]
		}
	}
	s.depth--
	q.asked, q.fresh = false, true
	if q.low < q.at {
		return
	}
	for _, inner := range s.trail[mark:] {
		s.known[inner.key] = inner.best
		delete(s.open, inner.key)
	}
	s.trail = s.trail[:mark]
	q.low = never
}

func (s *solver) anyGrown(mark int) bool {
	for _, q := range s.trail[mark:] {
		if q.grown {
			return true
		}
	}
	return false
}
