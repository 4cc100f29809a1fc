// Realcode runs faaslint on a folder of other people's repositories and prints what it did there:
//
//	go run ./scripts/realcode [flags] FOLDER
//
// FOLDER holds checkouts named OWNER__NAME. Every module below them is looked at, or those that -modules lists: one a line,
// its folder (absolute, or below FOLDER), then settings such as GOOS=js, all separated by tabs; # starts a comment.
//
// Without -fix nothing but findings is counted. -json writes them as faaslint prints them, one JSON object a module, with
// positions in FOLDER.
//
// With -fix each module is copied to a temporary folder and repaired there; FOLDER is only read. The table then tells
// what was found and fixed and, as before→after, how many complaints go build and go vet have and how many tests pass
// in the packages touched; a module that the repair leaves as it is was not built. Worse than before is what matters: a new complaint, a test that passed and no longer does, a
// comment that is gone (one beside a removed defer may go), and an edit of a second run. Each is listed below the table,
// and the exit status is then 1. It is 2 if a module could not be looked at. -patch writes all repairs to a file, to be
// read; patch -p1 applies it in FOLDER.
//
// Tests are other people's programs, and some talk to real services. They run only with -exec, which names the command
// that starts a test binary; this one leaves them an empty network with a loopback:
//
//	-exec "unshare -rn sh -c 'ip link set lo up; exec \"$0\" \"$@\"'"
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

type options struct {
	fix                      bool
	json, tsv, modules, tool string
	exec, folder, temp       string
	timeout                  time.Duration
	patch                    string
	patches                  io.Writer // the file of -patch, or nothing
}

// A module is one go.mod with the settings that it needs.
type module struct {
	dir  string
	env  []string
	name string // as printed: the folder below FOLDER
}

func main() {
	o, err := parse(os.Args[1:])
	if err == nil {
		o.temp, err = os.MkdirTemp("", "realcode")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "realcode:", err)
		os.Exit(2)
	}
	status, err := o.run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "realcode:", err)
		status = 2
	}
	// Modules that a test downloads are read-only; they are not ours to keep either.
	if err := os.RemoveAll(o.temp); err != nil {
		fmt.Fprintln(os.Stderr, "realcode: clearing up:", err)
	}
	os.Exit(status)
}

// parse accepts flags on both sides of the folder.
func parse(args []string) (*options, error) {
	o := &options{}
	f := flag.NewFlagSet("realcode", flag.ExitOnError)
	f.BoolVar(&o.fix, "fix", false, "repair a copy of each module and check the result")
	f.StringVar(&o.json, "json", "", "write all findings to this `file`")
	f.StringVar(&o.tsv, "tsv", "", "write the table to this `file` too, separated by tabs")
	f.StringVar(&o.modules, "modules", "", "look only at the modules listed in this `file`")
	f.StringVar(&o.tool, "tool", "", "a faaslint that is already built (default: build ./cmd/faaslint)")
	f.StringVar(&o.exec, "exec", "", "with -fix: run tests, started by this `command` (see go help testflag)")
	f.StringVar(&o.patch, "patch", "", "with -fix: write all repairs to this `file`")
	f.DurationVar(&o.timeout, "timeout", 20*time.Minute, "give up a single command after this time")
	f.Usage = func() {
		fmt.Fprint(f.Output(), usage)
		f.PrintDefaults()
	}
	f.Parse(args)
	if f.NArg() == 0 {
		return nil, errors.New("reading the command line: there is no FOLDER; -h explains")
	}
	folder := f.Arg(0)
	f.Parse(f.Args()[1:])
	if f.NArg() > 0 {
		return nil, fmt.Errorf("reading the command line: %q is one argument too many", f.Arg(0))
	}
	if !o.fix && (o.exec != "" || o.patch != "") {
		return nil, errors.New("reading the command line: -exec and -patch need -fix")
	}
	var err error
	o.folder, err = filepath.Abs(folder)
	return o, err
}

const usage = `usage: go run ./scripts/realcode [flags] FOLDER

runs faaslint on all modules below FOLDER, which holds checkouts named OWNER__NAME, and prints a table. FOLDER is only
read: with -fix copies are repaired, and built, vetted and tested before and after.

exit status: 0; 1 if something is worse after the repair; 2 if a module could not be looked at
`

func (o *options) run() (status int, err error) {
	mods, err := o.list()
	if err != nil {
		return 0, err
	}
	if err := o.build(); err != nil {
		return 0, err
	}
	findings, err := create(o.json)
	if err != nil {
		return 0, err
	}
	defer findings.Close()
	patches, err := create(o.patch)
	if err != nil {
		return 0, err
	}
	defer patches.Close()
	o.patches = patches
	var rows []*row
	for i, m := range mods {
		fmt.Fprintf(os.Stderr, "realcode: %d of %d: %s\n", i+1, len(mods), m.name)
		r := o.look(m, findings)
		if o.fix && r.err == nil && r.found() > 0 {
			o.repair(m, r)
		}
		rows = append(rows, r)
	}
	if o.tsv != "" {
		if err := os.WriteFile(o.tsv, []byte(tsv(rows, o.fix)), 0o666); err != nil {
			return 0, err
		}
	}
	return report(os.Stdout, rows, o.fix)
}

// create opens a file for writing; without a name it is one that swallows everything.
func create(name string) (*os.File, error) {
	if name == "" {
		name = os.DevNull
	}
	return os.Create(name)
}

// build makes the binary that is run everywhere.
func (o *options) build() (err error) {
	if o.tool != "" {
		o.tool, err = filepath.Abs(o.tool)
		return err
	}
	o.tool = filepath.Join(o.temp, "faaslint")
	if text, err := exec.Command("go", "build", "-o", o.tool, "./cmd/faaslint").CombinedOutput(); err != nil {
		return fmt.Errorf("building ./cmd/faaslint: %w\n%s", err, text)
	}
	return nil
}

// list returns the modules to look at, in a fixed order.
func (o *options) list() (mods []module, err error) {
	if o.modules == "" {
		return o.walk()
	}
	data, err := os.ReadFile(o.modules)
	if err != nil {
		return nil, err
	}
	for i, line := range strings.Split(string(data), "\n") {
		fields := strings.Split(strings.TrimRight(line, "\r\t "), "\t")
		if fields[0] == "" || strings.HasPrefix(fields[0], "#") {
			continue
		}
		dir := fields[0]
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(o.folder, dir)
		}
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
			return nil, fmt.Errorf("%s:%d: looking for the module: %w", o.modules, i+1, err)
		}
		m := module{dir: dir, name: o.name(dir)}
		for _, set := range fields[1:] {
			if !strings.Contains(set, "=") {
				return nil, fmt.Errorf("%s:%d: reading a setting: %q is not of the form NAME=VALUE", o.modules, i+1, set)
			}
			m.env = append(m.env, set)
		}
		mods = append(mods, m)
	}
	return mods, nil
}

// walk finds every module below the folder, without those that the go command would not build either.
func (o *options) walk() (mods []module, err error) {
	err = filepath.WalkDir(o.folder, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == "vendor" || d.Name() == "node_modules" || d.Name() == ".git"):
			return fs.SkipDir
		case d.Name() == "go.mod" && d.Type().IsRegular():
			dir := filepath.Dir(path)
			mods = append(mods, module{dir: dir, name: o.name(dir)})
		}
		return nil
	})
	return mods, err
}

func (o *options) name(dir string) string {
	rel, err := filepath.Rel(o.folder, dir)
	if err != nil || strings.HasPrefix(rel, "..") {
		return dir
	}
	return filepath.ToSlash(rel)
}
