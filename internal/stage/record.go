package stage

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"sync"
)

// A Record is the fact of a function: its Summary in writing. For each package a driver decodes the facts of all imports
// and encodes most of them again for the next one, while the package calls few of those functions. So a record stays as it
// was written until somebody asks for the summary.
type Record struct{ *record }

type record struct {
	text []byte // JSON, packed if it is long
	once sync.Once
	read *Summary // after once
}

// written returns the record of s, which must not change any more.
func written(s *Summary) *Record {
	text, err := json.Marshal(s)
	if err != nil {
		panic(fmt.Errorf("writing the summary %v: %w", s, err)) // Inv: a Summary has neither channels nor functions
	}
	return &Record{&record{text: pack(text)}}
}

// summary returns what was written. All who ask share it, so it must not be changed. What cannot be read, as when another
// version wrote it, is opaque.
func (r *Record) summary() *Summary {
	r.once.Do(func() { r.read = read(r.text) })
	return r.read
}

// recent are long summaries that were read lately. An editor's server analyses a package again with each change, and what it
// imports stays the same.
var recent struct {
	sync.Mutex
	read map[string]*Summary // by the packed text
}

const maxRecent = 16

func read(text []byte) *Summary {
	if !isPacked(text) {
		return parse(text)
	}
	recent.Lock()
	defer recent.Unlock()
	if s := recent.read[string(text)]; s != nil {
		return s
	}
	if len(recent.read) >= maxRecent || recent.read == nil {
		recent.read = map[string]*Summary{}
	}
	s := &Summary{Opaque: true}
	if plain, err := unpack(text); err == nil {
		s = parse(plain)
	}
	recent.read[string(text)] = s
	return s
}

func parse(text []byte) *Summary {
	s := new(Summary)
	if json.Unmarshal(text, s) != nil {
		return &Summary{Opaque: true}
	}
	return s
}

// A function that registers all routes of a program says much, in the same few words: packed, a hundred kilobytes are
// four. Most records are short, and not worth it.
const (
	packFrom = 4 << 10
	packed   = 0 // the first byte of a packed text, with which no JSON begins
)

var packers = sync.Pool{New: func() any {
	w, err := flate.NewWriter(nil, flate.BestSpeed)
	if err != nil {
		panic(err) // Inv: the level is one that there is
	}
	return w
}}

var unpackers = sync.Pool{New: func() any { return flate.NewReader(nil) }}

func pack(text []byte) []byte {
	if len(text) < packFrom {
		return text
	}
	out := bytes.NewBuffer([]byte{packed})
	w := packers.Get().(*flate.Writer)
	defer packers.Put(w)
	w.Reset(out)
	_, err := w.Write(text)
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(fmt.Errorf("packing a summary: %w", err)) // Inv: a buffer takes all that it is given
	}
	return slices.Clip(out.Bytes())
}

func isPacked(text []byte) bool { return len(text) > 0 && text[0] == packed }

func unpack(text []byte) ([]byte, error) {
	if !isPacked(text) {
		return text, nil
	}
	r := unpackers.Get().(io.Reader)
	defer unpackers.Put(r)
	if err := r.(flate.Resetter).Reset(bytes.NewReader(text[1:]), nil); err != nil {
		return nil, err
	}
	return io.ReadAll(r)
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
