package main

import (
	"encoding/json"
	"flag"
	"fmt"
	goversion "go/version"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/unitchecker"
)

// These flags are our own. Only our command line passes them. They ask for the findings of packages that the go command
// visits for their facts alone, too.
const (
	recordsFlag = "records" // the records of helpers and their callers, beside what the checks find
	spansFlag   = "spans"   // the places of spans, and no check
)

// isToolCall reports whether the arguments are those with which the go command calls a vet tool.
func isToolCall(args []string) bool {
	for _, arg := range args {
		if arg == "-V=full" || arg == "-flags" {
			return true
		}
	}
	return len(args) > 0 && strings.HasSuffix(args[len(args)-1], ".cfg")
}

// runTool answers the go command.
func runTool(s suite, args []string) int {
	checks := s.checks
	args, records := cutFlag(args, recordsFlag)
	args, places := cutFlag(args, spansFlag)
	switch {
	case places:
		checks = []*analysis.Analyzer{s.spans}
	case records:
		checks = append(checks[:len(checks):len(checks)], s.records)
	default:
		flag.Bool(recordsFlag, false, "print records too (for the command line of faaslint)")
		flag.Bool(spansFlag, false, "print the places of spans instead (for faaslint trace)")
	}
	if file := args[len(args)-1]; strings.HasSuffix(file, ".cfg") {
		cfg, err := readConfig(file)
		if err != nil {
			return fail(err)
		}
		if err := sameGo(cfg.GoVersion); err != nil {
			return fail(fmt.Errorf("checking %s: %v", cfg.ImportPath, err))
		}
		if rest, fix := cutFlag(args, "fix"); fix && !cfg.VetxOnly {
			return fixUnit(cfg, rest[:len(rest)-1])
		}
		if records || places {
			if args[len(args)-1], err = everythingConfig(file, cfg); err != nil {
				return fail(err)
			}
		}
	}
	os.Args = append(os.Args[:1:1], args...)
	unitchecker.Main(checks...) // exits
	return exitFailed
}

// cutFlag removes a boolean flag from args and reports whether it was set. The flag must not reach the checker: there
// -records would mean "run the analyzer called records and no other".
func cutFlag(args []string, name string) (rest []string, set bool) {
	for _, arg := range args {
		switch strings.TrimPrefix(strings.TrimPrefix(arg, "-"), "-") {
		case name, name + "=true", name + "=1":
			if strings.HasPrefix(arg, "-") {
				set = true
				continue
			}
		case name + "=false", name + "=0":
			set = false
			continue
		}
		rest = append(rest, arg)
	}
	return rest, set
}

// everythingConfig writes a copy of the unit's configuration that asks for findings as well as facts. The go command
// keeps one cache entry for both sorts of run, so a run for facts alone would silence all later ones; printing always,
// and letting the command line choose, makes the output independent of what ran before. The standard library stays
// out: it belongs to no module.
//
// The copy also has an ID that tells a package from the same with its tests, which that of the go command does not.
func everythingConfig(file string, cfg *unitchecker.Config) (string, error) {
	all := *cfg
	all.ID = variantID(cfg)
	if cfg.ModulePath != "" {
		all.VetxOnly = false
	}
	return writeConfig(filepath.Dir(file), "vet-all", &all)
}

// variantID names a unit as go list -test does: p, p [p.test] or p_test [p.test].
func variantID(cfg *unitchecker.Config) string {
	tests := 0
	for _, file := range cfg.GoFiles {
		if strings.HasSuffix(file, "_test.go") {
			tests++
		}
	}
	tested := cfg.ImportPath
	if tests == 0 {
		return tested
	}
	if tests == len(cfg.GoFiles) {
		tested = strings.TrimSuffix(tested, "_test")
	}
	return fmt.Sprintf("%s [%s.test]", cfg.ImportPath, tested)
}

func readConfig(file string) (*unitchecker.Config, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	cfg := new(unitchecker.Config)
	if err := json.Unmarshal(data, cfg); err != nil {
		return nil, fmt.Errorf("decoding %s: %v", file, err)
	}
	return cfg, nil
}

func writeConfig(dir, name string, cfg *unitchecker.Config) (string, error) {
	data, err := json.Marshal(cfg)
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, name+".cfg")
	return file, os.WriteFile(file, data, 0o666)
}

// sameGo reports an error if code of the given version is too new for the Go that this binary was built with: its
// parser and type checker would reject packages, above all the standard library, with messages that name anything but
// the cause.
func sameGo(theirs string) error {
	if goversion.Compare(goversion.Lang(theirs), goversion.Lang(runtime.Version())) <= 0 {
		return nil
	}
	return fmt.Errorf("this faaslint was built with %s, the code needs %s: rebuild faaslint with %s",
		runtime.Version(), theirs, goversion.Lang(theirs))
}

func fail(err error) int {
	fmt.Fprintf(os.Stderr, "faaslint: %v\n", err)
	return exitFailed
}
