//go:build linux

package main

import (
	"errors"
	"flag"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	for _, test := range []struct {
		args  string
		usage bool // the command line makes no sense
		want  string
	}{
		{"", true, "want up, seed, fresh, env, status, drop, refuse, hang, answer or down"},
		{"start", true, `there is no command "start"`},
		{"down now", true, `["now"] is too much`},
		{"up -tsl", true, "-tsl"},
		{"seed -sensors many", true, "many"},
		{"refuse mysql", true, `there is no server "mysql"`},
		{"refuse postgres", false, "start them with up"},
		{"drop", false, "start them with up"},
		{"hang cassandra", false, "start them with up"},
		{"answer", false, "start them with up"},
		{"env", false, "start them with up"},
		{"fresh", false, "start them with up"},
		{"seed -sensors 0", false, "want a sensor or more"},
		{"seed", false, "start them with up"},
	} {
		var stdout, stderr strings.Builder
		args := append([]string{"-dir", t.TempDir()}, strings.Fields(test.args)...)
		err := run(t.Context(), args, &stdout, &stderr)
		if err == nil || !strings.Contains(err.Error(), test.want) || errors.As(err, &badUsage{}) != test.usage {
			t.Errorf("%s: got %v, usage %v, want %q, %v", test.args, err, errors.As(err, &badUsage{}), test.want, test.usage)
		}
		if stdout.Len() > 0 {
			t.Errorf("%s: printed %s", test.args, &stdout)
		}
	}
}

func TestHelp(t *testing.T) {
	var stderr strings.Builder
	err := run(t.Context(), []string{"up", "-h"}, nil, &stderr)
	if !errors.Is(err, flag.ErrHelp) || !strings.Contains(stderr.String(), "-passwords") {
		t.Errorf("got %v, %s", err, &stderr)
	}
}
