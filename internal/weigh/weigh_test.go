package weigh

import "testing"

func TestPackageOf(t *testing.T) {
	for name, want := range map[string]string{
		"github.com/a/b.F":                           "github.com/a/b",
		"github.com/a/b.(*T).M":                      "github.com/a/b",
		"github.com/a/b.(*T).M-fm":                   "github.com/a/b",
		"type:*github.com/a/b.T":                     "github.com/a/b",
		"type:.eq.github.com/a/b.T":                  "github.com/a/b",
		"go:itab.*github.com/a/b.T,io.Reader":        "github.com/a/b",
		"gopkg.in/yaml%2ev3.Unmarshal":               "gopkg.in/yaml.v3",
		"strings.(*Builder).WriteString":             "strings",
		"slices.SortFunc[go.shape.[]a/b.T,go.shape]": "slices",
		"main.main":              "main",
		"a/b.(*T).do.func1":      "a/b",
		"type:[]a/b.T":           "a/b",
		"type:func(a/b.T) error": "",
		"go:string.*":            "",
		"_rt0_amd64_linux":       "",
	} {
		if got := PackageOf(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestInitLine(t *testing.T) {
	pkg, init, ok := initLine("init github.com/gocql/gocql @1.5 ms, 0.25 ms clock, 50600 bytes, 143 allocs")
	if !ok || pkg != "github.com/gocql/gocql" || init != (Init{250_000, 50600, 143}) {
		t.Errorf("got %q %+v %t", pkg, init, ok)
	}
	if _, _, ok := initLine("init of the pool @10.0.0.1 took long"); ok {
		t.Error("a line of the program's own is taken for one of the runtime")
	}
}

func TestSymbol(t *testing.T) {
	s, ok := parseSymbol("  4ab0e0       1024 T a/b.(*T).M\n")
	if !ok || s != (symbol{0x4ab0e0, 1024, "T", "a/b.(*T).M"}) {
		t.Errorf("got %+v %t", s, ok)
	}
	if _, ok := parseSymbol("                  U printf\n"); ok {
		t.Error("an undefined symbol has no size")
	}
}
