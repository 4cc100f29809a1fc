// Package web draws the pages.
package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"time"
	_ "time/tzdata" // a function's image may have none

	"github.com/faaslint/faaslint/examples/opensense/catalogue"
	"github.com/faaslint/faaslint/examples/opensense/docs"
	"github.com/faaslint/faaslint/examples/opensense/model"
)

//go:embed *.html
var files embed.FS

// Pages are the templates.
type Pages struct {
	templates *template.Template
}

// Parse reads the templates.
func Parse() (*Pages, error) {
	templates, err := template.New("pages").Funcs(template.FuncMap{"local": local}).ParseFS(files, "*.html")
	if err != nil {
		return nil, fmt.Errorf("parse pages: %w", err)
	}
	return &Pages{templates}, nil
}

func local(t model.Timestamp, zone *time.Location) string {
	return t.In(zone).Format("2 January 2006, 15:04 MST")
}

// Home is what the first page shows.
type Home struct {
	Measurands []catalogue.Measurand
	Sensors    map[int]int // how many, by measurand
}

// Sensor is what the page of a sensor shows.
type Sensor struct {
	Sensor    model.Sensor
	Measurand string
	Unit      string
	Values    []model.Value
	Zone      *time.Location
}

// Home draws the first page.
func (p *Pages) Home(w http.ResponseWriter, page Home) error { return p.draw(w, "home.html", page) }

// Sensor draws the page of a sensor.
func (p *Pages) Sensor(w http.ResponseWriter, page Sensor) error {
	return p.draw(w, "sensor.html", page)
}

// Docs draws the description of the API.
func (p *Pages) Docs(w http.ResponseWriter, operations []docs.Operation) error {
	return p.draw(w, "docs.html", operations)
}

// draw writes the page, or nothing if it fails.
func (p *Pages) draw(w http.ResponseWriter, name string, page any) error {
	var buf bytes.Buffer
	if err := p.templates.ExecuteTemplate(&buf, name, page); err != nil {
		return fmt.Errorf("draw %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, err := buf.WriteTo(w)
	return err
}
