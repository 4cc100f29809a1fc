package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
)

// An overlay holds the files that fixes have changed so far; nothing is written to their true places before all of
// them are known to compile.
//
// A file lies at its own absolute path below the folder of the overlay, so that the true name follows from the name
// alone. That is not for beauty: go vet's cache knows files by content, and returns positions in the overlay of an
// earlier run, even when there is no overlay in this one.
type overlay struct {
	dir   string
	files map[string][]byte // true name to new content
}

const overlayPrefix = "faaslint-overlay-"

func newOverlay() (*overlay, error) {
	dir, err := os.MkdirTemp("", overlayPrefix)
	if err != nil {
		return nil, err
	}
	dir, err = filepath.Abs(dir)
	return &overlay{dir: dir, files: make(map[string][]byte)}, err
}

func (o *overlay) remove() { os.RemoveAll(o.dir) }

// read returns the present content of a file.
func (o *overlay) read(file string) ([]byte, error) {
	if content, ok := o.files[file]; ok {
		return content, nil
	}
	return os.ReadFile(file)
}

// with returns an overlay that has more files, in the same folder. Only one of several may be in use at a time.
func (o *overlay) with(files map[string][]byte) *overlay {
	more := &overlay{dir: o.dir, files: maps.Clone(o.files)}
	maps.Copy(more.files, files)
	return more
}

// write puts the files in place for the go command and returns the name of the JSON file that lists them. The go
// command will not see the hidden files at all.
func (o *overlay) write(hidden []string) (string, error) {
	replace := make(map[string]string)
	for _, file := range hidden {
		replace[file] = ""
	}
	for _, file := range slices.Sorted(maps.Keys(o.files)) {
		temp := filepath.Join(o.dir, file)
		if err := os.MkdirAll(filepath.Dir(temp), 0o777); err != nil {
			return "", err
		}
		if err := os.WriteFile(temp, o.files[file], 0o666); err != nil {
			return "", err
		}
		replace[file] = temp
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	list := filepath.Join(o.dir, "overlay.json")
	return list, os.WriteFile(list, data, 0o666)
}

// In running text a path may have been made relative ("../../tmp/faaslint-overlay-1/…").
var overlayPath = regexp.MustCompile(`[^\s:"'(]*` + overlayPrefix + `[0-9]+((?:/[^\n:]*?)\.go)`)

// unmapOverlayText names the true files in what the go command or a check printed.
func unmapOverlayText(text string) string { return overlayPath.ReplaceAllString(text, "$1") }

func (f *finding) unmapOverlay() {
	f.Posn, f.End, f.Message = unmapOverlayText(f.Posn), unmapOverlayText(f.End), unmapOverlayText(f.Message)
	f.at = parsePosition(f.Posn)
	for i := range f.Related {
		r := &f.Related[i]
		r.Posn, r.End, r.Message = unmapOverlayText(r.Posn), unmapOverlayText(r.End), unmapOverlayText(r.Message)
	}
	for i := range f.SuggestedFixes {
		for j := range f.SuggestedFixes[i].Edits {
			e := &f.SuggestedFixes[i].Edits[j]
			e.Filename = unmapOverlayText(e.Filename)
		}
	}
}
