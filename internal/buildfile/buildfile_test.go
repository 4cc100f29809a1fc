package buildfile

import (
	"fmt"
	"strings"
	"testing"
)

// Each text is the line of a recipe, or a whole file; what is wanted of it is each command as DIR PACKAGES OUT and what it does,
// and "" where nothing may be said. Beside what is found stands what differs from it by one thing.
func TestShell(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{`go build`, `. [.] symbols`},
		{`go build -o bin/a ./cmd/a`, `. [./cmd/a] bin/a symbols`},
		{`go build -o $OUT/a ./cmd/a`, `. [./cmd/a] ?/a symbols`},
		{`go build -o bin/a ./cmd/$NAME`, ``},
		{`go build -o bin/a $FLAGS ./cmd/a`, ``},
		{`go build -ldflags="-s -w"`, `. [.]`},
		{`go build -ldflags "-w"`, `. [.] table in`},
		{`go build -ldflags=-w`, `. [.] table shut`},
		{`go build -ldflags="$LDFLAGS"`, ``},
		{`go build -ldflags="-X main.v=$V"`, `. [.] symbols in`},
		{`go build -ldflags="-X main.v=$V $MORE"`, ``},
		{`go build -ldflags="-X -s"`, `. [.] symbols in`}, // the value of -X
		{`go build -ldflags="-X "'main.v=1'`, `. [.] symbols in`},
		{`go build -ldflags=-X" main.v=1"`, `. [.] symbols shut`},
		{`go build -ldflags=all=-s`, ``},
		{`go build -gcflags="all=-N -l"`, ``},
		{`go build -race`, ``},
		{`go build -tags a,b`, `. [.] a,b symbols`},
		{`go build -tags $TAGS`, ``},
		{`go build -buildmode=pie`, `. [.] symbols pie`},
		{`go build -buildmode=c-shared`, ``},
		{`go build ./...`, ``},
		{`go build -o bin/ ./...`, `. [./...] bin/ symbols`},
		{`go build ./a ./b`, ``},
		{`go build a.go b.go`, `. [a.go b.go] symbols`},
		{`go build -o /dev/null ./cmd/a`, ``},
		{`go install ./cmd/a`, ``},
		{`go vet ./cmd/a`, ``},
		{`echo go build`, ``},
		{`GOOS=linux CGO_ENABLED=0 go build`, `. [.] symbols`},
		{`env GOOS=linux go build`, `. [.] symbols`},
		{`cd cmd/a && go build`, `cmd/a [.] symbols`},
		{`cd $DIR && go build`, ``},
		{`(cd cmd/a; true); go build`, `. [.] symbols`},
		{`if true; then cd cmd/a; fi; go build`, ``},
		{`if true; then go build; fi`, `. [.] symbols`},
		{`for d in a b; do go build -o bin/$d ./cmd/$d; done`, ``},
		{`go build -C cmd/a -o a`, `cmd/a [.] a symbols`},
		{`build() { go build; }`, ``},
		{"go build \\\n  -o a \\\n  ./cmd/a", `. [./cmd/a] a symbols`},
		{`if go build`, ``}, // no program

		// What variables hold is known where they are set, for certain, to what is known.
		{`F="-s -w"; go build -ldflags="$F"`, `. [.]`},
		{`F="-w"; go build -ldflags="$F"`, `. [.] table in`},
		{`F="-X main.v=$V"; go build -ldflags "$F"`, `. [.] symbols in`},
		{`F=$V; go build -ldflags "$F"`, ``},
		{`go build -ldflags "$F"; F=-s`, ``},
		{`F=-w; F=-s; go build -ldflags "$F"`, `. [.]`},
		{`F=-X; F+=" main.v=1"; go build -ldflags "$F"`, `. [.] symbols in`},
		{`F+=-w; go build -ldflags "$F"`, ``}, // behind what the environment has
		{`F=-w; if true; then F=-s; fi; go build -ldflags "$F"`, ``},
		{`F=-w; if F=-s; then go build -ldflags "$F"; fi`, ``},
		{`if true; then F=-w; go build -ldflags "$F"; fi`, `. [.] table in`},
		{`F=-w; test "$CI" && F=-s; go build -ldflags "$F"`, ``},
		{`F=-w && go build -ldflags "$F"`, `. [.] table in`},
		{`F=-w; test "$CI" && F=-s || go build -ldflags "$F"`, ``},
		{`F=-w; echo | F=-s; go build -ldflags "$F"`, ``},
		{`F=-w; for i in 1 2; do go build -ldflags "$F"; F=-s; done`, ``},
		{`F=-w; for i in 1 2; do go build -ldflags "$F"; done`, `. [.] table in`},
		{`F=-w; f() { F=-s; }; f; go build -ldflags "$F"`, ``},
		{`F=-w; f() { G=-s; }; f; go build -ldflags "$F"`, `. [.] table in`},
		{`F=-w; . ./env; go build -ldflags "$F"`, ``},
		{`F=-w; printf -v F x; go build -ldflags "$F"`, ``},
		{`F=-w; printf x; go build -ldflags "$F"`, `. [.] table in`},
		{`F=-w go build -ldflags "$F"`, ``}, // the shell expands first
		{`export F=-w; go build -ldflags "$F"`, `. [.] table in`},
		{`F=-w; go build -ldflags "${F:-x}"`, ``},
		{`F=-w; : ${F:=x}; go build -ldflags "$F"`, ``},
		{`(F=-w); go build -ldflags "$F"`, ``},
		{`F="-ldflags -s"; go build $F`, `. [.]`},
		{`F="-ldflags -w"; go build $F`, `. [.] table shut`},
		{`F='-ldflags "-s -w"'; go build $F`, ``}, // the quotes are part of the flags
		{`D=cmd; go build ./$D/a`, `. [./cmd/a] symbols`},
		{`D='c*'; go build ./$D/a`, ``},
		{`D=cmd/a; cd $D; go build`, `cmd/a [.] symbols`},
	} {
		if got := show(shell(test.text, 0, ".", nil)); got != test.want {
			t.Errorf("%s: got %q, want %q", test.text, got, test.want)
		}
	}
}

func TestFiles(t *testing.T) {
	for _, test := range []struct{ file, text, want string }{
		{"Makefile", "a:\n\t@go build ./cmd/a\n", `. [./cmd/a] symbols`},
		{"Makefile", "a:\n    go build ./cmd/a\n", ``}, // no recipe
		{"Makefile", "D = cmd\na:\n\tgo build ./$(D)/a\n", `. [./cmd/a] symbols`},
		{"Makefile", "D ?= cmd\na:\n\tgo build ./$(D)/a\n", ``},
		{"Makefile", "F := -s -w\na:\n\tgo build -ldflags \"$(F)\"\n", `. [.]`},
		{"Makefile", "F := -w\na:\n\tgo build -ldflags \"$(F)\"\n", `. [.] table in`},
		{"Makefile", "F ?= -w\na:\n\tgo build -ldflags \"$(F)\"\n", ``},
		{"Makefile", "F = -X main.v=$(shell v)\na:\n\tgo build -ldflags \"$(F)\"\n", `. [.] symbols in`},
		{"Makefile", "F = $(shell v)\na:\n\tgo build -ldflags \"$(F)\"\n", ``},
		{"Makefile", "F = -X main.v=1\nF += -s -w\na:\n\tgo build -ldflags \"$(F)\"\n", `. [.]`},
		{"Makefile", "F ?= -X main.v=1\nF += -w\na:\n\tgo build -ldflags \"$(F)\"\n", ``},
		{"Makefile", "F = -w\nifdef CI\nF += -s\nendif\na:\n\tgo build -ldflags \"$(F)\"\n", ``},
		{"Makefile", "F = -w\nr: F += -s\na:\n\tgo build -ldflags \"$(F)\"\n", ``}, // for a, too, if r needs it
		{"Makefile", "F = -w\nr: G += -s\na:\n\tgo build -ldflags \"$(F)\"\n", `. [.] table in`},
		{"Makefile", "F = -w\ninclude x.mk\na:\n\tgo build -ldflags \"$(F)\"\n", ``},
		{"Makefile", "include x.mk\nF = -w\na:\n\tgo build -ldflags \"$(F)\"\n", `. [.] table in`},
		{"Makefile", "F = $(G)\nG = -w\na:\n\tgo build -ldflags \"$(F)\"\n", `. [.] table in`},
		{"Makefile", "F := $(G)\nG = -w\na:\n\tgo build -ldflags \"$(F)\"\n", ``}, // too early
		{"Makefile", "F = -ldflags \"-s -w\"\na:\n\tgo build $(F)\n", `. [.]`},
		{"Makefile", "F = -ldflags \"-w\"\na:\n\tgo build $(F)\n", `. [.] table shut`},
		{"Makefile", "F = -ldflags \"-w $(X)\"\na:\n\tgo build $(F)\n", ``},
		{"Makefile", "F = -w; true\na:\n\tgo build -ldflags $(F)\n", ``},
		{"Makefile", "F = -v\na:\n\tgo build $(F) ./cmd/a\n", `. [./cmd/a] symbols`},
		{"Makefile", "F = -v $(X)\na:\n\tgo build $(F) ./cmd/a\n", ``},
		{"build.sh", "F='-s -w'\ngo build -ldflags \"$F\"\n", `. [.]`},
		{"build.sh", "F='-s -w'\nsource env\ngo build -ldflags \"$F\"\n", ``},
		{"Dockerfile", "FROM golang\nENV F=\"-w\"\nCOPY . .\nRUN go build -ldflags \"$F\"\n", `/ [.] table in`},
		{"Dockerfile", "FROM golang\nENV F -s -w\nCOPY . .\nRUN go build -ldflags \"$F\"\n", `/ [.]`},
		{"Dockerfile", "FROM golang\nARG F=-w\nCOPY . .\nRUN go build -ldflags \"$F\"\n", ``}, // --build-arg
		{"Dockerfile", "FROM golang\nARG V\nENV F=\"-X main.v=$V\"\nCOPY . .\nRUN go build -ldflags \"$F\"\n", `/ [.] symbols in`},
		{"Dockerfile", "FROM golang\nARG V\nENV F=$V\nCOPY . .\nRUN go build -ldflags \"$F\"\n", ``},
		{"Dockerfile", "FROM golang AS base\nENV F=-w\nFROM base\nCOPY . .\nRUN go build -ldflags \"$F\"\n", `/ [.] table in`},
		{"Dockerfile", "FROM golang AS base\nENV F=-w\nFROM golang\nCOPY . .\nRUN go build -ldflags \"$F\"\n", ``},
		{"Dockerfile", "FROM golang\nENV F=-w\nENV F=-s G=$F\nCOPY . .\nRUN go build -ldflags \"$G\"\n", `/ [.] table in`},
		{"Dockerfile", "FROM golang\nCOPY . .\nRUN F=-w\nRUN go build -ldflags \"$F\"\n", ``}, // a shell of its own
		{"Makefile", "D = cmd\nD = lib\na:\n\tgo build ./$(D)/a\n", ``},
		{"Makefile", "D = $(shell x)\na:\n\tgo build ./$(D)/a\n", ``},
		{"Makefile", "a:\n\tcd cmd/a\n\tgo build\n", `. [.] symbols`}, // each line has a shell of its own
		{"Makefile", ".ONESHELL:\na:\n\tcd cmd/a\n\tgo build\n", ``},
		{"Makefile", "a:\n\tgo build -o $@ ./cmd/a\n", `. [./cmd/a] ? symbols`},
		{"Makefile", "a:\n\tgo build ./cmd/$@\n", ``},
		{"Makefile", "a:\n\tgo build $(shell ls) ./cmd/a\n", ``},
		{"Makefile", "a:\n\tfor d in x; do go build ./cmd/$$d; done\n", ``},
		{"Makefile", "debug:\n\tgo build ./cmd/a\n", ``},
		{"Makefile", "a:\n\tgo build ./cmd/a\n\tdlv exec ./a\n", ``},
		{"Makefile", "export GOFLAGS = -ldflags=-s\na:\n\tgo build ./cmd/a\n", ``},
		{"build.sh", "#!/bin/sh\ncd cmd/a\ngo build\n", `cmd/a [.] symbols`},
		{"build.sh", "#!/bin/sh\ncd cmd/a\ngo build\ndlv exec a\n", ``},
		{"build-local.sh", "#!/bin/sh\ncd cmd/a\ngo build\n", ``},
		{"Makefile", "a:\n\tgo build\nb:\n\tgo build -o b\n", `. [.] symbols; . [.] b symbols`},
		{"Makefile", "a:\n\tgo build\nb:\n\tgo build -o b\ntest: a\n", `. [.] b symbols`},
		{"Makefile", "a:\n\tgo build\nb:\n\tgo build -o b\nall: a\ntest: a\n", `. [.] symbols; . [.] b symbols`},
		{"Makefile", "a:\n\tgo build\nb:\n\tgo build -o b ./cmd/b\ntest: a\n", `. [.] symbols; . [./cmd/b] b symbols`}, // nothing else builds a
		{"Makefile", "a:\n\tgo build\nrun: a\n\tsam local start-api\n", ``},
		{"Makefile", "a:\n\tgo build\nrun: a\n\tsam local start-api\nship: a\n\tsam deploy\n", `. [.] symbols`},
		{"Makefile", "a:\n\tgo build\nrun: a\n\tsam local start-api\nship:\n\tsam deploy\n", `. [.] symbols`}, // after make a
		{"Makefile", "a:\n\tgo build\n\tsls invoke local -f a\n", ``},
		{"run.sh", "#!/bin/sh\ngo build\nsam local invoke\n", ``},
		{"run.sh", "#!/bin/sh\ngo build\nsam deploy\n", `. [.] symbols`},
		{"Makefile", "a:\n\tGOOS=windows go build\n", ``},
		{"Makefile", "a:\n\tGOOS=linux go build\n", `. [.] symbols`},
		{"e2e.sh", "#!/bin/sh\ncd cmd/a\ngo build\n", ``},
		{"Dockerfile", "FROM golang\nWORKDIR /src\nCOPY . .\nRUN go build ./cmd/a\n", `/src [./cmd/a] symbols`},
		{"Dockerfile", "FROM golang\nWORKDIR /src\nCOPY . .\nWORKDIR cmd/a\nRUN --mount=type=cache,target=/x go install\n", `/src/cmd/a [.] symbols`},
		{"Dockerfile_api", "FROM golang\nCOPY . .\nRUN go build ./cmd/a\n", `/ [./cmd/a] symbols`},
		{"dockerfiles.go", "FROM golang\nCOPY . .\nRUN go build ./cmd/a\n", ``},
		{"Dockerfile", "FROM golang\nARG D\nWORKDIR $D\nCOPY . .\nRUN go build ./cmd/a\n", ``},
		{"Dockerfile", "FROM golang AS debug\nCOPY . .\nRUN go build ./cmd/a\n", ``},
		{"Dockerfile", "FROM golang\nCOPY . .\nRUN [\"go\", \"build\"]\n", ``},
		{"Dockerfile", "FROM golang\nCOPY . .\nRUN true && \\\n# why\n  go build ./cmd/a\n", `/ [./cmd/a] symbols`},
		{"Dockerfile", "FROM golang\n# RUN go build\n", ``},
		{"buildspec.yml", "phases:\n  build:\n    commands:\n      - GOOS=linux go build -o a ./cmd/a\n", `. [./cmd/a] a symbols`},
		{"buildspec.yml", "phases:\n  build:\n    commands:\n      #- go build -o a ./cmd/a\n", ``},
		{"buildspec.yml", "run: |\n  cd x\n  go build -o a ./cmd/a\nnext: 1\n", `x [./cmd/a] a symbols`},
		{"buildspec.yml", "run: >\n  cd x\n  go build -o a ./cmd/a\nnext: 1\n", ``}, // folded: its lines are no lines
		{"x/.github/workflows/a.yml", "s:\n  - run: go build\n    working-directory: y\n", `y [.] symbols`},
		{"x/.github/workflows/test.yml", "s:\n  - run: go build\n    working-directory: y\n", ``},
		{"x/.github/workflows/a.yml", "s:\n  - run: go build ./cmd/${{ matrix.a }}\n", ``},
		{".goreleaser.yml", "builds:\n  - main: ./cmd/a\n", `. [./cmd/a]`}, // it strips by itself
		{".goreleaser.yml", "builds:\n  - main: ./cmd/a\n    ldflags: ['-X main.v={{.Version}}']\n", `. [./cmd/a] symbols shut`},
		{".goreleaser.yml", "builds:\n  - main: ./cmd/a\n    ldflags: ['{{.Env.L}}']\n", ``},
		{".ko.yaml", "builds:\n  - main: ./cmd/a\n", `. [./cmd/a] symbols shut`},
		{".ko.yaml", "defaultLdflags: [-s]\nbuilds:\n  - main: ./cmd/a\n", ``},
		{"template.yaml", sam("go1.x"), `. [a/] symbols shut`},
		{"template.yaml", sam("makefile"), ``},
		{"main.go", "go build", ``},
	} {
		cmds := Commands(test.file, []byte(test.text))
		if got := show(cmds); got != test.want {
			t.Errorf("%s\n%s: got %q, want %q", test.file, test.text, got, test.want)
		}
		for _, c := range cmds {
			if got := test.text[c.Start:c.End]; c.Via == "" && got != "go build" && got != "go install" {
				t.Errorf("%s\n%s: a command stands at %q", test.file, test.text, got)
			}
		}
	}
}

// More flags stand behind go build, but for -C.
func TestFlags(t *testing.T) {
	for text, want := range map[string]string{
		"go build -o a ./cmd/a":      "go build",
		"go build -C cmd/a -o a":     "go build -C cmd/a",
		"go build -C=cmd/a -o a":     "go build -C=cmd/a",
		`go build -C "cmd/a" -o a .`: `go build -C "cmd/a"`,
	} {
		cmds := Commands("a.sh", []byte(text))
		if len(cmds) != 1 || text[:cmds[0].Flags] != want {
			t.Errorf("%s: %+v, want flags behind %s", text, cmds, want)
		}
	}
}

func TestSilenced(t *testing.T) {
	for _, test := range []struct {
		text string
		want bool
	}{
		{"a:\n\tgo build # faaslint:ignore strip a reason\n", true},
		{"a:\n\tgo build # faaslint:ignore strip\n", false},
		{"a:\n\tgo build # faaslint:ignore lazy a reason\n", false},
		{"a:\n\t# faaslint:ignore strip a reason\n\tgo build\n", true},
		{"a:\n\ttrue # faaslint:ignore strip a reason\n\tgo build\n", false},
	} {
		cmds := Commands("Makefile", []byte(test.text))
		if len(cmds) != 1 || cmds[0].Silenced([]byte(test.text), "strip") != test.want {
			t.Errorf("%q: %d commands, silenced is not %v", test.text, len(cmds), test.want)
		}
	}
}

// FuzzCommands wants offsets that lie in the file, whatever stands there.
func FuzzCommands(f *testing.F) {
	for _, text := range []string{"F = -w\na:\n\tgo build -ldflags \"$(F)\"\n", "FROM a\nENV F=\"x\"\nRUN go build $F\n", "F=-w; if a; then go build $F; fi\n", "run: |\n  go build\n"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, file := range []string{"Makefile", "Dockerfile", "a.sh", "a.yml"} {
			for _, c := range Commands(file, []byte(text)) {
				if c.Start < 0 || c.End > len(text) || c.Start > c.End || c.Flags > len(text) || c.Head < 0 || c.Head > len(text) || c.LDFlags > len(text) || c.TagsEnd > len(text) {
					t.Errorf("%s: %q: %+v", file, text, c)
				}
			}
		}
	})
}

func sam(method string) string {
	return "Transform: AWS::Serverless-2016-10-31\nResources:\n  A:\n    Type: AWS::Serverless::Function\n    Metadata:\n      BuildMethod: " +
		method + "\n    Properties:\n      CodeUri: a/\n"
}

func show(cmds []*Command) string {
	var all []string
	for _, c := range cmds {
		words := []string{c.Dir, fmt.Sprint(c.Packages)}
		if c.Out != "" {
			words = append(words, strings.ReplaceAll(c.Out, Unknown, "?"))
		}
		if len(c.Tags) > 0 {
			words = append(words, strings.Join(c.Tags, ","))
		}
		if !c.Stripped {
			words = append(words, map[bool]string{false: "symbols", true: "table"}[c.NoDWARF])
			if c.LDFlags > 0 {
				words = append(words, "in")
			} else if c.LDFlags < 0 {
				words = append(words, "shut")
			}
		}
		if c.PIE {
			words = append(words, "pie")
		}
		all = append(all, strings.Join(words, " "))
	}
	return strings.Join(all, "; ")
}
