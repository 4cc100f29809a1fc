package main

import (
	"path/filepath"
	"testing"

	"github.com/faaslint/faaslint/internal/catalog"
)

// A version of a library that lacks a tag leaves nothing out with it, and so does one in which the tag adds a file.
func TestDropsKnowsTag(t *testing.T) {
	tag := &catalog.Tag{Path: "example.com/lib", Name: "lean"}
	for _, test := range []struct {
		constraint string
		want       bool
	}{
		{"//go:build !lean\n\n", true},
		{"//go:build !lean && linux\n\n", true},
		{"//go:build !other\n\n", false},
		{"//go:build lean\n\n", false},
		{"", false},
	} {
		dir := t.TempDir()
		must(t, write(filepath.Join(dir, "a.go"), test.constraint+"package lib\n"))
		p := &program{packages: map[string]*linkedPackage{tag.Path: {ImportPath: tag.Path, Dir: dir, GoFiles: []string{"a.go"}, Module: &listedModule{Path: tag.Path}}}}
		if got := p.drops(tag); got != test.want {
			t.Errorf("%q: %v, want %v", test.constraint, got, test.want)
		}
	}
}

// What is replaced is the lookup by a name, in the function that the linker names; what is one by number stays.
func TestReplaceLookup(t *testing.T) {
	const src = "package p\n\nimport \"reflect\"\n\ntype T struct{}\n\nfunc (*T) F(v reflect.Value, s string) bool { return v.MethodByName(s).IsValid() }\n\nfunc G(v reflect.Value) int { return v.Method(0).Kind() }\n"
	for _, test := range []struct {
		function string
		want     bool
	}{{"(*T).F", true}, {"T.F", false}, {"F", false}, {"G", false}} {
		text, ok := replaceLookup([]byte(src), test.function)
		if ok != test.want || ok != (len(text) > len(src)) {
			t.Errorf("%s: %v\n%s", test.function, ok, text)
		}
	}
}
