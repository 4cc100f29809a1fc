package stage

import (
	"bytes"
	"encoding/gob"
	"reflect"
	"testing"

	"github.com/faaslint/faaslint/internal/catalog"
)

// travel sends a record through gob, as drivers do.
func travel(t *testing.T, r *Record) *Record {
	t.Helper()
	var buf bytes.Buffer
	if err := gob.NewEncoder(&buf).Encode(r); err != nil {
		t.Fatal(err)
	}
	out := new(Record)
	if err := gob.NewDecoder(&buf).Decode(out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRecord(t *testing.T) {
	s := &Summary{
		Ops: []Op{{
			Symbol: "regexp.MustCompile", What: "regular expression", Shared: true, Dep: Dep{Init, 1, Remote}, Once: livesParam(0),
			Via: []Frame{{Func: "p.F", Pkg: "p", File: "p.go", Line: 3}},
		}},
		Results: []Returned{{Index: 1, Dep: Dep{Request, 0, 0}, From: []int{0}}},
		Calls:   1 << 63,
		Costly:  &catalog.Costly{Symbol: "p.F", Result: -1},
	}
	first := written(s)
	second := travel(t, travel(t, first))
	if got := second.summary(); !reflect.DeepEqual(got, s) {
		t.Errorf("a summary that travelled: %+v, want %+v", got, s)
	}
	if second.summary() != second.summary() {
		t.Error("a record is read more than once")
	}
	if !bytes.Equal(second.text, first.text) {
		t.Errorf("a record that nobody read changes: %s, was %s", second.text, first.text)
	}
	if s := travel(t, &Record{&record{text: []byte(`{"Ops": 1}`)}}).summary(); !s.Opaque {
		t.Errorf("a record of another version: %+v, want opaque", s)
	}
}
