package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
)

// options is what the user asked for on the command line.
type options struct {
	dir      string // -C
	tags     string // -tags
	fix      bool
	diff     bool
	json     bool
	force    bool
	patterns []string
	on, off  []string // checks named by -NAME and -NAME=false
}

// parseOptions refuses what makes no sense before any work starts.
func parseOptions(s suite, args []string) (*options, error) {
	o := new(options)
	flags := flag.NewFlagSet("faaslint", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // our caller prints the error, once
	flags.StringVar(&o.dir, "C", "", "")
	flags.StringVar(&o.tags, "tags", "", "")
	flags.BoolVar(&o.fix, "fix", false, "")
	flags.BoolVar(&o.diff, "diff", false, "")
	flags.BoolVar(&o.json, "json", false, "")
	flags.BoolVar(&o.force, "force", false, "")
	chosen := make([]bool, len(s.checks))
	for i, check := range s.checks {
		flags.BoolVar(&chosen[i], check.Name, false, "")
	}
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	flags.Visit(func(f *flag.Flag) {
		for i, check := range s.checks {
			if check.Name != f.Name {
				continue
			}
			if chosen[i] {
				o.on = append(o.on, f.Name)
			} else {
				o.off = append(o.off, f.Name)
			}
		}
	})
	o.patterns = flags.Args()
	if len(o.patterns) == 0 {
		o.patterns = []string{"./..."}
	}
	return o, o.validate()
}

func (o *options) validate() error {
	for _, pattern := range o.patterns {
		if strings.HasPrefix(pattern, "-") {
			return fmt.Errorf("flags go before packages: %s", pattern)
		}
	}
	if o.json && o.diff {
		return errors.New("-json and -diff cannot be used together: both print to standard output")
	}
	if o.force && !o.fix {
		return errors.New("-force is for -fix alone: nothing else writes files")
	}
	return nil
}

// wants reports whether findings of the named check are asked for. As in go vet, -NAME asks for that check alone and
// -NAME=false for all others. The choice is made when findings are shown, so that it does not spoil the vet cache.
func (o *options) wants(check string) bool {
	if len(o.on) > 0 {
		return slices.Contains(o.on, check)
	}
	return !slices.Contains(o.off, check)
}

// buildFlags are the flags for go list and go vet; all others reach them through GOFLAGS.
func (o *options) buildFlags() []string {
	if o.tags == "" {
		return nil
	}
	return []string{"-tags=" + o.tags}
}
