package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
)

// repair fixes a copy of m and notes in r what became better or worse.
func (o *options) repair(m module, r *row) {
	root, dir, err := o.copyOf(m)
	if err != nil {
		r.err = fmt.Errorf("copying: %w", err)
		return
	}
	defer os.RemoveAll(root)
	r.err = o.check(module{dir: dir, env: m.env, name: m.name}, root, r)
}

// check runs everything in the copy: the repair, build and vet, a second repair, tests; and, with the files as they were,
// build, vet and tests again. What the repair leaves as it is needs none of that.
func (o *options) check(m module, root string, r *row) (err error) {
	before, err := goFiles(root)
	if err != nil {
		return err
	}
	if r.fix, err = o.apply(m); err != nil {
		return err
	}
	after, err := goFiles(root)
	if err != nil {
		return err
	}
	if r.touched = changed(before, after); len(r.touched) == 0 {
		return nil
	}
	if err := o.writePatch(m, root, before, after, r.touched); err != nil {
		return err
	}
	if r.lost, err = lostComments(before, after, r.touched); err != nil {
		return err
	}
	if err := o.state(m, root, r, 1); err != nil {
		return err
	}
	if _, err = o.apply(m); err != nil {
		return fmt.Errorf("second run: %w", err)
	}
	again, err := goFiles(root)
	if err != nil {
		return err
	}
	r.again = changed(after, again)
	for _, file := range changed(before, again) {
		if err := put(root, file, before); err != nil {
			return err
		}
	}
	if err := o.state(m, root, r, 0); err != nil {
		return err
	}
	r.broken = minus(r.passed[0], r.passed[1])
	return nil
}

// writePatch writes the repair as a patch for FOLDER, where root has another place.
func (o *options) writePatch(m module, root string, before, after map[string][]byte, files []string) error {
	if o.patches == nil {
		return nil
	}
	inside, err := filepath.Rel(root, m.dir)
	if err != nil {
		return err
	}
	top := m.name
	if inside != "." {
		top = strings.TrimSuffix(top, filepath.ToSlash(inside))
	}
	for _, file := range files {
		name := path.Join(top, filepath.ToSlash(file))
		if _, err := o.patches.Write(diff.Diff("a/"+name, before[file], "b/"+name, after[file])); err != nil {
			return fmt.Errorf("writing the patch: %w", err)
		}
	}
	return nil
}

// state notes what go build and go vet complain of and which tests of the packages touched pass, before the repair (0) or
// after it (1).
func (o *options) state(m module, root string, r *row, when int) error {
	// With this -o no binary is left behind, not even by a module of a single main package, which is linked all the same.
	b, err := o.do(m, m.dir, "go", "build", "-o", os.DevNull, "./...")
	if err != nil {
		return err
	}
	v, err := o.do(m, m.dir, "go", "vet", "./...")
	if err != nil {
		return err
	}
	r.build[when], r.vet[when] = complaints(b), complaints(v)
	packages := packagesOf(m.dir, root, r.touched)
	if o.exec == "" || len(packages) == 0 {
		return nil
	}
	ran := 0
	r.passed[when], ran, err = o.passing(m, packages)
	r.ran = max(r.ran, ran)
	return err
}

func (o *options) apply(m module) (s summary, err error) {
	c, err := o.do(m, m.dir, o.tool, "-C", m.dir, "-fix", "-force", "./...")
	if err != nil {
		return s, err
	}
	return parseSummary(c.err)
}

// put makes one file what it is in files, which may be absent.
func put(root, file string, files map[string][]byte) error {
	path := filepath.Join(root, file)
	data, ok := files[file]
	if ok {
		return os.WriteFile(path, data, 0o666)
	}
	return os.Remove(path)
}

// packagesOf returns patterns for the folders of files (which are relative to root) that lie in the module. A file of
// another module of a workspace is tested when that module's turn comes, if it is listed.
func packagesOf(dir, root string, files []string) (patterns []string) {
	for _, file := range files {
		rel, err := filepath.Rel(dir, filepath.Join(root, filepath.Dir(file)))
		if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			continue
		}
		patterns = append(patterns, "./"+filepath.ToSlash(rel))
	}
	slices.Sort(patterns)
	return slices.Compact(patterns)
}

// passing returns the names of the tests that pass, and how many ran.
func (o *options) passing(m module, packages []string) (names []string, ran int, err error) {
	args := append([]string{"go", "test", "-json", "-count=1", "-timeout=2m", "-exec=" + o.exec}, packages...)
	c, err := o.do(m, m.dir, args...)
	if err != nil {
		return nil, 0, err
	}
	tested := make(map[string]bool)
	for _, line := range strings.Split(c.out, "\n") {
		var event struct{ Action, Package, Test string }
		// go prints plain lines between the events when a package does not build.
		if json.Unmarshal([]byte(line), &event) != nil || event.Action != "pass" && event.Action != "fail" {
			continue
		}
		switch {
		case event.Test != "":
			ran++
			tested[event.Package] = true
			if event.Action == "pass" {
				names = append(names, event.Package+" "+event.Test)
			}
		case event.Action == "fail" && !tested[event.Package]:
			ran++ // its tests do not build, or could not be started
		}
	}
	sort.Strings(names)
	return names, ran, nil
}

// copyOf copies what m needs to the temporary folder. A module that reaches out of its own folder (a local replace, a
// workspace) needs its whole checkout; any other is copied alone, which also proves that it does not reach out.
func (o *options) copyOf(m module) (root, dir string, err error) {
	from := m.dir
	if out, err := o.reachesOut(m); err != nil {
		return "", "", err
	} else if out {
		from = o.checkout(m.dir)
	}
	if root, err = os.MkdirTemp(o.temp, "copy"); err != nil {
		return "", "", err
	}
	rel, err := filepath.Rel(from, m.dir)
	if err != nil {
		return "", "", err
	}
	return root, filepath.Join(root, rel), copyTree(from, root)
}

// checkout returns the folder directly below FOLDER that holds dir.
func (o *options) checkout(dir string) string {
	rel, err := filepath.Rel(o.folder, dir)
	if err != nil || rel == "." || strings.HasPrefix(rel, "..") {
		return dir // listed by -modules and lying elsewhere
	}
	first, _, _ := strings.Cut(filepath.ToSlash(rel), "/")
	return filepath.Join(o.folder, first)
}

func (o *options) reachesOut(m module) (bool, error) {
	c, err := o.do(m, m.dir, "go", "env", "GOWORK")
	if err != nil {
		return false, err
	}
	if work := strings.TrimSpace(c.out); work != "" && work != "off" {
		return true, nil
	}
	c, err = o.do(m, m.dir, "go", "mod", "edit", "-json")
	if err != nil {
		return false, err
	}
	var mod struct {
		Replace []struct {
			New struct{ Path, Version string }
		}
	}
	if err := json.Unmarshal([]byte(c.out), &mod); err != nil {
		return false, fmt.Errorf("reading go.mod: %w", err)
	}
	for _, r := range mod.Replace {
		if r.New.Version == "" {
			return true, nil // a path, not a module
		}
	}
	return false, nil
}

// copyTree copies files and symbolic links; what git keeps and what other languages install is no input of go.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		switch {
		case d.Name() == ".git" || d.IsDir() && d.Name() == "node_modules":
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			return os.MkdirAll(target, 0o777)
		case d.Type()&fs.ModeSymlink != 0:
			link, err := os.Readlink(path)
			if err != nil {
				return err
			}
			return os.Symlink(link, target)
		case d.Type().IsRegular():
			return copyFile(path, target)
		}
		return nil // sockets and the like
	})
}

func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	mode := os.FileMode(0o666)
	if info, err := os.Stat(from); err == nil {
		mode = info.Mode().Perm() | 0o200
	}
	return os.WriteFile(to, data, mode)
}

// goFiles reads every Go file below root.
func goFiles(root string) (map[string][]byte, error) {
	files := make(map[string][]byte)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || filepath.Ext(path) != ".go" {
			return err
		}
		data, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		rel, _ := filepath.Rel(root, path)
		files[rel] = data
		return err
	})
	return files, err
}

// changed returns the names of files that differ or exist on one side only.
func changed(before, after map[string][]byte) (names []string) {
	for name, data := range after {
		if old, ok := before[name]; !ok || !bytes.Equal(old, data) {
			names = append(names, name)
		}
	}
	for name := range before {
		if _, ok := after[name]; !ok {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}
