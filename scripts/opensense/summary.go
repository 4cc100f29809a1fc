//go:build linux

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A report is what this command reads of a report of faaslint-lab prove.
type report struct {
	Machine  string
	Go       string
	Cold     int
	Warm     int
	Versions []struct {
		Name        string
		Requests    int
		Differences []struct{ Request int }
	}
	Cells []struct {
		Name    string
		Samples map[string]struct{ Cold, Warm []float64 }
	}
	Race   *struct{ Requests, Parallel, Wrong, Races int }
	Checks []struct {
		Version, Cell, What, By string
		Ratio                   *struct{ Center, Lo, Hi float64 }
	}
}

// summarize writes summary.md over all reports that are there, and tells whether what is to be shown is so.
func (s *story) summarize() (good bool, err error) {
	var text strings.Builder
	good = true
	for _, st := range steps() {
		var r report
		content, err := os.ReadFile(s.file(st, "json"))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return false, err
		}
		if slices.Contains([]string{"outage", "hang", "split"}, st.kind.name) {
			if err := s.writeText(&text, st); err != nil {
				return false, err
			}
			continue
		}
		if err := json.Unmarshal(content, &r); err != nil {
			return false, fmt.Errorf("read %s: %w", s.file(st, "json"), err)
		}
		r.write(&text, st.name)
		switch {
		case st.kind.name == "lazy":
			good = r.opensLate(&text) && good
		case st.kind.name == "times" && !st.passwords:
			good = r.targets(&text) && good
		}
	}
	fmt.Print(text.String())
	return good, os.WriteFile(filepath.Join(s.out, "summary.md"), []byte(text.String()), 0o644)
}

func (r *report) write(w *strings.Builder, name string) {
	fmt.Fprintf(w, "### %s\n\n", name)
	var same []string
	for _, v := range r.Versions {
		wrong := map[int]bool{}
		for _, d := range v.Differences {
			wrong[d.Request] = true
		}
		same = append(same, fmt.Sprintf("%s %d", v.Name, len(wrong)))
	}
	fmt.Fprintf(w, "%s, %s. Of %d requests, answered otherwise than recorded: %s.\n", r.Machine, r.Go, r.Versions[0].Requests, strings.Join(same, ", "))
	if r.Race != nil {
		fmt.Fprintf(w, "%d requests, %d at a time, with the race detector: %d races, %d wrong answers.\n", r.Race.Requests, r.Race.Parallel, r.Race.Races, r.Race.Wrong)
	}
	fmt.Fprintln(w)
	if len(r.Cells) == 0 {
		return
	}
	fmt.Fprintf(w, "%d processes, %d warm requests to each; medians in ms, ratios of medians with their 95 %% intervals:\n\n", r.Cold, r.Warm)
	versions := []string{"before", "after"}
	if len(r.Cells[0].Samples["baseline"].Cold) > 0 {
		versions = append(versions, "baseline")
		fmt.Fprintln(w, "| | before | after | server | before : after | after : server |\n| --- | --- | --- | --- | --- | --- |")
	} else {
		fmt.Fprintln(w, "| | before | after | before : after |\n| --- | --- | --- | --- |")
	}
	for _, what := range []string{"warm", "cold"} {
		for _, cell := range r.Cells {
			fmt.Fprintf(w, "| %s, %s |", cell.Name, what)
			medians := map[string]float64{}
			for _, version := range versions {
				sample := cell.Samples[version].Warm
				if what == "cold" {
					sample = cell.Samples[version].Cold
				}
				medians[version] = median(sample)
				fmt.Fprintf(w, " %s |", short(1e3*medians[version]))
			}
			fmt.Fprintf(w, " %s%s |", short(medians["before"]/medians["after"]), r.interval(cell.Name, what, "before", true))
			if len(versions) > 2 {
				fmt.Fprintf(w, " %s%s |", short(medians["after"]/medians["baseline"]), r.interval(cell.Name, what, "baseline", false))
			}
			fmt.Fprintln(w)
		}
	}
	fmt.Fprintln(w)
}

// interval writes that of how many times as long as another the version after takes, or of the inverse; few processes
// have none.
func (r *report) interval(cell, what, by string, inverse bool) string {
	for _, c := range r.Checks {
		if c.Cell != cell || c.What != what || c.Version != "after" || c.By != by || c.Ratio == nil {
			continue
		}
		lo, hi := c.Ratio.Lo, c.Ratio.Hi
		if inverse {
			lo, hi = 1/hi, 1/lo
		}
		return fmt.Sprintf(" (%s to %s)", short(lo), short(hi))
	}
	return ""
}

// targets says whether what is to be shown without passwords is so: warm at least 25 times on the range query, and the
// repair within 1.1 times of the server.
func (r *report) targets(w *strings.Builder) (good bool) {
	good = true
	for _, c := range r.Checks {
		if c.Ratio == nil || c.Version != "after" || c.What != "warm" {
			continue
		}
		verdict := "ok"
		switch {
		case c.By == "before" && c.Cell == "range query":
			if 1/c.Ratio.Center < 25 {
				verdict, good = "MISSED", false
			}
			fmt.Fprintf(w, "- %s: %s, warm: %.1f times as fast as before; wanted: 25\n", verdict, c.Cell, 1/c.Ratio.Center)
		case c.By == "baseline":
			if c.Ratio.Hi > 1.1 {
				verdict, good = "MISSED", false
			}
			fmt.Fprintf(w, "- %s: %s, warm: at most %.2f times as long as the server (median %.2f); wanted: 1.1\n", verdict, c.Cell, c.Ratio.Hi, c.Ratio.Center)
		}
	}
	fmt.Fprintln(w)
	return good
}

// opensLate says whether what is to be shown of stores that are opened on first use is so: a cold path without a store at
// least twice as fast.
func (r *report) opensLate(w *strings.Builder) (good bool) {
	good = true
	for _, c := range r.Checks {
		if c.Ratio == nil || c.Version != "after" || c.What != "cold" || c.By != "before" || c.Cell != "no store" {
			continue
		}
		verdict := "ok"
		if 1/c.Ratio.Center < 2 {
			verdict, good = "MISSED", false
		}
		fmt.Fprintf(w, "- %s: %s, cold: %.2f times as fast as before; wanted: 2\n\n", verdict, c.Cell, 1/c.Ratio.Center)
	}
	return good
}

// writeText copies what the lab printed: it has the tables.
func (s *story) writeText(w *strings.Builder, st step) error {
	for _, suffix := range []string{"", "postgres."} {
		text, err := os.ReadFile(s.file(st, suffix+"txt"))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "### %s\n\n```\n%s```\n\n", strings.TrimSuffix(st.name+" "+suffix, "."), text)
	}
	return nil
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	if len(sorted) == 0 {
		return 0
	}
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// short writes a number with three digits, or all before the point.
func short(x float64) string {
	if x >= 100 {
		return fmt.Sprintf("%.0f", x)
	}
	return fmt.Sprintf("%.3g", x)
}
