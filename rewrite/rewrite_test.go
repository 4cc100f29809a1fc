package rewrite

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write what the rewriter does into testdata")

// A fixture is one package of an archive, with the calls that /*hoist*/, /*drop*/, /*defer*/, /*retry*/ or /*remove*/ stand
// before.
type fixture struct {
	pkg   *Package
	text  map[string][]byte // by file name, without the marks
	hoist []*ast.CallExpr
	drop  []*ast.CallExpr
	late  []*ast.CallExpr // for Defer, Retry and Remove, which are about the package variable that the comment names
	kind  string
}

// A world checks the packages of an archive; std comes from export data, checked once for all tests.
type world struct {
	fset  *token.FileSet
	files map[string]map[string][]byte // package path to file name to text
	done  map[string]*fixture

	goVersion string

	callee string // which of the calls that begin at a mark is meant; "" for the outermost
}

func callee(info *types.Info, call *ast.CallExpr) string {
	if fn := typeutil.Callee(info, call); fn != nil {
		return fn.Name()
	}
	return ""
}

var (
	stdFset     = token.NewFileSet()
	stdImporter = importer.ForCompiler(stdFset, "source", nil)
	stdMu       sync.Mutex
)

func (w *world) Import(path string) (*types.Package, error) {
	if w.files[path] == nil {
		stdMu.Lock()
		defer stdMu.Unlock()
		return stdImporter.Import(path)
	}
	f, err := w.check(path)
	if err != nil {
		return nil, err
	}
	return f.pkg.Types, nil
}

var mark = regexp.MustCompile(`/\*(hoist|drop|defer|retry|remove)\*/`)

func (w *world) check(path string) (*fixture, error) {
	if f := w.done[path]; f != nil {
		return f, nil
	}
	f := &fixture{text: map[string][]byte{}}
	f.pkg = &Package{Fset: w.fset, Read: func(name string) ([]byte, error) {
		if text, ok := f.text[name]; ok {
			return text, nil
		}
		return nil, os.ErrNotExist
	}}
	marks := map[token.Pos]string{}
	var names []string
	for name := range w.files[path] {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		text := w.files[path][name]
		var offsets []int
		var kinds []string
		for {
			m := mark.FindSubmatchIndex(text)
			if m == nil {
				break
			}
			offsets, kinds = append(offsets, m[0]), append(kinds, string(text[m[2]:m[3]]))
			text = slices.Concat(text[:m[0]], text[m[1]:])
		}
		f.text[name] = text
		file, err := parser.ParseFile(w.fset, name, text, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		for i, off := range offsets {
			marks[file.FileStart+token.Pos(off)] = kinds[i]
		}
		f.pkg.Files = append(f.pkg.Files, file)
	}
	info := &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}, Types: map[ast.Expr]types.TypeAndValue{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, Scopes: map[ast.Node]*types.Scope{}, Implicits: map[ast.Node]types.Object{},
		FileVersions: map[*ast.File]string{}}
	conf := types.Config{Importer: w, GoVersion: w.goVersion}
	pkg, err := conf.Check(path, w.fset, f.pkg.Files, info)
	if err != nil {
		return nil, err
	}
	f.pkg.Types, f.pkg.Info = pkg, info
	for _, file := range f.pkg.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || w.callee != "" && callee(info, call) != w.callee {
				return true
			}
			switch marks[call.Pos()] { // outermost first
			case "hoist":
				f.hoist = append(f.hoist, call)
				delete(marks, call.Pos())
			case "drop":
				f.drop = append(f.drop, call)
				delete(marks, call.Pos())
			case "defer", "retry", "remove":
				f.late, f.kind = append(f.late, call), marks[call.Pos()]
				delete(marks, call.Pos())
			}
			return true
		})
	}
	w.done[path] = f
	return f, nil
}

// load reads the input files of an archive: "-- x/x.go --" is a file of package x; result sections are left out.
func load(ar *txtar.Archive) *world {
	w := &world{fset: token.NewFileSet(), files: map[string]map[string][]byte{}, done: map[string]*fixture{}, goVersion: "go1.26"}
	if _, rest, ok := strings.Cut(string(ar.Comment), "\ngo "); ok {
		w.goVersion = "go" + strings.Fields(rest)[0]
	}
	crlf := strings.Contains(string(ar.Comment), "\ncrlf\n")
	for _, f := range ar.Files {
		if !strings.HasSuffix(f.Name, ".go") || strings.HasPrefix(f.Name, "want/") {
			continue
		}
		dir := filepath.Dir(f.Name)
		if w.files[dir] == nil {
			w.files[dir] = map[string][]byte{}
		}
		w.files[dir][f.Name] = f.Data
		if crlf {
			w.files[dir][f.Name] = bytes.ReplaceAll(f.Data, []byte("\n"), []byte("\r\n"))
		}
	}
	return w
}

var kinds = []string{"hoist", "drop", "defer", "retry", "remove"}

// variables are those that "var=clients" and "once=clientOnce" name.
func variables(f *fixture, comment string) (v, once *types.Var) {
	for _, m := range regexp.MustCompile(`(?m) (var|once)=(\w+)`).FindAllStringSubmatch(comment, -1) {
		obj, _ := f.pkg.Types.Scope().Lookup(m[2]).(*types.Var)
		if m[1] == "var" {
			v = obj
		} else {
			once = obj
		}
	}
	return v, once
}

// runLate makes the fix of an object that a package variable keeps.
func runLate(f *fixture, o Object, comment string) ([]analysis.TextEdit, error) {
	v, once := variables(f, comment)
	o.Calls = f.late[len(f.late)-1:]
	switch f.kind {
	case "retry":
		return f.pkg.Retry(o, f.late[0], v, once)
	case "remove":
		return f.pkg.Remove(o.Calls[0], v)
	}
	return f.pkg.Defer(o, v)
}

// options parses the line "hoist form=mutex what=gocql_session fallible ctx=0 close=Close probe=x.Ping()".
func options(t testing.TB, comment string) (o Object, each bool, callee string) {
	o.Ctx = -1
	for line := range strings.Lines(comment) {
		words := strings.Fields(line)
		if len(words) == 0 || !slices.Contains(kinds, words[0]) || len(words) > 1 && !strings.ContainsAny(words[1], "=") {
			continue
		}
		for _, w := range words[1:] {
			key, value, _ := strings.Cut(w, "=")
			value = strings.ReplaceAll(value, "_", " ")
			switch key {
			case "form":
				o.Form = map[string]Form{"variable": Variable, "once": Once, "mutex": Mutex, "shared": Shared}[value]
			case "what":
				o.What = value
			case "fallible":
				o.Fallible = true
			case "ctx":
				o.Ctx, _ = strconv.Atoi(value)
			case "keeps":
				o.KeepsCtx = true
			case "close":
				o.Close = strings.Split(value, ",")
			case "probe":
				o.Probe = value
			case "returned":
				o.Returned = true
			case "params":
				o.Params = true
			case "keyed":
				o.Keyed = true
			case "check":
				o.Check = strings.Split(value, ",")
			case "wait":
				o.Wait = value
			case "call":
				callee = value
			case "each":
				each = true
			case "var", "once":
			default:
				t.Fatalf("unknown option %s", key)
			}
		}
	}
	return o, each, callee
}

func TestArchives(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no archives", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) { testArchive(t, name) })
	}
}

func testArchive(t *testing.T, name string) {
	ar, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	w := load(ar)
	o, each, callee := options(t, string(ar.Comment))
	w.callee = callee
	f, err := w.check("x")
	if err != nil {
		t.Fatal(err)
	}
	var edits []analysis.TextEdit
	if len(f.late) > 0 {
		edits, err = runLate(f, o, string(ar.Comment))
	} else {
		edits, err = run(f, o, each)
	}
	var got []txtar.File
	refusal, refused := errors.AsType[*Refusal](err)
	switch {
	case refused:
		got = append(got, txtar.File{Name: "refused", Data: []byte(refusal.Code + ": " + refusal.Reason + "\n")})
	case err != nil:
		t.Fatal(err)
	default:
		got = results(t, w, f, edits)
	}
	var keep, want []txtar.File
	for _, file := range ar.Files {
		if file.Name == "refused" || strings.HasPrefix(file.Name, "want/") {
			want = append(want, file)
		} else {
			keep = append(keep, file)
		}
	}
	if *update {
		ar.Files = append(keep, got...)
		if err := os.WriteFile(name, txtar.Format(ar), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if g, w := txtar.Format(&txtar.Archive{Files: got}), txtar.Format(&txtar.Archive{Files: want}); !bytes.Equal(g, w) {
		t.Errorf("got:\n%s\nwant:\n%s", g, w)
	}
}

// run makes one fix of all calls, or with each, one fix of each.
func run(f *fixture, o Object, each bool) (edits []analysis.TextEdit, err error) {
	close := o.Close
	for _, call := range f.drop {
		own, err := f.pkg.DropClose(call, 0, close)
		if err != nil {
			return nil, err
		}
		edits = append(edits, own...)
	}
	if len(f.hoist) == 0 {
		return edits, nil
	}
	groups := [][]*ast.CallExpr{f.hoist}
	if each {
		groups = nil
		for _, call := range f.hoist {
			groups = append(groups, []*ast.CallExpr{call})
		}
	}
	for _, o.Calls = range groups {
		own, err := f.pkg.Hoist(o)
		if err != nil {
			return nil, err
		}
		edits = append(edits, own...)
	}
	return edits, nil
}

// results applies the edits, each fix's imports once, checks the outcome and that no comment is lost.
func results(t *testing.T, w *world, f *fixture, edits []analysis.TextEdit) (got []txtar.File) {
	after := &world{fset: token.NewFileSet(), files: map[string]map[string][]byte{}, done: map[string]*fixture{}, goVersion: w.goVersion}
	for path, files := range w.files {
		after.files[path] = files
	}
	after.files["x"] = map[string][]byte{}
	for _, file := range f.pkg.Files {
		tok := w.fset.File(file.FileStart)
		var own []analysis.TextEdit
		for _, e := range edits {
			same := func(d analysis.TextEdit) bool {
				return d.Pos == e.Pos && d.End == e.End && bytes.Equal(d.NewText, e.NewText)
			}
			if w.fset.File(e.Pos) == tok && !slices.ContainsFunc(own, same) {
				own = append(own, e)
			}
		}
		before := f.text[tok.Name()]
		text, err := apply(tok, before, own)
		if err != nil {
			t.Fatal(err)
		}
		after.files["x"][tok.Name()] = text
		if bytes.Equal(text, before) {
			continue
		}
		complain(t, before, text)
		if bytes.Contains(before, []byte("\r\n")) {
			if bytes.Count(text, []byte("\n")) != bytes.Count(text, []byte("\r\n")) {
				t.Errorf("%s mixes line ends:\n%q", tok.Name(), text)
			}
			text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
		}
		got = append(got, txtar.File{Name: "want/" + filepath.Base(tok.Name()), Data: text})
	}
	now, err := after.check("x")
	if err != nil {
		t.Fatalf("the result does not compile: %v\n%s", err, txtar.Format(&txtar.Archive{Files: got}))
	}
	again(t, f, now)
	return got
}

// again asks for the same fix in the result: what was hoisted must not be hoisted again.
func again(t *testing.T, f, now *fixture) {
	for _, call := range f.hoist {
		want := typeutil.Callee(f.pkg.Info, call)
		for _, file := range now.pkg.Files {
			ast.Inspect(file, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok || want == nil {
					return true
				}
				fn := typeutil.Callee(now.pkg.Info, call)
				if fn == nil || fn.Name() != want.Name() || fn.Pkg().Path() != want.Pkg().Path() {
					return true
				}
				_, fallible := now.pkg.Info.TypeOf(call).(*types.Tuple)
				_, err := now.pkg.Hoist(Object{Calls: []*ast.CallExpr{call}, Form: Mutex, Fallible: fallible, Ctx: -1, Params: true})
				if _, refused := errors.AsType[*Refusal](err); !refused {
					t.Errorf("%s would be hoisted again: %v", want.Name(), err)
				}
				return true
			})
		}
	}
}

// complain reports comments of the input that the output lacks, but for those marked as going with a defer.
func complain(t *testing.T, before, after []byte) {
	for _, c := range comments(t, before) {
		if !strings.Contains(c, "goes") && !slices.Contains(comments(t, after), c) {
			t.Errorf("lost %s", c)
		}
	}
}

func comments(t *testing.T, text []byte) (list []string) {
	file, err := parser.ParseFile(token.NewFileSet(), "x.go", text, parser.ParseComments)
	if err != nil {
		t.Fatal(fmt.Errorf("%w\n%s", err, text))
	}
	for _, g := range file.Comments {
		for _, c := range g.List {
			list = append(list, strings.TrimSuffix(c.Text, "\r"))
		}
	}
	return list
}

func BenchmarkHoist(b *testing.B) {
	ar, err := txtar.ParseFile("testdata/pool_shared.txtar")
	if err != nil {
		b.Fatal(err)
	}
	f, err := load(ar).check("x")
	if err != nil {
		b.Fatal(err)
	}
	o, _, _ := options(b, string(ar.Comment))
	o.Calls = f.hoist
	for b.Loop() {
		f.pkg.used, f.pkg.anchors = nil, nil // each the first hoist of its package
		if _, err := f.pkg.Hoist(o); err != nil {
			b.Fatal(err)
		}
	}
}
