package verify

import (
	_ "embed"
	"go/parser"
	"go/token"
	"go/types"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/faaslint/faaslint/internal/catalog"
)

//go:embed exempt.txt
var exempt string

// exempted are the packages that cannot be loaded.
func exempted(t *testing.T) map[string]bool {
	t.Helper()
	paths := map[string]bool{}
	for text := range strings.Lines(exempt) {
		if text = strings.TrimSpace(text); text == "" || text[0] == '#' {
			continue
		}
		path, reason, _ := strings.Cut(text, " ")
		if reason == "" || paths[path] {
			t.Fatalf("exempt.txt: %s: the reason is missing, or it is there twice", path)
		}
		paths[path] = true
	}
	return paths
}

// libraries loads what libraries.go imports, once for all tests, and the standard library's part of the catalogue.
var libraries = sync.OnceValues(func() (map[string]*types.Package, error) {
	f, err := parser.ParseFile(token.NewFileSet(), "libraries.go", nil, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var paths []string
	add := func(path string) {
		if path != "" && !seen[path] {
			seen[path] = true
			paths = append(paths, path)
		}
	}
	for _, spec := range f.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		add(path)
	}
	for _, line := range slices.Concat(catalog.Default().Lines(), catalog.Routers().Lines()) {
		if path := catalog.PackagePath(line.Symbol); path != "" && !strings.Contains(strings.Split(path, "/")[0], ".") && !strings.Contains(path, "*") {
			add(path) // of the standard library
		}
	}
	return Load(paths...)
})

func load(t *testing.T) map[string]*types.Package {
	t.Helper()
	if testing.Short() {
		t.Skip("type-checks a few thousand packages")
	}
	pkgs, err := libraries()
	if err != nil {
		t.Fatal(err)
	}
	return pkgs
}

func TestCatalogue(t *testing.T) {
	pkgs := load(t)
	skip, used := exempted(t), map[string]bool{}
	checked := 0
	for _, line := range slices.Concat(catalog.Default().Lines(), catalog.Routers().Lines()) {
		if path := exemptFrom(skip, line); path != "" {
			used[path] = true
			if pkgs[path] != nil {
				t.Errorf("exempt.txt: %s can be loaded", path)
			}
			continue
		}
		checked++
		if err := Check(pkgs, line); err != nil {
			t.Errorf("%s: %v", line.Pos, err)
		}
	}
	for path := range skip {
		if !used[path] {
			t.Errorf("exempt.txt: no line of the catalogue is about %s", path)
		}
	}
	t.Logf("%d lines checked against %d packages, %d exempt packages", checked, len(pkgs), len(skip))
}

// exemptFrom is the exempt package that a line is about, "" for none.
func exemptFrom(skip map[string]bool, line catalog.Line) string {
	if path := catalog.PackagePath(line.Symbol); skip[path] {
		return path
	}
	if h, ok := line.Entry.(*catalog.Handler); ok && skip[h.Import] {
		return h.Import
	}
	return ""
}

// A line that does not fit its library is an error: each of these differs from a good one by one thing.
func TestWrongLines(t *testing.T) {
	pkgs := load(t)
	const see = " see=https://example.org"
	for _, test := range []struct{ line, want string }{
		{"costly database/sql.Open what=pool loses=connection shared close=Close error", ""},
		{"costly database/sql.Opened what=pool loses=connection shared close=Close error", "does not exist"},
		{"costly example.org/none.Open what=pool loses=connection shared close=Close error", "does not exist"},
		{"costly database/sql.Open what=pool loses=connection shared close=Close", "is true, not false"},
		{"costly database/sql.OpenDB what=pool loses=connection shared close=Close error", "is false, not true"},
		{"costly database/sql.Open what=pool loses=connection shared close=Shut error", "no method Shut"},
		{"costly database/sql.Open what=pool loses=connection shared result=2 error", "no result 2"},
		{"costly database/sql.Open what=pool loses=connection shared result=1 error", "result 1 is the error"},
		{"costly database/sql.Open what=pool loses=connection shared ctx=dial error", "takes a context is false"},
		{"costly (*database/sql.DB).Conn what=conn loses=connection error", "takes a context is true"},
		{"costly database/sql.Open what=pool loses=connection shared error stale=fails probe=`x.Ping()`", ""},
		{"costly database/sql.Open what=pool loses=connection shared error stale=fails probe=`x.Pong()`", "probe"},
		{"costly database/sql.Open what=pool loses=connection shared error stale=fails probe=`x.Stats()`", "not error"},
		{"costly database/sql.Open what=pool loses=connection shared error stale=fails probe=`fmt.Errorf(\"\")`", "probe"},
		{"handler call net/http.HandleFunc args=1 platform=http", ""},
		{"handler call net/http.HandleFunc args=0 platform=http", "of type string"},
		{"handler call net/http.HandleFunc args=2 platform=http", "no argument 2"},
		{"handler shape `func(net/http.ResponseWriter, *net/http.Request)` platform=http", ""},
		{"handler shape `func(net/http.ResponseWriter, *net/http.Response)` platform=http", ""},
		{"handler shape `func(net/http.ResponseWriters)` platform=http", "shape"},
		{"handler shape `func(w net/http.ResponseWriter)` platform=http", "is spelled"},
		{"handler event net/http.Requ* platform=http", ""},
		{"handler event net/http.NewReq* platform=http", "does not exist"},
		{"handler field (net/http.Server).Handler platform=http", ""},
		{"handler field (net/http.Server).Addr platform=http", "is no field"},
		{"handler field (net/http.Server).Handlers platform=http", "is no field"},
		{"handler call (*github.com/gorilla/mux.Router).Use args=0 factory platform=http", ""},
		{"handler call (*github.com/gorilla/mux.Router).Handle args=1 factory platform=http", "argument 1"},
		{"route add (*net/http.ServeMux).Handle path=0 handler=1", ""},
		{"route add (*net/http.ServeMux).Handle path=1 handler=1", "argument 1"},
		{"route add (*net/http.ServeMux).Handle path=0 handler=0", "argument 0"},
		{"route group (*github.com/go-chi/chi/v5.Mux).Route path=0 inner=1", ""},
		{"route group (*github.com/go-chi/chi/v5.Mux).Route path=0 inner=0", "argument 0"},
		{"route narrow (*github.com/gorilla/mux.Route).Methods verb=0", ""},
		{"route narrow (*github.com/gorilla/mux.Route).Method verb=0", "does not exist"},
		{"route field (net/http.Request).Method of=method", ""},
		{"route field (net/http.Request).Body of=method", "no field of type string"},
		{"costly regexp.MatchString what=match loses=cpu inputs=0 result=-1 error", ""},
		{"costly regexp.MatchString what=match loses=cpu inputs=2 result=-1 error", "no argument 2"},
		{"once (*sync.Once).Do arg=0", ""},
		{"once (*sync.Once).Do arg=1", "no argument 1"},
		{"once sync.Once.Do arg=0", "does not exist"},
		{"calls sort.Slice args=0", "argument 0"},
		{"calls (*sync.Pool).Get fields=Old", "no field Old"},
		{"mutates regexp.Compile", "no receiver"},
		{"encodes regexp.MustCompile", "no error as its last result"},
		{"plain strings.ToUpper pure", ""},
		{"plain strings.ToHigher pure", "does not exist"},
		{"plain encoding/json.Unmarshal pure fills=1", ""},
		{"plain encoding/json.Unmarshal pure fills=2", "no argument 2"},
		{"plain strings.ToUpper pure fills=0", "argument 0"},
		{"safe regexp.Regexp", ""},
		{"safe regexp.MustCompile", "does not exist"},
		{"ambient time.N* binding=request", ""},
		{"ambient time.Q* binding=request", "does not exist"},
	} {
		c, err := catalog.Parse("test", []byte(test.line+see))
		if err != nil {
			t.Error(err)
			continue
		}
		err = Check(pkgs, c.Lines()[0])
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: got %v, want %q", test.line, err, test.want)
		}
	}
}

// A build tag that a package does not know would change nothing: with it other files must be compiled.
func TestTags(t *testing.T) {
	for _, tag := range catalog.Default().Tags() {
		files := func(tags string) string {
			out, err := exec.Command("go", "list", "-tags="+tags, "-f={{.GoFiles}}", tag.Path).CombinedOutput()
			if err != nil {
				t.Fatalf("%s: %v\n%s", tag.Path, err, out)
			}
			return string(out)
		}
		if plain := files(""); plain != files("other") || plain == files(tag.Name) {
			t.Errorf("%s does not know the tag %s", tag.Path, tag.Name)
		}
	}
}
