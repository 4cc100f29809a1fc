package editors

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestFinding compares what the editor shows with what the command line prints, and applies the quick fix.
func TestFinding(t *testing.T) {
	dir := module(t)
	c := start(t, dir, nil)
	printed := run(t, dir, 1, built(t, filepath.Join("bin", "faaslint")), "./...")
	c.open("main.go")
	found := c.findings("main.go", 2)
	for _, d := range found {
		line := fmt.Sprintf("main.go:%d:%d: %s\n", d.Range.Start.Line+1, d.Range.Start.Character+1, d.Message)
		if !strings.Contains(printed, line) {
			t.Errorf("the editor shows\n%sand the command line\n%s", line, printed)
		}
		if len(d.RelatedInformation) == 0 {
			t.Errorf("%s: the way to it is not shown", d.Message)
		}
		for _, r := range d.RelatedInformation {
			if strings.HasSuffix(r.Message, "(other-package)") {
				continue // the command line asks that package, and has its answer here
			}
			line := fmt.Sprintf("\t%s:%d:%d: %s\n", c.name(r.Location.URI), r.Location.Range.Start.Line+1, r.Location.Range.Start.Character+1, r.Message)
			if !strings.Contains(printed, line) {
				t.Errorf("the editor shows\n%sand the command line\n%s", line, printed)
			}
		}
		if d.Severity != 2 || d.Code != "reuse" {
			t.Errorf("%s: severity %d, code %v", d.Message, d.Severity, d.Code)
		}
		if want := "https://pkg.go.dev/github.com/faaslint/faaslint/analyzers/reuse#hdr-Analyzer_reuse"; d.CodeDescription.Href != want {
			t.Errorf("%s: leads to %s", d.Message, d.CodeDescription.Href)
		}
	}
	if last := found[1].RelatedInformation; !slices.ContainsFunc(last, func(r relatedInformation) bool { return c.name(r.Location.URI) == "db/db.go" }) {
		t.Errorf("the way to the second leads through no other package: %+v", last)
	}

	fix := c.quickFix("main.go", found[0])
	if want := "Open the session once per instance"; fix.Title != want || fix.Kind != "quickfix" {
		t.Errorf("the fix is %q, a %s", fix.Title, fix.Kind)
	}
	c.do(fix)
	c.findings("main.go", 1)
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(c.buffer("main.go")), 0o666); err != nil {
		t.Fatal(err)
	}
	sound(t, dir)
}

// TestSameFix wants the text that go vet -fix, which also sees one package at a time, would have written.
func TestSameFix(t *testing.T) {
	dir, vetted := module(t), module(t)
	run(t, vetted, 1, "go", "vet", "-fix", "-vettool="+built(t, filepath.Join("bin", "faaslint")), ".")
	c := start(t, dir, nil)
	c.open("main.go")
	c.do(c.quickFix("main.go", c.findings("main.go", 2)[0]))
	if got, want := c.buffer("main.go"), read(t, filepath.Join(vetted, "main.go")); got != want {
		t.Errorf("the quick fix leaves\n%s\nand go vet -fix\n%s", got, want)
	}
}

// TestUnsaved looks at buffers that differ from their files.
func TestUnsaved(t *testing.T) {
	dir := module(t)
	c := start(t, dir, nil)
	c.open("main.go")
	c.findings("main.go", 2)
	c.replace("main.go", "\ts, err := db.Config().Open()\n", "\tc := db.Config()\n\tc.Host = r.FormValue(\"host\")\n\ts, err := c.Open()\n")
	c.findings("main.go", 1)
	c.replace("main.go", "c.Host = r.FormValue(\"host\")", "c.Host = \"localhost\"")
	found := c.findings("main.go", 2)
	c.do(c.quickFix("main.go", found[0]))
	c.findings("main.go", 1)
	if text := c.buffer("main.go"); !strings.Contains(text, "c.Host = \"localhost\"\n") || !strings.Contains(text, "sharedSession(") {
		t.Errorf("the fix was not made of the buffer:\n%s", text)
	}
	if strings.Contains(read(t, filepath.Join(dir, "main.go")), "localhost") {
		t.Error("somebody saved the buffer")
	}
}

// TestSyntaxError breaks a file and mends it, for one server.
func TestSyntaxError(t *testing.T) {
	c := start(t, module(t), nil)
	c.open("main.go")
	c.findings("main.go", 2)
	whole := c.buffer("main.go")
	c.replace("main.go", "\tdefer s.Close()\n\tfmt.Fprintln(w, s.Name(r.FormValue(\"id\")))\n}\n", "\tdefer s.Close(\n")
	c.wait("main.go", "a syntax error", func(list []diagnostic) bool { return len(from("syntax", list)) > 0 })
	c.change("main.go", whole)
	c.wait("main.go", "the findings alone", func(list []diagnostic) bool {
		return len(from("syntax", list)) == 0 && len(from("reuse", list)) == 2
	})
	c.replace("main.go", "db.Config().Open()", "db.Config().Open(undefined)")
	c.wait("main.go", "a type error", func(list []diagnostic) bool { return len(from("compiler", list)) > 0 })
	c.change("main.go", whole)
	c.do(c.quickFix("main.go", c.findings("main.go", 2)[0]))
	c.findings("main.go", 1)
}

// TestOtherPackage edits the packages below the handler's and looks at the handler.
func TestOtherPackage(t *testing.T) {
	c := start(t, module(t), nil)
	c.open("main.go")
	c.findings("main.go", 2)

	c.open("store/store.go")
	const directive = "//\n//faaslint:costly what=session loses=connection shared close=Close\n"
	c.replace("store/store.go", directive, "")
	c.findings("main.go", 0)
	c.replace("store/store.go", "// Open connects.\n", "// Open connects.\n"+directive)
	c.findings("main.go", 2)

	c.open("db/db.go")
	const open = "{ return Config().Open() }\n"
	c.replace("db/db.go", open, "{ return shared, nil }\n\nvar shared = new(store.Session)\n")
	c.findings("main.go", 1)
	c.replace("db/db.go", "{ return shared, nil }\n\nvar shared = new(store.Session)\n", open)
	found := c.findings("main.go", 2)
	c.do(c.quickFix("main.go", found[0]))
	c.findings("main.go", 1)
}

// TestSwitchedOff switches the check off, as one of gopls. That it would have reported by then shows another one.
func TestSwitchedOff(t *testing.T) {
	c := start(t, module(t), map[string]any{"analyses": map[string]any{"reuse": false}})
	c.open("main.go")
	c.change("main.go", c.buffer("main.go")+"\nfunc _(x int) { x = x }\n")
	list := c.wait("main.go", "a finding of another check", func(list []diagnostic) bool { return len(from("assign", list)) == 1 })
	if found := from("reuse", list); len(found) > 0 {
		t.Errorf("the check is off and reports %+v", found)
	}
}

// TestCommandLine uses gopls as a command.
func TestCommandLine(t *testing.T) {
	dir := module(t)
	gopls := gopls(t)
	out := run(t, dir, 0, gopls, "check", "main.go")
	if n := strings.Count(out, " is opened on every request of "); n != 2 {
		t.Fatalf("gopls check prints %d findings:\n%s", n, out)
	}
	// FILE:LINE:COL-COL: the place of the finding is that of its fix.
	place, _, ok := strings.Cut(strings.TrimPrefix(out, filepath.Join(dir, "main.go")), "-")
	if !ok {
		t.Fatalf("gopls check prints no places:\n%s", out)
	}
	run(t, dir, 0, gopls, "codeaction", "-kind=quickfix", "-exec", "-write", "main.go"+place)
	sound(t, dir)
}
