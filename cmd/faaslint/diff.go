package main

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
)

// unified returns a patch that git apply takes: names relative to the top of the repository, or to the working
// directory where there is none. The diff --git line keeps git from guessing at the prefixes.
//
// It is tempting to let go-udiff print it, which package rewrite needs anyway. But like x/tools, of which it is a copy,
// it does not count the lines between two changes of one hunk, so that the line numbers of all later hunks are wrong.
// What is used here is a copy of the go command's own.
func unified(files map[string][]byte, read func(string) ([]byte, error)) (string, error) {
	tops := make(map[string]string) // by folder
	var patch strings.Builder
	for _, file := range sortedKeys(files) {
		old, err := read(file)
		if err != nil {
			return "", err
		}
		if bytes.Equal(old, files[file]) {
			continue
		}
		dir := filepath.Dir(file)
		if _, ok := tops[dir]; !ok {
			tops[dir] = patchRoot(dir)
		}
		name := file
		if rel, err := filepath.Rel(tops[dir], realPath(file)); err == nil {
			name = filepath.ToSlash(rel)
		}
		a, b := "a/"+name, "b/"+name
		patch.WriteString("diff --git " + a + " " + b + "\n")
		if strings.Contains(name, " ") {
			a, b = a+"\t", b+"\t" // marks the end of a name, as git does
		}
		_, hunks, _ := bytes.Cut(diff.Diff(a, old, b, files[file]), []byte("\n")) // its first line is like ours
		patch.Write(hunks)
	}
	return patch.String(), nil
}

// A round is what one round of fixes did.
type round struct {
	fixes         []*candidate
	edits         edits             // of all of them
	before, after map[string][]byte // the files that the edits change, and perhaps others
}

// origin returns the place, in the files as the round found them, of a place in the files as the round left them. The
// edits tell it exactly. (It is tempting to compare the two texts instead, but a declaration that a fix adds looks like
// the call that it was made from.)
func (r *round) origin(p position) position {
	list := r.edits[p.file]
	if len(list) == 0 || p.line == 0 {
		return p
	}
	old := r.before[p.file]
	at, within := undo(list, old, offsetOf(r.after[p.file], p))
	if within != nil {
		if c := r.author(*within); c != nil && c.at.file == p.file {
			return c.at
		}
	}
	was := positionOf(old, at, p.file)
	if p.col == 0 {
		was.col = 0
	}
	return was
}

// author is the first of the fixes that made an edit.
func (r *round) author(e edit) *candidate {
	for _, c := range r.fixes {
		if slices.Contains(c.edits[e.Filename], e) {
			return c
		}
	}
	return nil
}

// undo returns where the text at an offset was before the edits of its file. If the offset lies within text that was
// not there, it returns the edit too, and the offset of what that replaced.
func undo(list []edit, old []byte, offset int) (was int, within *edit) {
	grown := 0
	for i, e := range list {
		at := offset - grown // if it is not behind this edit
		if at < e.Start {
			break
		}
		grown += len(e.New) - (e.End - e.Start)
		if at >= e.Start+len(e.New) {
			continue
		}
		// What a line that was replaced has in common with the new one is where it was.
		was, into := string(old[e.Start:e.End]), at-e.Start
		if into < len(commonPrefix(was, e.New)) {
			return at, nil
		}
		if back := len(e.New) - into; back <= len(commonSuffix(was, e.New)) {
			return e.End - back, nil
		}
		return e.Start, &list[i]
	}
	return offset - grown, nil
}

func commonPrefix(a, b string) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	return a[:i]
}

func commonSuffix(a, b string) string {
	i := 0
	for i < len(a) && i < len(b) && a[len(a)-1-i] == b[len(b)-1-i] {
		i++
	}
	return a[len(a)-i:]
}

func offsetOf(content []byte, p position) int {
	offset := 0
	for line := 1; line < p.line; line++ {
		i := bytes.IndexByte(content[offset:], '\n')
		if i < 0 {
			break
		}
		offset += i + 1
	}
	return min(offset+max(p.col-1, 0), len(content))
}

func positionOf(content []byte, offset int, file string) position {
	before := content[:max(0, min(offset, len(content)))]
	return position{file, 1 + bytes.Count(before, []byte("\n")), len(before) - bytes.LastIndexByte(before, '\n')}
}
