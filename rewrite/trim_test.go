package rewrite

import (
	"strings"
	"testing"
)

const trimmed = `// Package p is trimmed.
package p

import (
	"fmt" // for one

	"os"
)

// This is about all that follows.

// one goes.
func one(r router) {
	r.Get("/a", a) // a
	r.Get("/b", b) // b

	// c is last
	r.Get("/c", c)
}

const (
	x = 1 // x
	y = 2 // y
)

// Of types.

// T goes.
type T struct{}

// U stays.
type U struct{}
`

func TestTrim(t *testing.T) {
	at := func(text string) Range {
		i := strings.Index(trimmed, text)
		if i < 0 {
			t.Fatal(text)
		}
		return Range{i, i + len(text)}
	}
	for _, test := range []struct {
		name     string
		t        Trimming
		old, new string // what differs
	}{
		{"nothing", Trimming{}, "", ""},
		{"a statement, with its comment", Trimming{Cut: []Range{at(`r.Get("/b", b)`)}}, "\tr.Get(\"/b\", b) // b\n", ""},
		{"a statement that was the last use of a variable", Trimming{Cut: []Range{at(`r.Get("/b", b)`)}, Use: map[Range][]string{at(`r.Get("/b", b)`): {"b"}}},
			"\tr.Get(\"/b\", b) // b\n", "\t_ = b\n"},
		{"one of several constants", Trimming{Cut: []Range{at("y = 2")}}, "\ty = 2 // y\n", ""},
		{"all of them", Trimming{Cut: []Range{at("x = 1"), at("y = 2")}}, "const (\n\tx = 1 // x\n\ty = 2 // y\n)\n\n", ""},
		{"a type: what is said of more stays", Trimming{Cut: []Range{at("T struct{}")}}, "// T goes.\ntype T struct{}\n\n", ""},
		{"the last type", Trimming{Cut: []Range{at("U struct{}")}}, "\n// U stays.\ntype U struct{}\n", ""},
		{"an import", Trimming{Cut: []Range{at(`"os"`)}}, "\n\t\"os\"\n", ""},
		{"an import for its effect", Trimming{Blank: []Range{at(`"os"`)}}, `"os"`, `_ "os"`},
		{"an import of a copy", Trimming{Imports: map[string]string{"os": "example.com/os"}}, `"os"`, `"example.com/os"`},
	} {
		got, err := Trim("p.go", []byte(trimmed), test.t)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if want := strings.Replace(trimmed, test.old, test.new, 1); string(got) != want {
			t.Errorf("%s: got\n%s\nwant\n%s", test.name, got, want)
		}
	}
	if _, err := Trim("p.go", []byte(trimmed), Trimming{Cut: []Range{{3, 5}}}); err == nil {
		t.Error("a range that is no node is passed over")
	}
	got, err := Trim("p.go", []byte(trimmed), Trimming{Cut: []Range{at(trimmed[strings.Index(trimmed, "func one") : strings.Index(trimmed, "const (")-2])}})
	if err != nil || !strings.Contains(string(got), "This is about all that follows.") || strings.Contains(string(got), "one goes") {
		t.Errorf("a function: %v\n%s", err, got)
	}
}
