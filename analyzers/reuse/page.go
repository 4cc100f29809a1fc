package reuse

import (
	_ "embed"
	"strings"
)

//go:embed doc.go
var pages string

// page cuts the section "# Analyzer NAME" out of doc.go, without that heading; headings below it belong to the section.
// It runs at every start of the tool, so it looks for the words and does not parse.
func page(name string) string {
	text := strings.ReplaceAll(pages, "\r\n", "\n")
	_, text, ok := strings.Cut(text, "\n# Analyzer "+name+"\n")
	text, _, _ = strings.Cut(text, "\n*/")
	text, _, _ = strings.Cut(text, "\n# Analyzer ")
	text = strings.TrimSpace(text)
	if !ok || !strings.HasPrefix(text, name+": ") {
		panic("doc.go does not begin a section with the heading and the summary of " + name)
	}
	return text
}
