package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The lines of a file are few, so that many are alike, as braces and empty lines are.
func randomLines(r *rand.Rand, n int) (lines []string) {
	for range n {
		lines = append(lines, fmt.Sprintf("line %d", r.IntN(12)))
	}
	return lines
}

// changed returns the lines with some replaced, removed and added, now and then near each other.
func changed(r *rand.Rand, lines []string) (out []string) {
	every := 2 + r.IntN(12)
	for _, line := range lines {
		switch {
		case r.IntN(every) > 0:
			out = append(out, line)
		case r.IntN(3) == 0: // removed
		case r.IntN(2) == 0:
			out = append(out, randomLines(r, 1+r.IntN(9))...)
		default:
			out = append(append(out, line), randomLines(r, 1+r.IntN(3))...)
		}
	}
	return out
}

// content joins lines, some with CRLF and some without the last end of line.
func content(r *rand.Rand, lines []string) []byte {
	end := "\n"
	if r.IntN(8) == 0 {
		end = "\r\n"
	}
	text := strings.Join(lines, end)
	if r.IntN(4) > 0 {
		text += end
	}
	return []byte(text)
}

func TestUnifiedApplies(t *testing.T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), nil, 0o666); err != nil { // names are relative to it
		t.Fatal(err)
	}
	old, fixed := make(map[string][]byte), make(map[string][]byte)
	for i := range 400 {
		file := filepath.Join(dir, fmt.Sprintf("f %d.go", i))
		lines := randomLines(r, 1+r.IntN(80))
		old[file] = content(r, lines)
		fixed[file] = content(r, append(changed(r, lines), "end"))
		if err := os.WriteFile(file, old[file], 0o666); err != nil {
			t.Fatal(err)
		}
	}
	patch, err := unified(fixed, os.ReadFile)
	if err != nil {
		t.Fatal(err)
	}
	gitApply(t, dir, []byte(patch))
	for file, want := range fixed {
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("seed %d: %s: the patch makes\n%swant\n%sof\n%s", seed, file, got, want, old[file])
		}
	}
}

// A fix moves the call of "a" to a declaration above and, on the line of the call, leaves another that looks like it.
func TestRoundOrigin(t *testing.T) {
	old := "package p\n\nfunc f() {\n\tx, y := call(a), call(b)\n\tclose(x)\n}\n"
	fixed := "package p\n\nvar kept = call(a)\n\nfunc f() {\n\tx, y := kept, call(b)\n}\n"
	line := strings.Index(old, "\tx, y")
	end := strings.Index(old, "\tclose")
	fix := &candidate{at: position{"f", 4, 10}, edits: collectEdits([]edit{
		{Filename: "f", Start: line, End: end, New: "\tx, y := kept, call(b)\n"},
		{Filename: "f", Start: end, End: end + len("\tclose(x)\n")},
		{Filename: "f", Start: len("package p\n\n"), End: len("package p\n\n"), New: "var kept = call(a)\n\n"},
	})}
	r := &round{[]*candidate{fix}, fix.edits, map[string][]byte{"f": []byte(old)}, map[string][]byte{"f": []byte(fixed)}}
	if got, err := fix.edits.apply(func(string) ([]byte, error) { return []byte(old), nil }); err != nil || string(got["f"]) != fixed {
		t.Fatalf("%v: %s", err, got["f"])
	}
	for now, want := range map[string]string{
		"f:1:1":  "f:1:1",
		"f:3:12": "f:4:10", // the moved call: where it stood
		"f:5:1":  "f:3:1",
		"f:5":    "f:3",
		"f:6:2":  "f:4:2",
		"f:6:10": "f:4:10", // kept: the call that it stands for
		"f:6:16": "f:4:19", // call(b)
		"f:7:1":  "f:6:1",
		"g:7:1":  "g:7:1", // another file
		"f":      "f",
	} {
		if got := r.origin(parsePosition(now)).String(); got != want {
			t.Errorf("%s was at %s, want %s", now, got, want)
		}
	}
}

// gitApply applies a patch to a folder that is in no repository, and wants every hunk to lie where it says, in the old
// file as in the new one: git looks for the place of a hunk around the line in the new file, or with -R the old one.
func gitApply(t *testing.T, dir string, patch []byte) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "patch")
	if err := os.WriteFile(name, patch, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{nil, {"-R", "--check"}} {
		cmd := exec.Command("git", append(append([]string{"apply", "--verbose"}, args...), name)...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir), "LC_ALL=C")
		out, err := cmd.CombinedOutput()
		if err != nil || strings.Contains(string(out), "offset") || strings.Contains(string(out), "fuzz") {
			t.Fatalf("%v: %v\n%s%s", cmd.Args, err, out, patch)
		}
	}
}
