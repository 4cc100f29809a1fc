package main

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sort"
)

// edits are the changes to some files, by name; those of one file are sorted and do not overlap.
type edits map[string][]edit

// A candidate is a fix that could be applied: whole, or not at all.
type candidate struct {
	name     string   // for messages
	key      string   // stays the same when other fixes move it
	at       position // of the call that it is about
	edits    edits
	findings []*finding // that it repairs
}

func collectEdits(lists ...[]edit) edits {
	all := make(edits)
	for _, list := range lists {
		for _, e := range list {
			all[e.Filename] = append(all[e.Filename], e)
		}
	}
	for _, list := range all {
		sortEdits(list)
	}
	return all
}

func sortEdits(list []edit) {
	slices.SortStableFunc(list, func(a, b edit) int {
		if c := cmp.Compare(a.Start, b.Start); c != 0 {
			return c
		}
		return cmp.Compare(a.End, b.End)
	})
}

// merge joins two sets of edits, or reports a conflict. Identical edits, such as two fixes that import the same
// package, become one.
func merge(have, more edits) (edits, bool) {
	joined := maps.Clone(have)
	for file, list := range more {
		old := joined[file]
		both := slices.Clone(old)
		for _, e := range list {
			if slices.Contains(old, e) {
				continue
			}
			if slices.ContainsFunc(old, func(o edit) bool { return conflict(o, e) }) {
				return nil, false
			}
			both = append(both, e)
		}
		sortEdits(both)
		joined[file] = both
	}
	return joined, true
}

// conflict reports whether the outcome of two edits from different fixes is in doubt. It is strict: two insertions at
// one place have no order that anyone could prove, and an insertion at either end of a replaced text was written for
// the text that is no longer there. What is refused here is found again, with new offsets, in the next round.
func conflict(a, b edit) bool {
	if a.Start == a.End || b.Start == b.End {
		return a.Start <= b.End && b.Start <= a.End
	}
	return a.Start < b.End && b.Start < a.End
}

// apply returns the new content of the files that the edits change.
func (e edits) apply(read func(string) ([]byte, error)) (map[string][]byte, error) {
	files := make(map[string][]byte)
	for file, list := range e {
		old, err := read(file)
		if err != nil {
			return nil, err
		}
		var out bytes.Buffer
		done := 0
		for _, edit := range list {
			if edit.Start < done || edit.End < edit.Start || edit.End > len(old) {
				return nil, fmt.Errorf("%s: an edit from %d to %d does not fit a file of %d bytes", file, edit.Start, edit.End, len(old))
			}
			out.Write(old[done:edit.Start])
			out.WriteString(edit.New)
			done = edit.End
		}
		out.Write(old[done:])
		files[file] = out.Bytes()
	}
	return files, nil
}

func (e edits) count() (n int) {
	for _, list := range e {
		n += len(list)
	}
	return n
}

// joinAll merges the edits of candidates that are known not to conflict.
func joinAll(list []*candidate) edits {
	all := make(edits)
	for _, c := range list {
		joined, ok := merge(all, c.edits)
		if !ok {
			panic("candidates in conflict were chosen together")
		}
		all = joined
	}
	return all
}

// compatible keeps, in order, the candidates that conflict with none before them.
func compatible(list []*candidate) (kept, waiting []*candidate) {
	all := make(edits)
	for _, c := range list {
		if joined, ok := merge(all, c.edits); ok {
			all = joined
			kept = append(kept, c)
		} else {
			waiting = append(waiting, c)
		}
	}
	return kept, waiting
}

// firstBad returns the index of the candidate at which n candidates, tried as ever longer beginnings, stop being good.
// All n together are known not to be.
func firstBad(n int, good func(k int) (bool, error)) (int, error) {
	var failure error
	i := sort.Search(n-1, func(i int) bool {
		if failure != nil {
			return true
		}
		ok, err := good(i + 1)
		if err != nil {
			failure = err
		}
		return !ok
	})
	return i, failure
}
