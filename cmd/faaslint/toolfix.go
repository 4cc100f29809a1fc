package main

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis/unitchecker"
)

// A unitFix applies fixes to one unit for go vet -fix and go fix. The library's own -fix merges edits loosely, loses
// all fixes of a package on one conflict and writes what no longer compiles; and it cannot be called in parts, since
// it exits. So this binary runs itself again for the findings, and again to see whether the result type-checks.
type unitFix struct {
	cfg   *unitchecker.Config
	flags []string
	self  string
	temp  string
	runs  int
}

func fixUnit(cfg *unitchecker.Config, flags []string) int {
	flags, diff := cutFlag(flags, "diff")
	self, err := os.Executable()
	if err != nil {
		return fail(err)
	}
	beside := ""
	if cfg.VetxOutput != "" {
		beside = filepath.Dir(cfg.VetxOutput) // the go command removes it, even when all is interrupted
	}
	temp, err := os.MkdirTemp(beside, "faaslint-unit-")
	if err != nil {
		return fail(err)
	}
	defer os.RemoveAll(temp)
	u := &unitFix{cfg: cfg, flags: flags, self: self, temp: temp}
	files, err := u.fixed()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode() // the run has said why on standard error
	}
	if err != nil {
		return fail(err)
	}
	if err := u.deliver(files, diff); err != nil {
		return fail(err)
	}
	return exitClean
}

// fixed returns the files that change.
func (u *unitFix) fixed() (map[string][]byte, error) {
	findings, err := u.findings()
	if err != nil {
		return nil, err
	}
	chosen, _ := compatible(u.candidates(findings))
	for len(chosen) > 0 {
		ok, err := u.compiles(chosen)
		if err != nil {
			return nil, err
		}
		if ok {
			break
		}
		bad, err := firstBad(len(chosen), func(k int) (bool, error) { return u.compiles(chosen[:k]) })
		if err != nil {
			return nil, err
		}
		f := chosen[bad].findings[0]
		fmt.Fprintf(os.Stderr, "faaslint: %s: left out the fix, for it breaks the build: %s\n", f.at, chosen[bad].name)
		chosen = append(chosen[:bad:bad], chosen[bad+1:]...)
	}
	return joinAll(chosen).apply(os.ReadFile)
}

// findings runs this binary on the unit. The facts go where the go command wants them.
func (u *unitFix) findings() ([]*finding, error) {
	cfg := *u.cfg
	cfg.FixArchive = ""
	cfg.Stdout = filepath.Join(u.temp, "findings.json")
	if err := u.run(&cfg, os.Stderr, "-json"); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(cfg.Stdout)
	if err != nil {
		return nil, err
	}
	var t tree
	if err := json.Unmarshal(data, &t); err != nil {
		return nil, fmt.Errorf("reading findings of %s: %v", u.cfg.ID, err)
	}
	findings, errs, err := t.findings()
	for _, e := range errs {
		fmt.Fprintf(os.Stderr, "faaslint: %s\n", e)
	}
	return unique(findings, nil), err
}

func (u *unitFix) candidates(findings []*finding) (list []*candidate) {
	w := &editable{files: make(map[string]bool), read: os.ReadFile}
	for _, file := range u.cfg.GoFiles {
		w.files[file] = true
	}
	for _, f := range findings {
		c := candidateFix(f)
		if c == nil {
			continue
		}
		if code, _ := w.objection(c.edits); code == "" {
			list = append(list, c)
		}
	}
	return list
}

// compiles reports whether the unit type-checks with the candidates applied: it is run on copies of the files.
func (u *unitFix) compiles(list []*candidate) (bool, error) {
	files, err := joinAll(list).apply(os.ReadFile)
	if err != nil {
		return false, err
	}
	if u.importMore(files) {
		return u.compilesInModule(files)
	}
	u.runs++
	dir := filepath.Join(u.temp, fmt.Sprint(u.runs))
	cfg := *u.cfg
	cfg.GoFiles = nil
	for i, file := range u.cfg.GoFiles {
		if content, ok := files[file]; ok {
			file = filepath.Join(dir, fmt.Sprint(i), filepath.Base(file))
			if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
				return false, err
			}
			if err := os.WriteFile(file, content, 0o666); err != nil {
				return false, err
			}
		}
		cfg.GoFiles = append(cfg.GoFiles, file)
	}
	cfg.VetxOnly = true
	cfg.VetxOutput = filepath.Join(dir, "facts")
	cfg.Stdout, cfg.FixArchive = "", ""
	err = u.run(&cfg, nil)
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return false, nil
	}
	return err == nil, err
}

// importMore reports whether a file imports what the unit did not: of that the unit's configuration knows nothing, so
// that the unit alone cannot be checked.
func (u *unitFix) importMore(files map[string][]byte) bool {
	for name, content := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, content, parser.ImportsOnly)
		if err != nil {
			return false // the check will say so
		}
		for _, spec := range file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if _, ok := u.cfg.ImportMap[path]; err == nil && !ok && path != "unsafe" {
				return true
			}
		}
	}
	return false
}

// compilesInModule asks the go command instead: go list -export -test compiles the package and its tests, links
// nothing and runs no check.
func (u *unitFix) compilesInModule(files map[string][]byte) (bool, error) {
	o := &overlay{dir: filepath.Join(u.temp, "overlay"), files: files}
	list, err := o.write(nil)
	if err != nil {
		return false, err
	}
	args := []string{"list", "-export", "-test", "-f={{.ImportPath}}", "-overlay=" + list}
	for _, flag := range u.flags {
		if strings.HasPrefix(flag, "-tags") || strings.HasPrefix(flag, "--tags") {
			args = append(args, flag) // a build flag, that the go command also passes on to its tool
		}
	}
	cmd := exec.Command("go", append(args, ".")...)
	cmd.Dir = u.cfg.Dir
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return false, nil
	}
	return err == nil, err
}

func (u *unitFix) run(cfg *unitchecker.Config, stderr *os.File, more ...string) error {
	file, err := writeConfig(u.temp, "unit", cfg)
	if err != nil {
		return err
	}
	cmd := exec.Command(u.self, append(append(u.flags[:len(u.flags):len(u.flags)], more...), file)...)
	if stderr != nil {
		cmd.Stderr = stderr
	}
	return cmd.Run()
}

// deliver hands the files over as the go command asked: as a diff, in an archive that it unpacks when all units are
// done, or, when run by hand, in their places.
func (u *unitFix) deliver(files map[string][]byte, diff bool) error {
	if diff {
		patch, err := unified(files, os.ReadFile)
		if err != nil {
			return err
		}
		if u.cfg.Stdout == "" {
			_, err = os.Stdout.WriteString(patch)
			return err
		}
		return os.WriteFile(u.cfg.Stdout, []byte(patch), 0o666)
	}
	if u.cfg.FixArchive == "" {
		return writeFiles(files)
	}
	return u.archive(files)
}

func (u *unitFix) archive(files map[string][]byte) (err error) {
	out, err := os.Create(u.cfg.FixArchive)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	zw := zip.NewWriter(out)
	zw.SetComment(u.cfg.ID)
	for _, file := range sortedKeys(files) {
		w, err := zw.Create(file)
		if err != nil {
			return err
		}
		if _, err := w.Write(files[file]); err != nil {
			return err
		}
	}
	return zw.Close()
}
