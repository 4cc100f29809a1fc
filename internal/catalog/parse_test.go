package catalog

import (
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strings"
	"testing"
)

const see = " see=https://example.org"

func TestParse(t *testing.T) {
	const docs = "https://example.org"
	for _, test := range []struct {
		line string
		want any
	}{
		{"handler call a/b.Start args=0,2 platform=p concurrency=1 freezes", &Handler{
			Form: Call, Symbol: "a/b.Start", Args: []int{0, 2}, Platform: "p", Concurrency: 1, Freezes: true, See: docs}},
		{"handler call (a/b.R).Use args=* platform=p process=request", &Handler{
			Form: Call, Symbol: "(a/b.R).Use", Args: []int{-1}, Platform: "p", Process: PerRequest, See: docs}},
		{"handler name Main shape=`func([]any) []any` shape=`func()` in=main import=a/b path=api/**/*.go platform=p", &Handler{
			Form: Name, Symbol: "Main", Shapes: []string{"func([]any) []any", "func()"}, Package: "main", Import: "a/b",
			Path: "api/**/*.go", Platform: "p", See: docs}},
		{"handler shape `func(net/http.ResponseWriter, *net/http.Request)` platform=p", &Handler{
			Form: Shape, Symbol: "func(net/http.ResponseWriter, *net/http.Request)",
			Shapes: []string{"func(net/http.ResponseWriter, *net/http.Request)"}, Platform: "p", See: docs}},
		{"handler field (a/b.T).F platform=p", &Handler{Form: Field, Symbol: "(a/b.T).F", Platform: "p", See: docs}},
		{"handler call a.B args=0 factory platform=p", &Handler{Form: Call, Symbol: "a.B", Factory: true, Args: []int{0}, Platform: "p", See: docs}},
		{"costly a.B what=b loses=cpu inputs=0,2", &Costly{Symbol: "a.B", What: "b", Inputs: []int{0, 2}, See: docs}},
		{"handler event a/b.* platform=p", &Handler{Form: Event, Symbol: "a/b.*", Platform: "p", See: docs}},
		{"costly (*a/b.C).Open what=`a session` loses=connection result=1 shared close=Close,Stop flush error ctx=retained stale=fails probe=`x.Ping(\"=\")`", &Costly{
			Symbol: "(*a/b.C).Open", What: "a session", Loses: Connection, Result: 1, Shared: true, Close: []string{"Close", "Stop"},
			Flush: true, Error: true, Ctx: CtxRetained, Stale: Fails, Probe: `x.Ping("=")`, See: docs}},
		{"costly a.B\twhat=b loses=cpu result=-1 instead=`a pool` pure", &Costly{
			Symbol: "a.B", What: "b", Result: -1, Instead: "a pool", Pure: true, See: docs}},
		{"costly a.B what=b loses=remote ctx=dial read", &Costly{
			Symbol: "a.B", What: "b", Loses: Remote, Ctx: CtxDial, Read: true, See: docs}},
		{"ambient a.B binding=request remote expires", &Ambient{Symbol: "a.B", Binding: BindRequest, Remote: true, Expires: true, See: docs}},
		{"once (*sync.Once).Do arg=0", &Once{Symbol: "(*sync.Once).Do", See: docs}},
		{"calls a.B args=1 fields=Run,RunE", &Calls{Symbol: "a.B", Args: []int{1}, Fields: []string{"Run", "RunE"}, See: docs}},
		{"mutates (*a.B).C*", &Mutates{Symbol: "(*a.B).C*", See: docs}},
		{"registers a/b.init drivers=c,d/e", &Registration{Symbol: "a/b.init", Drivers: []string{"c", "d/e"}, See: docs}},
		{"registers a/b.init mux", &Registration{Symbol: "a/b.init", Mux: true, See: docs}},
		{"encodes a.B", &Serial{Symbol: "a.B", See: docs}},
		{"decodes a.B what=`XML document`", &Serial{Symbol: "a.B", Decodes: true, What: "XML document", See: docs}},
		{"plain a.B pure fills=0,1", &Plain{Symbol: "a.B", Pure: true, Fills: []int{0, 1}, See: docs}},
		{"plain (*a.B).C", &Plain{Symbol: "(*a.B).C", See: docs}},
		{"safe a.B", &Safe{Symbol: "a.B", See: docs}},
		{"decodes (*a.B).C", &Serial{Symbol: "(*a.B).C", Decodes: true, See: docs}},
		{"route add (*a.B).Get path=0 handler=1 method=GET", &Route{Symbol: "(*a.B).Get", Handler: 1, Verb: -1, Inner: -1, Method: "GET", See: docs}},
		{"route add (*a.B).Mount path=0 handler=1 below strips", &Route{Symbol: "(*a.B).Mount", Handler: 1, Verb: -1, Inner: -1, Below: true, Strips: true, See: docs}},
		{"route group (*a.B).Route path=0 inner=1", &Route{Form: RouteGroup, Symbol: "(*a.B).Route", Handler: -1, Verb: -1, Inner: 1, See: docs}},
		{"route narrow (*a.B).Methods verb=0", &Route{Form: RouteNarrow, Symbol: "(*a.B).Methods", Path: -1, Handler: -1, Inner: -1, See: docs}},
		{"route strip a.Strip path=0 handler=1", &Route{Form: RouteStrip, Symbol: "a.Strip", Handler: 1, Verb: -1, Inner: -1, See: docs}},
		{"route field (a.R).Path of=path", &Route{Form: RouteField, Symbol: "(a.R).Path", Path: -1, Handler: -1, Verb: -1, Inner: -1, Of: PartPath, See: docs}},
		{"route key __method of=method", &Route{Form: RouteKey, Symbol: "__method", Path: -1, Handler: -1, Verb: -1, Inner: -1, See: docs}},
	} {
		c, err := Parse("f", []byte("# a comment\n\n  "+test.line+see+"\n"))
		if err != nil {
			t.Error(err)
			continue
		}
		if l := c.Lines()[0]; l.Pos != "f:3" || !reflect.DeepEqual(l.Entry, test.want) {
			t.Errorf("%s:\n got %+v at %s\nwant %+v", test.line, l.Entry, l.Pos, test.want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	const good = "costly a.B what=b loses=cpu"
	for _, test := range []struct{ text, want string }{
		{"cosly a.B what=b", `"cosly" is no kind of line`},
		{"handler", "handler needs one of"},
		{"handler calls a.B args=0 platform=p", "is no kind of line"},
		{"route", "route needs one of add"},
		{"route adds a.B handler=0", "is no kind of line"},
		{"route add a.B path=0", "handler= is missing"},
		{"route add a.B path=0 handler=1 verb=0 method=GET", "contradict"},
		{"route strip a.B path=0", "strip needs"},
		{"route field (a.B).C of=host", "not one of method"},
		{"route group a.B handler=1", "route group has no attribute handler"},
		{"costly", "costly needs a symbol"},
		{"costly what=b", "costly needs a symbol"},
		{"costly Open what=b loses=cpu", "not the full name"},
		{"costly (*a.B) what=b loses=cpu", "not the full name"},
		{"costly a.B.( what=b loses=cpu", "not the full name"},
		{"costly (*a.B).C.D what=b loses=cpu", "not the full name"},
		{good + " colour=red", "costly has no attribute colour"},
		{good + " freezes", "costly has no attribute freezes"},
		{good + " shared shared", "shared is given twice"},
		{good + " shared=yes", "shared takes no value"},
		{good + " ctx", "ctx needs a value"},
		{good + " ctx=", "ctx= has no value"},
		{good + " ctx=``", "ctx= has no value"},
		{good + " ctx=sometimes", "not one of no, dial, retained"},
		{good + " instead=`a", "backquote is not closed"},
		{good + " instead=`a`b", "something follows"},
		{good + " instead=a`b", "middle of a word"},
		{good + " result=-2", "not a number from -1"},
		{good + " result=01", "not a number"},
		{good + " result=-1 shared", "shared needs a result"},
		{good + " shared instead=c", "contradict"},
		{good + " shared read", "contradict"},
		{good + " flush", "flush needs close="},
		{good + " close=Close,", "is no name"},
		{good + " close=Close,Close", "given twice"},
		{good + " probe=`x.Ping()`", "needs stale=fails"},
		{good + " stale=fails probe=`x.`", "probe="},
		{"costly a.B what=b", "loses="},
		{"costly a.B loses=cpu", "what= is missing"},
		{"costly a.B what=b loses=remote pure", "contradict"},
		{"ambient a.B", "binding="},
		{"once a.B args=0", "once has no attribute args"},
		{"calls a.B", "needs args= or fields="},
		{"calls a.B args=1,1", "do not rise"},
		{"calls a.B args=-1", "is no index"},
		{"handler event Request platform=p", "not the full name"},
		{"handler event a.B args=0 platform=p", "has no attribute args"},
		{"handler call a.B platform=p", "args= is missing"},
		{"handler call a.B args=0", "platform= is missing"},
		{"handler call a.B args=0 platform=p concurrency=2", "is 1, or absent"},
		{"handler call a.B args=0 platform=p in=main", "has no attribute in"},
		{"handler name main shape=`func()` platform=p", "no exported name"},
		{"handler name Main platform=p", "shape= is missing"},
		{"handler name Main shape=`func(` platform=p", "shape func("},
		{"handler name Main shape=int platform=p", "not a function type"},
		{"handler name Main shape=`func()` in=test platform=p", "not one of main, lib"},
		{"handler name Main shape=`func()` path=[ platform=p", "path=[:"},
		{good + see + "\n" + good, "repeats f:1"},
		{"handler name Main shape=`func()` platform=p" + see + "\nhandler name Main shape=`func(int)` shape=`func()` platform=q", "repeats f:1"},
	} {
		_, err := Parse("f", []byte(test.text+see))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s:\n got %v\nwant %s", test.text, err, test.want)
			continue
		}
		if line := fmt.Sprintf("f:%d: ", 1+strings.Count(test.text, "\n")); !strings.HasPrefix(err.Error(), line) {
			t.Errorf("%s: %v: is not at %s", test.text, err, line)
		}
	}
	for _, text := range []string{"once a.B arg=0", "once a.B arg=0 see=http://example.org"} {
		if _, err := Parse("f", []byte(text)); err == nil || !strings.Contains(err.Error(), "see=") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// All errors of a file are told at once.
func TestParseAllErrors(t *testing.T) {
	_, err := Parse("f", []byte("nothing\n\nonce a.B arg=0"+see+"\nnothing"))
	if err == nil || !strings.Contains(err.Error(), "f:1: ") || !strings.Contains(err.Error(), "f:4: ") {
		t.Error(err)
	}
}

func TestMatch(t *testing.T) {
	for _, test := range []struct {
		symbol, name string
		want         bool
	}{
		{"a/*.New", "a/b.New", true},
		{"a/*.New", "a/b-c_2.New", true},
		{"a/*.New", "a/b/c.New", false},
		{"a/*.New", "a/b.NewX", false},
		{"a/*.New", "(*a/b.T).New", false},
		{"a/*/*.New", "a/b/v4.New", true},
		{"a/apiv*.New*Client", "a/apiv1beta2.NewFooClient", true},
		{"a/apiv*.New*Client", "a/apiv1.NewClient", true},
		{"a/apiv*.New*Client", "a/apiv1.NewFooClientX", false},
		{"a.*", "a.B", true},
		{"a.*", "a.B.C", false},
		{"a.*", "(a.B).C", false},
		{"(*a.T).Get*", "(*a.T).GetX", true},
		{"(*a.T).Get*", "(a.T).GetX", false},
		{"(*a.T).Get", "(*a.T).Get", true},
		{"(*a.T).Get", "(*aa.T).Get", false},
		{"(*a.*).Get", "(*a.T).Get", true},
		{"(*a.T[K]).Get", "(*a.T[K]).Get", true},
		{"(*a.T[K]).Get", "(*a.TK).Get", false},
		{"(a.T).*", "(*a.T).M", false},
		{"*", "", true},
	} {
		if got := Match(test.symbol, test.name); got != test.want {
			t.Errorf("Match(%s, %s) = %t", test.symbol, test.name, got)
		}
	}
}

func TestPackagePath(t *testing.T) {
	for symbol, want := range map[string]string{
		"time.Now": "time", "gopkg.in/yaml.v3.Unmarshal": "gopkg.in/yaml.v3", "(*gopkg.in/yaml.v3.Decoder).Decode": "gopkg.in/yaml.v3",
		"(a/b.T).M": "a/b", "(*a/b.T[c.K]).M": "a/b", "a/*/v*.New*": "a/*/v*", "Main": "", "*": "",
	} {
		if got := PackagePath(symbol); got != want {
			t.Errorf("PackagePath(%s) = %q", symbol, got)
		}
	}
}

// function makes pkg.name, or (*pkg.recv).name.
func function(path, recv, name string) *types.Func {
	pkg := types.NewPackage(path, path[strings.LastIndexByte(path, '/')+1:])
	var self *types.Var
	if recv != "" {
		obj := types.NewTypeName(token.NoPos, pkg, recv, nil)
		self = types.NewParam(token.NoPos, pkg, "", types.NewPointer(types.NewNamed(obj, types.NewStruct(nil, nil), nil)))
	}
	return types.NewFunc(token.NoPos, pkg, name, types.NewSignatureType(self, nil, nil, nil, nil, false))
}

func TestFind(t *testing.T) {
	c, err := Parse("f", []byte(strings.ReplaceAll(`
costly a/*.New what=glob loses=cpu SEE
costly a/b.New what=exact loses=cpu SEE
costly (*a/b.T).New what=method loses=cpu SEE
once a/z.Do arg=0 SEE
handler name Handle shape=`+"`func()`"+` platform=p SEE
`, "SEE", see)))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		fn   *types.Func
		want string
	}{
		{function("a/b", "", "New"), "exact"}, // exact beats glob
		{function("a/c", "", "New"), "glob"},
		{function("a/b", "T", "New"), "method"},
		{function("a/c", "T", "New"), ""},
		{function("a/b", "", "Old"), ""},
		{function("aa/b", "", "New"), ""},
		{nil, ""},
		{types.Universe.Lookup("error").Type().Underlying().(*types.Interface).Method(0), ""},
	} {
		got := ""
		if e := c.Costly(test.fn); e != nil {
			got = e.What
		}
		if got != test.want {
			t.Errorf("%v: got %q, want %q", test.fn, got, test.want)
		}
	}
	for path, want := range map[string]bool{"a/b": true, "a/c": true, "a/z": true, "a/b/c": false, "a": false, "": false} {
		if got := c.Mentions(path); got != want {
			t.Errorf("Mentions(%q) = %t", path, got)
		}
	}
	if c.Once(function("a/z", "", "Do")) == nil || len(c.Names()) != 1 || c.Shapes() != nil {
		t.Error("a kind of line got lost")
	}
}

func TestDefault(t *testing.T) {
	c := Default()
	if h := c.Handler(function("github.com/aws/aws-lambda-go/lambda", "", "Start")); h == nil || h.Concurrency != 1 || !h.Freezes {
		t.Errorf("lambda.Start: %+v", h)
	}
	if s := c.Costly(function("github.com/gocql/gocql", "ClusterConfig", "CreateSession")); s == nil || !s.Shared || s.Probe == "" {
		t.Errorf("CreateSession: %+v", s)
	}
	if s := c.Costly(function("github.com/aws/aws-sdk-go-v2/service/kms", "", "NewFromConfig")); s == nil || s.Loses != Transport {
		t.Errorf("kms.NewFromConfig: %+v", s)
	}
	if c.Mentions("encoding/json") || !c.Mentions("time") {
		t.Error("Mentions is wrong about encoding/json or time")
	}
}

// What is shipped is read when somebody asks for it, so this is where it is found to be wrong.
func TestShipped(t *testing.T) {
	if err := errors.Join(readDefault().check(), readRouters().check()); err != nil {
		t.Error(err)
	}
}

// The lines of a section are sorted, so that a new one has a single place.
func TestSorted(t *testing.T) {
	for name, data := range map[string]string{"platforms.txt": platforms, "clients.txt": clients} {
		for section := range strings.SplitSeq(data, "\n\n") {
			lines := strings.Split(strings.TrimSpace(section), "\n")
			lines = slices.DeleteFunc(lines, func(s string) bool { return strings.HasPrefix(s, "#") })
			for i := 1; i < len(lines); i++ {
				if lines[i-1] >= lines[i] {
					t.Errorf("%s: these are not sorted:\n%s\n%s", name, lines[i-1], lines[i])
				}
			}
		}
		if text := data; !strings.HasSuffix(text, "\n") || strings.Contains(text, "\n\n\n") || strings.Contains(text, " \n") {
			t.Errorf("%s: an empty line or a blank too many", name)
		}
	}
}

func FuzzParse(f *testing.F) {
	for text := range strings.Lines(platforms + clients) {
		f.Add(text)
	}
	f.Add("handler name A shape=`func(...a/b.C, [](d.E))` platform=p see=https://x")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse("f", []byte(text))
		if (c == nil) == (err == nil) {
			t.Fatalf("%v, %v", c, err)
		}
		if err != nil {
			for line := range strings.Lines(err.Error()) {
				if !strings.HasPrefix(line, "f:") && !strings.Contains(text, "`") {
					t.Errorf("%q has no position", line)
				}
			}
			return
		}
		for _, l := range c.Lines() {
			if h, ok := l.Entry.(*Handler); ok && h.Form != Call {
				continue
			}
			if name := strings.ReplaceAll(l.Symbol, "*", ""); !strings.HasPrefix(l.Symbol, "(") && !Match(l.Symbol, name) {
				t.Errorf("%s does not match %s", l.Symbol, name)
			}
			switch l.Entry.(type) {
			case *Serial, *Plain, *Safe, *Registration, *Tag:
				continue // no reason to look at a package
			}
			if path := PackagePath(l.Symbol); !IsPattern(l.Symbol) && !c.Mentions(path) {
				t.Errorf("%s: %s is not mentioned", l.Symbol, path)
			}
		}
	})
}

func BenchmarkDefault(b *testing.B) {
	for b.Loop() {
		readDefault()
	}
}

func BenchmarkCostly(b *testing.B) {
	c := Default()
	for _, fn := range []*types.Func{
		function("encoding/json", "", "Marshal"), // of a package that no line mentions
		function("regexp", "", "QuoteMeta"),
		function("regexp", "", "MustCompile"),
		function("github.com/aws/aws-sdk-go-v2/service/kms", "", "NewFromConfig"),
	} {
		b.Run(fn.FullName(), func(b *testing.B) {
			for b.Loop() {
				c.Costly(fn)
			}
		})
	}
}

func BenchmarkMentions(b *testing.B) {
	c := Default()
	for b.Loop() {
		c.Mentions("encoding/json")
	}
}
