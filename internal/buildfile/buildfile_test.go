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
		{"Makefile", "a:\n\tgo build\nb:\n\tGOOS=linux go build -o b\n", `. [.] b symbols`}, // a is for the machine at hand
		{"Makefile", "a:\n\tgo build\nb:\n\tgo build -o b\n", `. [.] symbols; . [.] b symbols`},
		{"Makefile", "a:\n\tgo build ./cmd/a\nb:\n\tGOOS=linux go build -o b\n", `. [./cmd/a] symbols; . [.] b symbols`},
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
