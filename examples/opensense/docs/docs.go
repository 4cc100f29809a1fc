// Package docs holds the description of the API.
package docs

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

//go:embed swagger.yaml
var swagger []byte

// A Document is a Swagger 2.0 description.
type Document struct {
	root map[string]any
}

// Load reads the description.
func Load() (*Document, error) {
	d := &Document{}
	if err := yaml.Unmarshal(swagger, &d.root); err != nil {
		return nil, fmt.Errorf("parse swagger.yaml: %w", err)
	}
	return d, nil
}

// JSON returns the description for clients that reach the API under the host.
func (d *Document) JSON(host string) ([]byte, error) {
	root := make(map[string]any, len(d.root)+1)
	for key, value := range d.root {
		root[key] = value
	}
	root["host"] = host
	return json.Marshal(root)
}

// An Operation is one thing that the API does.
type Operation struct {
	Method, Path, Summary string
}

// Operations lists what the API does, by path.
func (d *Document) Operations() []Operation {
	operations := []Operation{}
	paths, _ := d.root["paths"].(map[string]any)
	for path, methods := range paths {
		methods, _ := methods.(map[string]any)
		for method, about := range methods {
			about, _ := about.(map[string]any)
			summary, _ := about["summary"].(string)
			operations = append(operations, Operation{strings.ToUpper(method), path, summary})
		}
	}
	slices.SortFunc(operations, func(a, b Operation) int {
		return strings.Compare(a.Path+" "+a.Method, b.Path+" "+b.Method)
	})
	return operations
}
