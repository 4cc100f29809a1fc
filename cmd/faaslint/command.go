package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// A command is one run of the command line.
type command struct {
	suite
	*options
	self           string // this binary, as the vet tool
	cwd            string
	env            goEnv
	stdout, stderr io.Writer
	progress       *progress
	tops           map[string]string // by the folder of a module, where build files are looked for
	placing        bool              // go vet is asked for the places of spans, not for findings
}

// goEnv is what we ask of go env.
type goEnv struct{ GOVERSION, GOWORK, GOMOD, GOFLAGS string }

func runCommand(s suite, args []string) int {
	opts, err := parseOptions(s, args)
	if errors.Is(err, flag.ErrHelp) {
		return help(s, nil)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "faaslint: %v\nRun 'faaslint help' for usage.\n", err)
		return exitFailed
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	c := &command{suite: s, options: opts, stdout: os.Stdout, stderr: os.Stderr, progress: newProgress(os.Stderr)}
	defer c.progress.stop()
	code, err := c.main(ctx)
	c.progress.stop()
	switch {
	case ctx.Err() != nil && err != nil:
		return fail(errors.New("interrupted; no file was changed"))
	case err != nil:
		return fail(err)
	}
	return code
}

func (c *command) main(ctx context.Context) (int, error) {
	if err := c.prepare(ctx); err != nil {
		return exitFailed, err
	}
	asked, err := c.load(ctx, c.patterns)
	if err != nil {
		return exitFailed, err
	}
	if c.fix || c.diff {
		return c.runFix(ctx, asked)
	}
	return c.runCheck(ctx, asked)
}

func (c *command) prepare(ctx context.Context) (err error) {
	if c.dir != "" {
		if err := os.Chdir(c.dir); err != nil {
			return fmt.Errorf("-C: %v", err)
		}
	}
	if c.cwd, err = os.Getwd(); err != nil {
		return err
	}
	if c.self, err = os.Executable(); err != nil {
		return fmt.Errorf("finding this program, to run it under go vet: %v", err)
	}
	out, err := c.goCommand(ctx, "env", "-json", "GOVERSION", "GOWORK", "GOMOD", "GOFLAGS").Output()
	if err != nil {
		return fmt.Errorf("go env: %w", withStderr(err))
	}
	if err := json.Unmarshal(out, &c.env); err != nil {
		return fmt.Errorf("go env: %v", err)
	}
	return sameGo(c.env.GOVERSION)
}

// goCommand prepares a run of the go command that ends when ctx does.
func (c *command) goCommand(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...)
	// The go command removes its temporary files when it is interrupted, not when it is killed.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

// withStderr adds what a command said to the bare "exit status 1".
func withStderr(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return errors.New(strings.TrimSpace(string(exit.Stderr)))
	}
	return err
}

// runCheck prints what is found.
func (c *command) runCheck(ctx context.Context, asked *listing) (int, error) {
	res, err := c.vet(ctx, nil, asked)
	if err != nil {
		return exitFailed, err
	}
	findings := c.wanted(res.findings, asked)
	fixable, err := c.fixable(res, asked)
	if err != nil {
		return exitFailed, err
	}
	c.progress.stop()
	c.reportProblems(asked, res)
	if err := c.print(findings); err != nil {
		return exitFailed, err
	}
	fmt.Fprintf(c.stderr, "faaslint: %s\n", plainSummary(len(findings), fixable))
	return exitCode(res.covers(asked), len(findings)), nil
}

// fixable counts the findings that -fix would repair as far as can be told without trying: those with a fix of their own,
// and those of helpers whose callers, among the packages asked for, all agree. The others are told who does not.
func (c *command) fixable(res *vetResult, asked *listing) (n int, err error) {
	x := &fixer{command: c, asked: asked, space: &workspace{listing: asked}}
	list, err := x.groupCandidates(res)
	if err != nil {
		return 0, err
	}
	grouped := make(map[*finding]bool) // one finding may be in several groups
	for _, g := range list {
		for _, f := range g.findings {
			grouped[f] = true
		}
	}
	for _, f := range c.wanted(res.findings, asked) {
		if grouped[f] || len(f.SuggestedFixes) > 0 {
			n++
		}
	}
	return n, nil
}

// wanted keeps the findings of the packages and the checks that were asked for.
func (c *command) wanted(findings []*finding, asked *listing) (kept []*finding) {
	for _, f := range findings {
		if c.wants(f.Check) && asked.has(f.pkgPath()) {
			kept = append(kept, f)
		}
	}
	return kept
}

func exitCode(loaded bool, findings int) int {
	switch {
	case !loaded:
		return exitFailed
	case findings > 0:
		return exitFindings
	}
	return exitClean
}

// refuse tells what is wrong with the command line of one of the commands with a name, or shows the manual.
func refuse(s suite, name string, err error) int {
	if errors.Is(err, flag.ErrHelp) {
		return help(s, nil)
	}
	fmt.Fprintf(os.Stderr, "faaslint: %s: %v\nRun 'faaslint help' for usage.\n", name, err)
	return exitFailed
}

// perform runs one of the commands with a name. Of an interruption it says what that left.
func (c *command) perform(name, interrupted string, do func(context.Context) (int, error)) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	defer c.progress.stop()
	code, err := do(ctx)
	c.progress.stop()
	if err != nil && ctx.Err() != nil {
		err = errors.New(interrupted)
	}
	if err != nil {
		return fail(fmt.Errorf("%s: %w", name, err))
	}
	return code
}
