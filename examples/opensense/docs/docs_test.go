package docs

import (
	"encoding/json"
	"testing"
)

func TestDocument(t *testing.T) {
	d, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	text, err := d.JSON("example.org")
	if err != nil {
		t.Fatal(err)
	}
	var root struct {
		Swagger, Host string
		Paths         map[string]any
	}
	if err := json.Unmarshal(text, &root); err != nil || root.Swagger != "2.0" || root.Host != "example.org" || len(root.Paths) != 20 {
		t.Errorf("%v: swagger %q, host %q, %d paths", err, root.Swagger, root.Host, len(root.Paths))
	}
	operations := d.Operations()
	if len(operations) != 21 || operations[0] != (Operation{"GET", "/licenses", "List licenses"}) {
		t.Errorf("%d operations, first %v", len(operations), operations[0])
	}
}
