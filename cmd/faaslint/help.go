package main

import (
	_ "embed"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
)

//go:embed doc.go
var doc string

// help prints the manual or the page of one check.
func help(s suite, args []string) int {
	if len(args) == 0 {
		_, text, _ := strings.Cut(doc, "/*\n")
		text, _, _ = strings.Cut(text, "*/")
		fmt.Printf("%s\nThe checks (faaslint help NAME shows more):\n\n", text)
		for _, check := range s.checks {
			title, _, _ := strings.Cut(check.Doc, "\n")
			fmt.Printf("\t%s\n", title)
		}
		return exitClean
	}
	for _, check := range s.checks {
		if check.Name != args[0] {
			continue
		}
		fmt.Println(strings.TrimSpace(check.Doc))
		if check.URL != "" {
			fmt.Printf("\n%s\n", check.URL)
		}
		return exitClean
	}
	fmt.Fprintf(os.Stderr, "faaslint: no check is called %q; 'faaslint help' lists them\n", args[0])
	return exitFailed
}

func version() int {
	of := "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		of = info.Main.Version
	}
	fmt.Printf("faaslint %s, built with %s\n", of, runtime.Version())
	return exitClean
}
