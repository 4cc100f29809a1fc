//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// A size is how much data there is.
type size struct{ sensors, values int }

var (
	small = size{500, 48}    // what the request file of the example was recorded with
	large = size{40_000, 26} // a million values
)

// stores are the databases, by way of the program opensense-stores.
type stores struct{ program, dir string }

func (s stores) args(args ...string) []string {
	if s.dir != "" {
		args = append([]string{"-dir", s.dir}, args...)
	}
	return args
}

// command is what a shell runs.
func (s stores) command(args ...string) string {
	var words []string
	for _, w := range append([]string{s.program}, s.args(args...)...) {
		words = append(words, "'"+strings.ReplaceAll(w, "'", `'\''`)+"'")
	}
	return strings.Join(words, " ")
}

func (s stores) run(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, s.program, s.args(args...)...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("opensense-stores %s: %w", strings.Join(args, " "), err)
	}
	return nil
}

func (s stores) output(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, s.program, s.args(args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("opensense-stores %s: %w", strings.Join(args, " "), err)
	}
	return string(out), nil
}

// ready has the stores run with or without passwords, with so much data.
func (s stores) ready(ctx context.Context, passwords bool, want size) error {
	status, err := s.output(ctx, "status")
	if err != nil {
		return err
	}
	running := strings.Count(status, ", process ")
	if set := fmt.Sprintf("-passwords=%t -tls=false", passwords); running > 0 && (running < 2 || !strings.Contains(status, set)) {
		if err := s.down(ctx); err != nil {
			return err
		}
	}
	up := []string{"up"}
	if passwords {
		up = append(up, "-passwords")
	}
	if err := s.run(ctx, up...); err != nil {
		return err
	}
	if strings.Contains(status, fmt.Sprintf(" %d sensors, %d values each\n", want.sensors, want.values)) {
		return nil
	}
	return s.run(ctx, "seed", "-sensors", fmt.Sprint(want.sensors), "-values", fmt.Sprint(want.values))
}

func (s stores) down(ctx context.Context) error { return s.run(ctx, "down") }

// env returns the settings of the application, as NAME=value.
func (s stores) env(ctx context.Context) (env []string, err error) {
	// A shell reads them: what they hold may be anything.
	text, err := s.output(ctx, "env")
	if err != nil {
		return nil, err
	}
	var names []string
	for line := range strings.Lines(text) {
		if name, _, found := strings.Cut(strings.TrimPrefix(line, "export "), "="); found && strings.HasPrefix(line, "export ") {
			names = append(names, name)
		}
	}
	cmd := exec.CommandContext(ctx, "sh", "-c", text+"\nfor name; do eval \"printf '%s=%s\\\\0' $name \\\"\\$$name\\\"\"; done", "sh")
	cmd.Args = append(cmd.Args, names...)
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("read the settings of the stores: %w", err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"), nil
}
