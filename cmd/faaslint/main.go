package main

import (
	"os"

	"golang.org/x/tools/go/analysis"

	"github.com/faaslint/faaslint/analyzers"
	"github.com/faaslint/faaslint/analyzers/reuse"
	"github.com/faaslint/faaslint/analyzers/spans"
)

func main() {
	os.Exit(run(suite{checks: analyzers.Suite(), records: reuse.Records, spans: spans.Analyzer}, os.Args[1:]))
}

// A suite is what one binary checks: the tests put their own in the place of ours.
type suite struct {
	checks  []*analysis.Analyzer
	records *analysis.Analyzer // runs under -records only
	spans   *analysis.Analyzer // runs under -spans only, and alone
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
	if len(args) > 0 {
		switch args[0] {
		case "help":
			return help(s, args[1:])
		case "version":
			return version()
		case "trace":
			return runTrace(s, args[1:])
		case "routes":
			return runRoutes(args[1:])
		case "split":
			return runSplit(s, args[1:])
		case "methods":
			return runMethods(args[1:])
		case "gopls":
			return buildGopls(args[1:])
		case "prove":
			return prove(args[1:])
		}
	}
	return runCommand(s, args)
}
