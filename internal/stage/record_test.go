package stage

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"fmt"
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
	for _, text := range []string{`{"Ops": 1}`, "", "\x00\xff"} {
		if s := travel(t, &Record{&record{text: []byte(text)}}).summary(); !s.Opaque {
			t.Errorf("a record of another version, %q: %+v, want opaque", text, s)
		}
	}
}

// A long record is packed, and says the same.
func TestLongRecord(t *testing.T) {
	for _, n := range []int{1, 400} {
		s := &Summary{}
		for i := range n {
			s.Fills = append(s.Fills, Fill{Type: "example.com/module/store.Postgres", Method: fmt.Sprintf("(example.com/module/api.Store).M%d", i)})
		}
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		r := written(s)
		if packed := len(r.text) < len(text)/5; packed != (n > 1) {
			t.Errorf("%d fills: %d bytes of %d", n, len(r.text), len(text))
		}
		if got := travel(t, r).summary(); !reflect.DeepEqual(got, s) {
			t.Errorf("%d fills: a summary that travelled: %+v", n, got)
		}
		if twice := travel(t, r).summary() == travel(t, r).summary(); twice != (n > 1) {
			t.Errorf("%d fills: read once for two packages: %v", n, twice)
		}
	}
	for i := range 3 * maxRecent {
		s := &Summary{Calls: uint64(i), Fills: make([]Fill, 400)}
		if got := travel(t, written(s)).summary(); got.Calls != s.Calls || len(recent.read) > maxRecent {
			t.Fatalf("record %d: read %d; %d are remembered", i, got.Calls, len(recent.read))
		}
	}
}
