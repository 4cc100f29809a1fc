package stage

import (
	"cmp"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// A loop is a natural loop: what comes between its head and the ends of its rounds, the loops in it among them.
// See Aho, Lam, Sethi, Ullman, Compilers, 2nd ed., 9.6.6.
type loop struct {
	head   *ssa.BasicBlock
	blocks []*ssa.BasicBlock
}

func (l *loop) holds(b *ssa.BasicBlock) bool { return slices.Contains(l.blocks, b) }

// loopOf finds the loop that begins with head.
func loopOf(head *ssa.BasicBlock) *loop {
	l := &loop{head, []*ssa.BasicBlock{head}}
	add := func(b *ssa.BasicBlock) {
		if !l.holds(b) {
			l.blocks = append(l.blocks, b)
		}
	}
	for _, end := range head.Preds {
		if head.Dominates(end) {
			add(end)
		}
	}
	for i := 1; i < len(l.blocks); i++ {
		for _, before := range l.blocks[i].Preds {
			add(before)
		}
	}
	return l
}

// loopsIn are the loops of a function, smaller ones first.
func (n *needs) loopsIn(fn *ssa.Function) []*loop {
	loops, ok := n.loops[fn]
	if ok {
		return loops
	}
	for _, head := range fn.Blocks {
		if slices.ContainsFunc(head.Preds, head.Dominates) {
			loops = append(loops, loopOf(head))
		}
	}
	slices.SortStableFunc(loops, func(a, b *loop) int { return cmp.Compare(len(a.blocks), len(b.blocks)) })
	n.loops[fn] = loops
	return loops
}

// loopFrom is the loop that begins with head, nil for none.
func (n *needs) loopFrom(head *ssa.BasicBlock) *loop {
	return first(n.loopsIn(head.Parent()), func(l *loop) bool { return l.head == head })
}

// loopAround is the innermost loop that a block is in, nil for none.
func (n *needs) loopAround(b *ssa.BasicBlock) *loop {
	return first(n.loopsIn(b.Parent()), func(l *loop) bool { return l.holds(b) })
}

func first(loops []*loop, is func(*loop) bool) *loop {
	if i := slices.IndexFunc(loops, is); i >= 0 {
		return loops[i]
	}
	return nil
}
