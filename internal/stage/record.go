package stage

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"
)

// A Record is the fact of a function: its Summary in writing. For each package a driver decodes the facts of all imports
// and encodes most of them again for the next one, while the package calls few of those functions. So a record stays as it
// was written until somebody asks for the summary.
type Record struct{ *record }

type record struct {
	text []byte // JSON
	once sync.Once
	read *Summary // after once
}

// written returns the record of s, which must not change any more.
func written(s *Summary) *Record {
	text, err := json.Marshal(s)
	if err != nil {
		panic(fmt.Errorf("writing the summary %v: %w", s, err)) // Inv: a Summary has neither channels nor functions
	}
	return &Record{&record{text: text}}
}

// summary returns what was written. All who ask share it, so it must not be changed. What cannot be read, as when another
// version wrote it, is opaque.
func (r *Record) summary() *Summary {
	r.once.Do(func() {
		r.read = new(Summary)
		if err := json.Unmarshal(r.text, r.read); err != nil {
			r.read = &Summary{Opaque: true}
		}
	})
	return r.read
}

// AFact marks Record as a fact.
func (*Record) AFact() {}

func (r *Record) String() string { return r.summary().String() }

// GobEncode returns the text.
func (r *Record) GobEncode() ([]byte, error) { return r.text, nil }

// GobDecode keeps the text, in bytes of its own: gob's may change.
func (r *Record) GobDecode(text []byte) error {
	r.record = &record{text: slices.Clone(text)}
	return nil
}
