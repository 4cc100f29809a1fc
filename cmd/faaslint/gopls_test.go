package main

import (
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
)

// TestSourceOf asks for the source of programs that were built in different ways. internal/editors does it for real.
func TestSourceOf(t *testing.T) {
	checkout := t.TempDir()
	if err := os.WriteFile(filepath.Join(checkout, "go.mod"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(checkout, "cmd", "faaslint", "gopls.go")
	installed := debug.Module{Path: ownPath, Version: "v1.2.3", Sum: "h1:"}
	replaced := installed
	replaced.Replace = &debug.Module{Path: checkout}
	for _, c := range []struct {
		name       string
		main       debug.Module
		here, want string // the source, or words of the error
	}{
		{"installed", installed, file, "v1.2.3"},
		{"installed with -trimpath", installed, ownPath + "@v1.2.3/cmd/faaslint/gopls.go", "v1.2.3"},
		{"replaced", replaced, file, "as it is in " + checkout},
		{"checkout", debug.Module{Path: ownPath, Version: "v1.2.4-0.2026+dirty"}, file, "as it is in " + checkout},
		{"checkout with -trimpath", debug.Module{Path: ownPath}, ownPath + "/cmd/faaslint/gopls.go", "does not know its own source"},
		{"checkout that is gone", debug.Module{Path: ownPath}, filepath.Join(checkout, "x", "cmd", "faaslint", "gopls.go"), "is gone"},
	} {
		own, err := sourceOf(&debug.BuildInfo{Main: c.main}, c.here)
		if err != nil && strings.Contains(err.Error(), c.want) {
			continue
		}
		if err != nil || own.String() != c.want {
			t.Errorf("%s: %v, %v; want %s", c.name, own, err, c.want)
		}
	}
}

// TestWithLack has words that were seen, those of a full disk and of a Go that is too old among them.
func TestWithLack(t *testing.T) {
	for words, want := range map[string]string{
		"copying gopls: Copy /tmp/a: write /tmp/a: no space left on device":                                          "the disk is full",
		"go build: # x\n/usr/lib/go/link: mapping output file failed: no space left on device":                       "the disk is full",
		"getting gopls: x@v0.24.0 requires go >= 1.27.0 (running go 1.26.8; GOTOOLCHAIN=local)":                      "needs a newer Go",
		"go env: go: download go1.99 for linux/amd64: toolchain not available":                                       "needs a newer Go",
		"getting gopls: x@v0.24.0: Get \"http://x/v0.24.0.info\": dial tcp 127.0.0.1:9: connect: connection refused": "cannot be reached",
		"getting gopls: x@v0.24.0: module lookup disabled by GOPROXY=off":                                            "cannot be reached",
		"go build: internal/settings/faaslint.go:7:3: undefined: AllAnalyzers":                                       "",
	} {
		got := withLack(errors.New(words)).Error()
		if rest := strings.TrimPrefix(got, words); !strings.Contains(rest, want) || want == "" && rest != "" {
			t.Errorf("%s: adds %q, not %q", words, rest, want)
		}
	}
}
