// Package verify looks at what package report exports with the programs that it is for: OpenTelemetry's own reader, and
// speedscope in a browser. It is a module of its own, so that nobody who uses faaslint has them in his build.
package verify
