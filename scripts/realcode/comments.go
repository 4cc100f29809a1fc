package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"sort"
	"strings"
)

// A lost comment was in a touched file and is in none of them now.
type lost struct {
	file    string
	line    int
	text    string
	excused bool // it stood beside a defer statement that is gone too
}

func (l lost) String() string { return fmt.Sprintf("%s:%d: %s", l.file, l.line, l.text) }

// A remark is one line of a comment.
type remark struct {
	line     int
	text     string
	deferred string // the defer statement on the same line, if any
}

// lostComments compares the comments of all files touched, line by line: moving one to another place is no loss.
func lostComments(before, after map[string][]byte, files []string) (gone []lost, err error) {
	left := make(map[string]int)
	defers := make(map[string]int)
	for _, file := range files {
		if after[file] == nil {
			continue // deleted
		}
		remarks, deferred, err := remarksOf(file, after[file])
		if err != nil {
			return nil, err
		}
		for _, r := range remarks {
			left[r.text]++
		}
		for _, d := range deferred {
			defers[d]++
		}
	}
	for _, file := range files {
		if before[file] == nil {
			continue // new
		}
		remarks, _, err := remarksOf(file, before[file])
		if err != nil {
			return nil, err
		}
		for _, r := range remarks {
			if left[r.text]--; left[r.text] < 0 {
				gone = append(gone, lost{file, r.line, r.text, r.deferred != "" && defers[r.deferred] == 0})
			}
		}
	}
	return gone, nil
}

// remarksOf returns the lines of all comments of a file, and its defer statements as they are written.
func remarksOf(name string, src []byte) (remarks []remark, defers []string, err error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, nil, fmt.Errorf("counting comments: %w", err)
	}
	at := make(map[int]string)
	// The line that the file has, not the one that a //line directive gives it.
	line := func(pos token.Pos) int { return fset.PositionFor(pos, false).Line }
	ast.Inspect(file, func(n ast.Node) bool {
		if d, ok := n.(*ast.DeferStmt); ok {
			text := string(src[fset.PositionFor(d.Pos(), false).Offset:fset.PositionFor(d.End(), false).Offset])
			defers = append(defers, text)
			for l := line(d.Pos()); l <= line(d.End()); l++ {
				at[l] = text
			}
		}
		return true
	})
	for _, group := range file.Comments {
		for _, c := range group.List {
			for i, text := range strings.Split(c.Text, "\n") {
				if text = strings.TrimSpace(text); text != "" {
					l := line(c.Pos()) + i
					remarks = append(remarks, remark{l, text, at[l]})
				}
			}
		}
	}
	sort.SliceStable(remarks, func(i, j int) bool { return remarks[i].line < remarks[j].line })
	return remarks, defers, nil
}
