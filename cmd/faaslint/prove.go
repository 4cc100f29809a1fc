package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

// lab is the command that runs functions. It is a module of its own: what it needs for statistics, charts and
// platforms, nobody needs who looks for findings.
const lab = "faaslint-lab"

// prove has the lab show what a repair gains, with this binary to repair.
func prove(args []string) int {
	path, err := exec.LookPath(lab)
	if err != nil {
		return fail(fmt.Errorf("prove is done by %s, which is not installed (%v); in a checkout of faaslint:\n\tcd lab && go install ./cmd/%s", lab, err, lab))
	}
	self, err := os.Executable()
	if err != nil {
		return fail(fmt.Errorf("finding this program, to repair a copy: %v", err))
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	cmd := exec.Command(path, append([]string{"prove"}, args...)...)
	cmd.Env = append(os.Environ(), "FAASLINT="+self)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		return fail(fmt.Errorf("running %s: %v", path, err))
	}
	go func() {
		for s := range signals {
			if s == syscall.SIGTERM { // a terminal sends the other to both: it stops what it started, and we wait
				cmd.Process.Signal(s)
			}
		}
	}()
	err = cmd.Wait()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() < 0) {
		return fail(fmt.Errorf("running %s: %v", path, err))
	}
	return cmd.ProcessState.ExitCode()
}
