// Test runs the tests of every module of this repository: go run ./scripts/test [-real] [flags for go test].
// With -real it also runs those that install and start databases, and then the example on them as functions: all requests
// on each host, and one host's times, which are printed and not judged, since a busy machine must not fail a test. It
// prints what go test prints, goes on after a failure, and exits 1 if any module failed.
package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

func main() {
	dirs, err := modules(".")
	if err != nil {
		fmt.Fprintln(os.Stderr, "test: looking for modules:", err)
		os.Exit(2)
	}
	flags, real := withoutReal(os.Args[1:])
	passed := true
	for _, dir := range dirs {
		passed = run(dir, "vet", "./...") && passed
		// Ten minutes, the limit that go test has by itself, are few for a slow machine.
		passed = run(dir, append([]string{"test", "-timeout=30m", "./..."}, flags...)...) && passed
	}
	if real {
		passed = run("examples/opensense", "test", "-v", "-count=1", "-timeout=20m", "./databases", "-real") && passed
		passed = run(".", "run", "./scripts/opensense", "-out=opensense-report/answers", "-only=plain,answers") && passed
		run(".", "run", "./scripts/opensense", "-out=opensense-report/times", "-only=plain,http,times")
	}
	if !passed {
		os.Exit(1)
	}
}

// withoutReal tells -real, which is ours, from the flags for go test.
func withoutReal(args []string) (flags []string, real bool) {
	flags = slices.DeleteFunc(slices.Clone(args), func(arg string) bool { return arg == "-real" || arg == "--real" })
	return flags, len(flags) < len(args)
}

// run reports whether a go command in a folder succeeded.
func run(dir string, args ...string) bool {
	fmt.Printf("== go %v in %s\n", args, dir)
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		fmt.Fprintf(os.Stderr, "test: go %v in %s: %v\n", args, dir, err)
		return false
	}
	return true
}

// modules lists the folders below root that hold a go.mod, root first; testdata is input for tests, not a module of ours.
func modules(root string) (dirs []string, err error) {
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == ".git"):
			return fs.SkipDir
		case d.IsDir():
			if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil {
				dirs = append(dirs, path)
			} else if !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
		return nil
	})
	return dirs, err
}
