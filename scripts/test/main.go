// Test runs the tests of every module of this repository: go run ./scripts/test [flags for go test].
// It prints what go test prints, goes on after a failure, and exits 1 if any module failed.
package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

func main() {
	dirs, err := modules(".")
	if err != nil {
		fmt.Fprintln(os.Stderr, "test: looking for modules:", err)
		os.Exit(2)
	}
	failed := false
	for _, dir := range dirs {
		for _, args := range [][]string{{"vet", "./..."}, append([]string{"test", "./..."}, os.Args[1:]...)} {
			fmt.Printf("== go %v in %s\n", args, dir)
			cmd := exec.Command("go", args...)
			cmd.Dir, cmd.Stdout, cmd.Stderr = dir, os.Stdout, os.Stderr
			if err := cmd.Run(); err != nil {
				fmt.Fprintf(os.Stderr, "test: go %v in %s: %v\n", args, dir, err)
				failed = true
			}
		}
	}
	if failed {
		os.Exit(1)
	}
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
