package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"

	"github.com/faaslint/faaslint/internal/buildfile"
)

// A candidateFix is the first fix of a finding; the others are alternatives, for people to choose from.
func candidateFix(f *finding) *candidate {
	if len(f.SuggestedFixes) == 0 || len(f.SuggestedFixes[0].Edits) == 0 {
		return nil
	}
	first := f.SuggestedFixes[0]
	key := []string{f.Check, f.at.file, f.Message, first.Message}
	for _, e := range first.Edits {
		key = append(key, e.Filename, e.New)
	}
	return &candidate{
		name:     f.Check + ": " + f.Message,
		key:      strings.Join(key, "\x00"),
		at:       f.at,
		edits:    collectEdits(first.Edits),
		findings: []*finding{f},
	}
}

// An editable says which files fixes may change.
type editable struct {
	files map[string]bool // sources that the compiler reads as they are
	cgo   map[string]bool
	read  func(string) ([]byte, error)
}

// objection returns the first reason not to touch one of the files.
func (w *editable) objection(e edits) (code, why string) {
	for _, file := range sortedKeys(e) {
		switch {
		case strings.HasSuffix(file, "_test.go"):
			return "test-file", "the fix would change a test"
		case w.cgo[file]:
			return "cgo", "the file uses cgo, so that the places of the fix are those of generated code"
		case !w.files[file] && buildfile.KindOf(file) == buildfile.None:
			return "outside-module", "the fix would change a file that is not of the main module"
		}
		content, err := w.read(file)
		if err != nil {
			return "unreadable", err.Error()
		}
		if isGenerated(content) {
			return "generated-file", "the file is generated"
		}
	}
	return "", ""
}

func isGenerated(content []byte) bool {
	if !bytes.Contains(content, []byte("DO NOT EDIT.")) {
		return false
	}
	file, err := parser.ParseFile(token.NewFileSet(), "", content, parser.PackageClauseOnly|parser.ParseComments)
	return err == nil && ast.IsGenerated(file)
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
