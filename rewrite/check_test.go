package rewrite

import (
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/txtar"
)

// Where a file declares what it did, the bodies of tests are not checked again; where it does not, they are.
func TestCheckOfTests(t *testing.T) {
	const text = `
-- x/a.go --
package x

type T struct{ n int }

var size = 3

func (t T) Len() int { return t.n }

func use() int { return size }
-- x/a_test.go --
package x

import "strings"

type outer struct{ *T }

func (o outer) more() string { return strings.Repeat("x", size) }

func init() { _ = outer{}.Len() + use() }
`
	tests := []struct {
		name, from, to string
		refused        string // part of the reason
	}{
		{"a body", "return size", "return 4", ""},
		{"a new variable", "func use", "var kept = size\n\nfunc use", ""},
		{"a body that is wrong", "return size", "return nothing", "nothing"},
		{"a variable that the test uses", "var size = 3", "var length = 3; const size2 = 3", "size"},
		{"the type of a variable", "var size = 3", `var size = "3"`, "size"},
		{"the result of a function", "use() int { return size }", "use() (a, b int) { return size, 1 }", "use()"},
		{"a method that the test uses", "Len() int", "Size() int", "Len"},
		{"a new name of the test's", "func use", "var outer = 1\n\nfunc use", "outer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := load(txtar.Parse([]byte(text))).check("x")
			if err != nil {
				t.Fatal(err)
			}
			p := f.pkg
			tok := p.Fset.File(p.Files[0].FileStart)
			at := strings.Index(string(f.text[tok.Name()]), tt.from)
			if at < 0 {
				t.Fatalf("%q is not in the text", tt.from)
			}
			edit := analysis.TextEdit{Pos: tok.Pos(at), End: tok.Pos(at + len(tt.from)), NewText: []byte(tt.to)}
			unused, err := p.check([]analysis.TextEdit{edit}, nil)
			switch {
			case tt.refused == "" && err != nil:
				t.Errorf("refused: %v", err)
			case tt.refused != "" && (err == nil || !strings.Contains(err.Error(), tt.refused)):
				t.Errorf("got %v, want a refusal that names %s", err, tt.refused)
			case len(unused) > 0:
				t.Errorf("%d imports are said to be unused", len(unused))
			}
		})
	}
}
