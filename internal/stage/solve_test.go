package stage

import (
	"math/rand/v2"
	"testing"
)

// A graph of questions: each answer is its own input joined with the answers of others.
type graph struct {
	own   []Dep
	needs [][]int
	asked int
}

func (g *graph) ask(s *solver, i int) Dep {
	return s.solve(i, func() Dep {
		g.asked++
		d := g.own[i]
		for _, j := range g.needs[i] {
			d = d.join(g.ask(s, j))
		}
		return d
	})
}

// reached is the answer by definition: the join over all that can be reached.
func (g *graph) reached(i int) (d Dep) {
	seen := map[int]bool{}
	var walk func(i int)
	walk = func(i int) {
		if seen[i] {
			return
		}
		seen[i] = true
		d = d.join(g.own[i])
		for _, j := range g.needs[i] {
			walk(j)
		}
	}
	walk(i)
	return d
}

// randomGraph has circles of all kinds, nested and shared.
func randomGraph(r *rand.Rand, n int) *graph {
	g := &graph{own: make([]Dep, n), needs: make([][]int, n)}
	for i := range n {
		if r.IntN(3) == 0 {
			g.own[i] = param(r.IntN(8)).with(Flags(1 << r.IntN(8)))
		}
		if r.IntN(20) == 0 {
			g.own[i] = unknown
		}
		for range r.IntN(4) {
			g.needs[i] = append(g.needs[i], r.IntN(n))
		}
	}
	return g
}

func TestSolverFindsTheLeastAnswers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		g := randomGraph(r, 1+r.IntN(30))
		s := newSolver()
		for _, i := range r.Perm(len(g.own)) {
			if got, want := g.ask(s, i), g.reached(i); got != want {
				t.Fatalf("question %d of %v: %v, want %v", i, g.needs, got, want)
			}
		}
		if len(s.open)+len(s.trail)+s.depth+s.steps != 0 || s.low != never {
			t.Fatalf("something is left under way: %+v", s)
		}
	}
}

// Where all rest on all there are n! paths; two rounds of n answers are enough.
func TestSolverAnswersEachQuestionOnceInARound(t *testing.T) {
	const n = 60
	g := &graph{own: make([]Dep, n), needs: make([][]int, n)}
	for i := range n {
		g.own[i] = param(i)
		for j := range n {
			g.needs[i] = append(g.needs[i], j)
		}
	}
	s := newSolver()
	if got := g.ask(s, 0); got.Params != 1<<n-1 {
		t.Errorf("got %v", got)
	}
	if g.asked > 3*n {
		t.Errorf("%d answers for %d questions", g.asked, n)
	}
}
