package stage

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// Other packages ask about objects that this one has not seen, and an object may be behind several keepers and interfaces.
// So that they can tell whether a function has a way around one, facts list the ways, each with all that it comes to.

// A trail is a way through a part of the code that works, with the numbers of the keepers and methods that it comes to
// for sure, sorted, and what it does.
type trail struct {
	meets []int
	work  detour
}

// trails are ways none of which is as good as another in all respects: meets all of what that meets, and does no more.
type trails []trail

// maxTrails is how many ways are told apart; of a function with more it is known what it comes to, and no ways.
const maxTrails = 24

func (p trail) atLeast(q trail) bool { return p.work >= q.work && isSubset(p.meets, q.meets) }

// add puts a trail to the others, and reports whether it was worth it.
func (ps *trails) add(p trail) bool {
	if slices.ContainsFunc(*ps, func(q trail) bool { return q.atLeast(p) }) {
		return false
	}
	*ps = append(slices.DeleteFunc(*ps, p.atLeast), p)
	return true
}

// then are the ways through one part and another after it.
func (ps trails) then(qs trails) (out trails) {
	if len(qs) == 1 && len(qs[0].meets) == 0 && qs[0].work <= idle {
		return ps
	}
	for _, p := range ps {
		for _, q := range qs {
			out.add(trail{union(p.meets, q.meets), max(p.work, q.work)})
		}
	}
	return out
}

func isSubset(a, b []int) bool {
	if len(a) > len(b) {
		return false
	}
	return !slices.ContainsFunc(a, func(x int) bool { _, ok := slices.BinarySearch(b, x); return !ok })
}

func union(a, b []int) []int {
	if isSubset(b, a) {
		return a
	}
	out := append(slices.Clone(a), b...)
	slices.Sort(out)
	return slices.Compact(out)
}

// waysOf lists the ways through fn on which something is done, by the indices of what they come to. None: there are too many,
// or all come to the same.
func (n *needs) waysOf(fn *ssa.Function, index map[string]int) (out [][]int) {
	byNumber := map[int]int{}
	for name, i := range index {
		byNumber[n.number(name)] = i
	}
	var told trails
	for _, p := range n.trailsOf(fn) {
		if p.work == idle {
			continue
		}
		var meets []int
		for _, x := range p.meets {
			if i, ok := byNumber[x]; ok {
				meets = append(meets, i)
			}
		}
		slices.Sort(meets)
		told.add(trail{meets, idle})
	}
	if len(told) == 1 && len(told[0].meets) == len(index) {
		return nil
	}
	for _, p := range told {
		out = append(out, p.meets)
	}
	slices.SortFunc(out, slices.Compare)
	return out
}

// sparedBy lists the indices of what the ways through fn do not all come to, and a choice leads around.
func (n *needs) sparedBy(fn *ssa.Function, ways [][]int, index map[string]int) (out []int) {
	for name, i := range index {
		all := !slices.ContainsFunc(ways, func(way []int) bool { return !slices.Contains(way, i) })
		if !all && n.pathsBy(name).avoid(fn) == chosen {
			out = append(out, i)
		}
	}
	slices.Sort(out)
	return out
}

// pathsBy are the paths of what a keeper holds, or a method comes to.
func (n *needs) pathsBy(name string) *paths {
	if p := n.pathsOf[name]; p != nil {
		return p
	}
	var reads, maybe []ssa.Instruction
	for _, instr := range n.reads[name] {
		if !onlyTests(instr) {
			reads = append(reads, instr)
		}
	}
	for _, o := range slices.Concat(n.outside[name], n.dyn[name]) {
		if o.partly || o.wants.spares(name) {
			maybe = append(maybe, o.instr)
		} else {
			reads = append(reads, o.instr)
		}
	}
	n.pathsOf[name] = n.newPaths(false, reads, maybe)
	return n.pathsOf[name]
}

// spares reports whether a choice leads around a keeper, or a method.
func (w *Wants) spares(name string) bool {
	return slices.ContainsFunc(w.Spared, func(i int) bool {
		if i < len(w.Keepers) {
			return w.Keepers[i].Keeper == name
		}
		return w.Asks[i-len(w.Keepers)] == name
	})
}

func (n *needs) number(name string) int {
	i, ok := n.names[name]
	if !ok {
		if n.names == nil {
			n.names = map[string]int{}
		}
		i = len(n.names)
		n.names[name] = i
	}
	return i
}

// trailsOf are the ways through fn that succeed, as paths.avoid looks for one.
func (n *needs) trailsOf(fn *ssa.Function) trails {
	known, ok := n.passed[fn]
	if ok {
		return known
	}
	if len(fn.Blocks) == 0 {
		return trails{{work: idle}}
	}
	n.passed[fn] = nil // while under way: a recursion proves nothing
	known = n.travel(fn)
	n.passed[fn] = known
	return known
}

func (n *needs) travel(fn *ssa.Function) (found trails) {
	type arrival struct {
		stop
		trail
	}
	any := n.anyReads()
	through := map[*ssa.BasicBlock]trails{}
	seen := map[stop]*trails{}
	work := []arrival{{stop{b: fn.Blocks[0]}, trail{work: idle}}}
	seen[work[0].stop] = &trails{work[0].trail}
	for len(work) > 0 {
		at := work[len(work)-1]
		work = work[:len(work)-1]
		ways, ok := through[at.b]
		if !ok {
			ways = n.trailsIn(at.b)
			through[at.b] = ways
		}
		d := n.doingsOf(at.b)
		for _, w := range ways {
			p := trail{union(at.meets, w.meets), max(at.work, w.work)}
			did := n.inLoop(at.b) && (at.did || w.work >= working && !any.precedes(at.b))
			if d.answers {
				found.add(p)
			}
			for _, exit := range d.exits {
				if exit.failure || exit.leaves != nil && !(stop{at.b, at.back, did}).wentRound(exit.leaves, any) {
					continue
				}
				to := arrival{stop{exit.to, exit.back && (did || !any.readsIn(exit.to)), did}, p}
				if exit.asked {
					to.work = max(to.work, chosen)
				}
				before := seen[to.stop]
				if before == nil {
					before = &trails{}
					seen[to.stop] = before
				}
				if before.add(to.trail) {
					work = append(work, to)
				}
				if len(*before) > maxTrails || len(found) > maxTrails {
					return n.unknownWays(fn)
				}
			}
		}
	}
	return found
}

// unknownWays stands for all ways through fn: one that comes to all that any does.
func (n *needs) unknownWays(fn *ssa.Function) trails {
	all, _ := n.worksOf(fn)
	var meets []int
	for _, f := range all {
		c := n.direct(f)
		for k := range c.keepers {
			meets = append(meets, n.number(k))
		}
		for m := range c.asks {
			meets = append(meets, n.number(m))
		}
	}
	slices.Sort(meets)
	return trails{{slices.Compact(meets), working}}
}

// trailsIn are the ways through one block; none if it answers with a failure.
func (n *needs) trailsIn(b *ssa.BasicBlock) trails {
	d := n.doingsOf(b)
	out := trails{{work: idle}}
	if d.works {
		out[0].work = working
	}
	for _, instr := range b.Instrs {
		for _, k := range n.readBy(instr) {
			out = out.then(trails{{[]int{n.number(k)}, idle}})
		}
		for _, o := range n.outsides[instr] {
			out = out.then(n.trailsBy(o))
		}
	}
	for _, do := range d.list {
		if do.fails {
			return nil
		}
		for _, fn := range do.mentioned {
			if fn != nil {
				out = out.then(n.trailsFor(fn, false))
			}
		}
		var runs trails
		for _, fn := range do.runs {
			if fn == nil {
				runs.add(trail{work: idle})
				continue
			}
			for _, p := range n.trailsFor(fn, slices.Contains(d.may, fn)) {
				runs.add(p)
			}
		}
		if len(do.runs) > 0 {
			out = out.then(runs)
		}
		if len(out) > maxTrails {
			return merged(out)
		}
	}
	return out
}

// merged is one way for many, which comes to all that they do.
func merged(ps trails) trails {
	one := trail{work: idle}
	for _, p := range ps {
		one = trail{union(one.meets, p.meets), max(one.work, p.work)}
	}
	return trails{one}
}

// trailsFor are the ways through fn for who calls it, or only hands it on: then what it does is not done yet.
func (n *needs) trailsFor(fn *ssa.Function, called bool) (out trails) {
	for _, p := range n.trailsOf(fn) {
		if !called {
			p.work = idle
		}
		out.add(p)
	}
	return out
}

// trailsBy are the ways through what another package's function wants.
func (n *needs) trailsBy(o *outside) (out trails) {
	if o.partly {
		return trails{{work: idle}}
	}
	name := func(i int) string {
		if i < len(o.wants.Keepers) {
			return o.wants.Keepers[i].Keeper
		}
		return o.wants.Asks[i-len(o.wants.Keepers)]
	}
	ways := o.wants.Ways
	if len(ways) == 0 {
		var all []int
		for i := range len(o.wants.Keepers) + len(o.wants.Asks) {
			if i >= len(o.wants.Keepers) || !o.wants.Keepers[i].Text {
				all = append(all, i)
			}
		}
		ways = [][]int{all}
	}
	for _, way := range ways {
		var meets []int
		for _, i := range way {
			meets = append(meets, n.number(name(i)))
		}
		slices.Sort(meets)
		out.add(trail{meets, idle})
	}
	return out
}

// readBy lists the keepers of more than text that an instruction reads.
func (n *needs) readBy(instr ssa.Instruction) []string {
	if n.keepersOf == nil {
		n.keepersOf = map[ssa.Instruction][]string{}
		for k, instrs := range n.reads {
			for _, instr := range instrs {
				if n.isHolder[k] && !onlyTests(instr) {
					n.keepersOf[instr] = append(n.keepersOf[instr], k)
				}
			}
		}
		for _, ks := range n.keepersOf {
			slices.Sort(ks)
		}
	}
	return n.keepersOf[instr]
}

// anyReads are the paths of all objects together.
func (n *needs) anyReads() *paths {
	if n.anyRead == nil {
		n.readBy(nil)
		var reads []ssa.Instruction
		for instr := range n.keepersOf {
			reads = append(reads, instr)
		}
		for instr := range n.outsides {
			reads = append(reads, instr)
		}
		n.anyRead = n.newPaths(false, reads, nil)
	}
	return n.anyRead
}

// comesTo reports whether what an outside instruction wants is kept by some keepers for sure now, or only later.
func (o *outside) comesTo(keepers map[string]*types.Var) (now, later bool) {
	for _, r := range o.wants.Keepers {
		if _, ok := keepers[r.Keeper]; ok {
			now, later = now || !r.Later && !o.later, later || r.Later || o.later
		}
	}
	return now, later
}
