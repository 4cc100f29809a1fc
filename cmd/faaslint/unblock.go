package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// A lazyReport is a finding of the check lazy about what keeps routes together: built on first use, it would be of those
// routes only that need it.
type lazyReport struct {
	At      string `json:"at"`
	Check   string `json:"check"`
	Message string `json:"message"`
	Fixed   bool   `json:"fixed"`         // by faaslint -fix
	Why     string `json:"why,omitempty"` // not
}

// findLazy asks the check lazy about the program's own packages, if anything blocks a split.
func (s *splitter) findLazy(ctx context.Context) error {
	if len(s.whole.Blocks) == 0 {
		return nil
	}
	var paths []string
	for _, pkg := range s.whole.Program.Own {
		paths = append(paths, pkg.PkgPath)
	}
	asked, err := s.load(ctx, paths)
	if err != nil {
		return err
	}
	res, err := s.vet(ctx, nil, asked)
	if err != nil {
		return err
	}
	for _, b := range s.whole.Blocks {
		objects := s.whole.Objects(b)
		for _, f := range res.findings {
			about := slices.ContainsFunc(objects, func(noun string) bool { return strings.HasPrefix(f.Message, noun+" is ") })
			if f.Check == "lazy" && f.Category == "lazy" && about {
				s.lazy[b] = append(s.lazy[b], s.lazyReport(f))
			}
		}
	}
	return nil
}

func (s *splitter) lazyReport(f *finding) *lazyReport {
	message, _, _ := strings.Cut(f.Message, "; ") // what it costs is known here
	r := &lazyReport{At: s.short(f.at).String(), Check: f.Check, Message: message, Fixed: len(f.SuggestedFixes) > 0}
	for _, rel := range f.Related {
		if _, why, ok := strings.Cut(rel.Message, "not fixed automatically: "); ok {
			r.Why = why
		}
	}
	return r
}

// sayLazy tells of the findings where nothing is split.
func (s *splitter) sayLazy() {
	s.progress.stop()
	var said []string
	for _, b := range s.whole.Blocks {
		for _, r := range s.lazy[b] {
			if text := r.String(); !slices.Contains(said, text) {
				said = append(said, text)
				fmt.Fprintf(s.stderr, "faaslint: %s\n", text)
			}
		}
	}
}

func (r *lazyReport) String() string {
	text := fmt.Sprintf("%s: %s: %s", r.At, r.Check, r.Message)
	switch {
	case r.Fixed:
		return text + "; faaslint -lazy -fix builds it on first use: do that, and split again"
	case r.Why != "":
		return text + "; not fixed automatically: " + r.Why
	}
	return text
}

// blocked adds what the check lazy says to the blocks of a report.
func (s *splitter) blocked(report *routesReport) []*blockedReport {
	for i, b := range s.whole.Blocks { // Inv: routesReport has them in this order
		report.Blocked[i].Lazy = s.lazy[b]
	}
	return report.Blocked
}
