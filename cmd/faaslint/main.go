package main

import (
	"os"

	"golang.org/x/tools/go/analysis"

	"github.com/faaslint/faaslint/analyzers"
	"github.com/faaslint/faaslint/analyzers/reuse"
)

func main() {
	os.Exit(run(suite{checks: analyzers.Suite(), records: reuse.Records}, os.Args[1:]))
}

// A suite is what one binary checks: the tests put their own in the place of ours.
type suite struct {
	checks  []*analysis.Analyzer
	records *analysis.Analyzer // runs under -records only
}

// Exit codes of the command line.
const (
	exitClean    = 0
	exitFindings = 1
	exitFailed   = 2 // the tool, or some of the code, could not be loaded
)

func run(s suite, args []string) int {
	if isToolCall(args) {
		return runTool(s, args)
	}
	if len(args) > 0 && args[0] == "help" {
		return help(s, args[1:])
	}
	if len(args) > 0 && args[0] == "version" {
		return version()
	}
	return runCommand(s, args)
}
