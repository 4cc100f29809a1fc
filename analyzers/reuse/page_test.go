package reuse

import (
	"go/doc/comment"
	"go/parser"
	"go/token"
	"testing"
)

// TestAnchors looks for the sections that findings lead to, as the site that shows the page names them.
func TestAnchors(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "doc.go", pages, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	anchors := map[string]bool{}
	for _, block := range new(comment.Parser).Parse(file.Doc.Text()).Content {
		if h, ok := block.(*comment.Heading); ok {
			anchors["#"+h.DefaultID()] = true
		}
	}
	for _, url := range []string{aboutFindings, aboutDirectives} {
		if !anchors[url] {
			t.Errorf("a finding leads to %s, and the page has only %v", url, anchors)
		}
	}
}
