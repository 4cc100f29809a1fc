// Package faaslint holds the source of package trace, for faaslint trace to put beside the code that it instruments:
// then a program with spans builds without the network, and with the library that fits its spans.
package faaslint

import "embed"

// Trace is the source of package trace, tests aside, in the folder trace.
//
//go:embed trace/line.go trace/trace.go
var Trace embed.FS
