package main

import (
	"bytes"
	"path/filepath"
	"strings"

	"github.com/aymanbagabas/go-udiff"
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

// An oldPlace finds the position in a file as it is on disk of a position in the file as fixes left it.
type oldPlace struct{ edits []udiff.Edit } // from new to old

func newOldPlace(old, fixed []byte) *oldPlace {
	return &oldPlace{udiff.Bytes(fixed, old)}
}

func (o *oldPlace) of(p position, old, fixed []byte) position {
	offset := offsetOf(fixed, p)
	shift := 0
	for _, e := range o.edits {
		if e.Start >= offset {
			break
		}
		if e.End > offset { // inside new text: the start of what it stands for
			return positionOf(old, e.Start+shift, p.file)
		}
		shift += len(e.New) - (e.End - e.Start)
	}
	return positionOf(old, offset+shift, p.file)
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
