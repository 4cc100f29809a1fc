//go:build linux

package main

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/faaslint/faaslint/faas/replay"
)

func TestChosen(t *testing.T) {
	for only, want := range map[string]string{
		"":                   "plain/http/answers plain/openwhisk/answers plain/lambda/answers plain/http/lazy plain/openwhisk/lazy plain/openwhisk/split plain/http/outage plain/openwhisk/outage plain/http/times plain/openwhisk/times plain/lambda/times passwords/http/answers passwords/http/times passwords/openwhisk/times passwords/lambda/times",
		"http,answers":       "plain/http/answers passwords/http/answers",
		"plain/lambda/times": "plain/lambda/times",
		"source":             "plain/openwhisk/source",
		"openwhisk,outage":   "plain/openwhisk/outage",
		"lazy":               "plain/http/lazy plain/openwhisk/lazy",
		"split":              "plain/openwhisk/split",
		"htt":                "",
	} {
		var got []string
		for _, s := range chosen(steps(), only) {
			got = append(got, s.name)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got %v, want %s", only, got, want)
		}
	}
}

// TestPerformance wants the same requests each time, as many of each group as is said in the manual.
func TestPerformance(t *testing.T) {
	all := performance(200)
	if !reflect.DeepEqual(all, performance(200)) {
		t.Error("the requests differ from call to call")
	}
	count := map[string]int{}
	for _, e := range all {
		count[e.Name]++
	}
	want := map[string]int{"": 1, "range query": 200, "last value": 200, "values of an area": 20, "bulk insert": 20, "no store": 3}
	if !reflect.DeepEqual(count, want) {
		t.Errorf("got %v, want %v", count, want)
	}
}

// TestEnv has a program print settings as opensense-stores does, with what a shell would take for something else.
func TestEnv(t *testing.T) {
	program := filepath.Join(t.TempDir(), "stores")
	text := "#!/bin/sh\ncat <<'END'\nexport A='one\ntwo'\nexport B=''\nexport C='it'\\''s $HOME'\nEND\n"
	if err := os.WriteFile(program, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	got, err := stores{program: program}.env(t.Context())
	if want := []string{"A=one\ntwo", "B=", "C=it's $HOME"}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

// TestSummary wants medians, ratios the right way up, and a target that is missed to be told from one that is not.
func TestSummary(t *testing.T) {
	s := &story{out: t.TempDir()}
	report := `{"machine":"a machine","go":"go1","cold":7,"warm":2,
		"versions":[{"name":"before","requests":9,"differences":[]},{"name":"after","requests":9,"differences":[{"request":3},{"request":3}]}],
		"cells":[{"name":"range query","samples":{"before":{"cold":[0.1],"warm":[0.05,0.04,0.09]},"after":{"cold":[0.2],"warm":[0.001]},"baseline":{"cold":[0.3],"warm":[0.001]}}}],
		"race":{"requests":1280,"parallel":64,"wrong":0,"races":0},
		"checks":[{"version":"after","cell":"range query","what":"warm","by":"before","ratio":{"center":0.02,"lo":0.01,"hi":0.04}},
			{"version":"after","cell":"range query","what":"warm","by":"baseline","ratio":{"center":1.05,"lo":1.0,"hi":HI}}]}`
	for hi, good := range map[string]bool{"1.08": true, "1.2": false} {
		name := filepath.Join(s.out, "plain-http-times.json")
		if err := os.WriteFile(name, []byte(strings.Replace(report, "HI", hi, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
		got, err := s.summarize()
		if err != nil || got != good {
			t.Errorf("%s: %v, %v", hi, got, err)
		}
		text, err := os.ReadFile(filepath.Join(s.out, "summary.md"))
		for _, want := range []string{
			"before 0, after 1.", "1280 requests, 64 at a time", "| range query, warm | 50 | 1 | 1 | 50 (25 to 100) | 1 (1 to " + hi + ") |",
			"| range query, cold | 100 | 200 | 300 | 0.5 | 0.667 |", "- ok: range query, warm: 50.0 times as fast as before",
		} {
			if err != nil || !strings.Contains(string(text), want) {
				t.Errorf("%s: no %q in %s, %v", hi, want, text, err)
			}
		}
	}
}

// TestLate wants a cold path without a store to be twice as fast, and what needs a store not to count.
func TestLate(t *testing.T) {
	s := &story{out: t.TempDir()}
	report := `{"machine":"a machine","go":"go1","cold":7,"warm":2,
		"versions":[{"name":"before","requests":9,"differences":[]},{"name":"after","requests":9,"differences":[]}],
		"cells":[{"name":"no store","samples":{"before":{"cold":[0.02],"warm":[0.001]},"after":{"cold":[0.005],"warm":[0.001]}}}],
		"checks":[{"version":"after","cell":"range query","what":"cold","by":"before","ratio":{"center":1,"lo":0.9,"hi":1.1}},
			{"version":"after","cell":"no store","what":"cold","by":"before","ratio":{"center":CENTER,"lo":0.1,"hi":0.9}}]}`
	for center, want := range map[string]string{"0.25": "- ok: no store, cold: 4.00 times", "0.8": "- MISSED: no store, cold: 1.25 times"} {
		if err := os.WriteFile(filepath.Join(s.out, "plain-http-lazy.json"), []byte(strings.Replace(report, "CENTER", center, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
		good, err := s.summarize()
		if err != nil || good != strings.HasPrefix(want, "- ok") {
			t.Errorf("%s: %v, %v", center, good, err)
		}
		text, err := os.ReadFile(filepath.Join(s.out, "summary.md"))
		for _, want := range []string{want, "| | before | after | before : after |\n", "| no store, cold | 20 | 5 | 4 ("} {
			if err != nil || !strings.Contains(string(text), want) {
				t.Errorf("%s: no %q in %s, %v", center, want, text, err)
			}
		}
	}
}

// TestSteps wants the steps that time something else than the repair of the naive port to say so.
func TestSteps(t *testing.T) {
	dir := t.TempDir()
	t.Chdir("../..")
	for name, text := range map[string]string{
		"faaslint-lab":     "#!/bin/sh\necho \"$@\"\n",
		"opensense-stores": "#!/bin/sh\necho \"export SETTING='a b'\"\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	s := &story{out: t.TempDir(), bin: dir, processes: 20, stores: stores{program: filepath.Join(dir, "opensense-stores")}}
	for name, wants := range map[string][]string{
		"plain/openwhisk/lazy":  {"prove -C", "-host openwhisk", "-n 20", "./server/action\n"},
		"plain/http/lazy":       {"-host http", "./cmd/opensense-server\n"},
		"plain/openwhisk/split": {"split -C", "-without gocql -n 20", "./action\n"},
	} {
		st := chosen(steps(), name)[0]
		if good, err := st.do(t.Context(), s, st); err != nil || !good {
			t.Fatal(good, err)
		}
		text, err := os.ReadFile(s.file(st, "txt"))
		for _, want := range wants {
			if err != nil || !strings.Contains(string(text), want) {
				t.Errorf("%s: no %q in %s, %v", name, want, text, err)
			}
		}
		if strings.Contains(string(text), "-baseline") {
			t.Errorf("%s: a baseline in %s", name, text)
		}
	}
	timed, err := replay.ReadFile(filepath.Join(dir, "timed.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, e := range timed {
		count[e.Name]++
	}
	if len(timed) != 360 || count["no store"] != 3 || count["range query"] == 0 || count["bulk insert"] != 0 {
		t.Errorf("%d requests: %v", len(timed), count)
	}
}

// TestLab wants a check that does not hold to be told from a run with nothing to report.
func TestLab(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"faaslint-lab":     "#!/bin/sh\necho \"$@\"\necho working >&2\nexit $CODE\n",
		"opensense-stores": "#!/bin/sh\necho \"export SETTING='a b'\"\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	s := &story{out: t.TempDir(), bin: dir, stores: stores{program: filepath.Join(dir, "opensense-stores"), dir: "data"}}
	st := chosen(steps(), "plain/http/answers")[0]
	for code, want := range map[string]struct{ good, failed bool }{"0": {true, false}, "1": {false, false}, "2": {false, true}} {
		t.Setenv("CODE", code)
		good, err := st.do(t.Context(), s, st)
		if good != want.good || (err != nil) != want.failed {
			t.Errorf("exit code %s: %v, %v", code, good, err)
		}
	}
	text, err := os.ReadFile(s.file(st, "txt"))
	for _, want := range []string{"prove -C examples/opensense -host http -fresh", "-env SETTING -n 0", "'-dir' 'data' 'fresh'", "-baseline ./cmd/opensense-server ./knative\n"} {
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("no %q in %s, %v", want, text, err)
		}
	}
}
