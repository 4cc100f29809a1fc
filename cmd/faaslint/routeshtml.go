package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"os"
	"slices"
)

//go:embed routes.html
var routesPage string

// writeRoutesHTML writes the reports as one page, which needs nothing else.
func writeRoutesHTML(file string, reports []*routesReport) error {
	t, err := template.New("routes").Funcs(template.FuncMap{
		"mega": func(n *int64) string {
			if n == nil {
				return "?"
			}
			return mega(*n)
		},
		"megabytes": mega,
		"counted":   counted,
		"kilo":      func(n int64) string { return fmt.Sprintf("%.1f", float64(n)/1000) },
		"has":       func(needs []string, name string) bool { return slices.Contains(needs, name) },
		"share": func(n *int64, all int64) string { // of a bar, in percent
			if n == nil || all == 0 {
				return "0"
			}
			return fmt.Sprintf("%.1f", 100*float64(*n)/float64(all))
		},
	}).Parse(routesPage)
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	if err := t.Execute(&buf, reports); err != nil {
		return fmt.Errorf("drawing the page: %w", err)
	}
	if err := os.WriteFile(file, buf.Bytes(), 0o666); err != nil {
		return fmt.Errorf("-html: %w", err)
	}
	return nil
}
