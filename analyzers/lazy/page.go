package lazy

import (
	_ "embed"
	"strings"
)

//go:embed doc.go
var pages string

// page cuts the section "# Analyzer NAME" out of doc.go, as the one of reuse does.
func page(name string) string {
	text := strings.ReplaceAll(pages, "\r\n", "\n")
	_, text, ok := strings.Cut(text, "\n# Analyzer "+name+"\n")
	text, _, _ = strings.Cut(text, "\n*/")
	text = strings.TrimSpace(text)
	if !ok || !strings.HasPrefix(text, name+": ") {
		panic("doc.go does not begin a section with the heading and the summary of " + name)
	}
	return text
}
