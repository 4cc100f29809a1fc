// Package report reads the spans that package trace wrote into a host's log, adds them up, and exports them for the
// viewers of Chrome traces and of OpenTelemetry. Nothing here is kept between calls; a list of spans may be shared for
// reading.
package report

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/faaslint/faaslint/trace"
)

// A Span is one line of a log.
type Span struct {
	Process    string // hexadecimal
	ID, Parent uint64 // within the process; no parent is 0
	Request    uint64 // how many requests had begun in the process, this one included; 0 is start-up
	Goroutine  uint64
	Kind       trace.Kind
	Name       string
	In, At     string    // the function that it was started in, and file:line
	Start      time.Time // all of one process by one clock
	Duration   time.Duration
	Failed     bool // it ended with an error
	Unfinished bool // a panic left it, so that it ended with the span around it
}

// Cold reports whether the span is of the start-up of its process or of the first request.
func (s *Span) Cold() bool { return s.Request <= 1 }

func (s *Span) end() time.Time { return s.Start.Add(s.Duration) }

// ErrNoSpans is returned for a log that holds none.
var ErrNoSpans = errors.New("there are no spans in it: was the program built with spans, and run with " + trace.Variable + "=1?")

// A DamagedError counts lines that look like spans and cannot be read, such as those that a host cut off.
type DamagedError struct {
	Lines int
	First int // its number
	Cause error
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("%d damaged lines are left out; line %d: %v", e.Lines, e.First, e.Cause)
}

// Read returns the spans of a log, by process and start. Other lines are passed over, and so is what a host puts before
// a line; a span that the log holds twice is returned once. With a *DamagedError come the spans that could be read, with
// any other error none.
func Read(log io.Reader) ([]Span, error) {
	var spans []Span
	var damaged *DamagedError
	in := bufio.NewReader(log)
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if err != nil && err != io.EOF {
			return nil, fmt.Errorf("reading line %d: %w", n, err)
		}
		if at := bytes.Index(line, []byte(mark)); at >= 0 {
			s, bad := decode(line[at:])
			switch {
			case bad == nil:
				spans = append(spans, s)
			case damaged == nil:
				damaged = &DamagedError{Lines: 1, First: n, Cause: bad}
			default:
				damaged.Lines++
			}
		}
		if err == io.EOF {
			break
		}
	}
	spans = sorted(spans)
	if damaged != nil {
		return spans, damaged
	}
	if len(spans) == 0 {
		return nil, ErrNoSpans
	}
	return spans, nil
}

// mark is how each line of package trace begins.
const mark = `{"faaslint.span":`

func decode(line []byte) (s Span, err error) {
	var w struct {
		Version    int        `json:"faaslint.span"`
		Process    string     `json:"process"`
		ID         uint64     `json:"id"`
		Parent     uint64     `json:"parent"`
		Request    uint64     `json:"request"`
		Goroutine  uint64     `json:"goroutine"`
		Kind       trace.Kind `json:"kind"`
		Name       string     `json:"name"`
		In         string     `json:"in"`
		At         string     `json:"at"`
		Start      int64      `json:"start,string"`
		NS         int64      `json:"ns,string"`
		Failed     bool       `json:"failed"`
		Unfinished bool       `json:"unfinished"`
	}
	// A decoder stops after the value: a host may add to the line.
	if err := json.NewDecoder(bytes.NewReader(line)).Decode(&w); err != nil {
		return s, err
	}
	if w.Version != 1 {
		return s, fmt.Errorf("its form is %d, and this program reads form 1: use the faaslint that placed the spans", w.Version)
	}
	if _, err := strconv.ParseUint(w.Process, 16, 64); err != nil || w.ID == 0 || w.NS < 0 {
		return s, errors.New("it has no process, no id or no length")
	}
	return Span{w.Process, w.ID, w.Parent, w.Request, w.Goroutine, w.Kind, w.Name, w.In, w.At,
		time.Unix(0, w.Start), time.Duration(w.NS), w.Failed, w.Unfinished}, nil
}

func sorted(spans []Span) []Span {
	first := map[string]time.Time{} // start of each process
	for _, s := range spans {
		if t, ok := first[s.Process]; !ok || s.Start.Before(t) {
			first[s.Process] = s.Start
		}
	}
	slices.SortFunc(spans, func(a, b Span) int {
		return cmp.Or(first[a.Process].Compare(first[b.Process]), cmp.Compare(a.Process, b.Process), cmp.Compare(a.ID, b.ID))
	})
	return slices.CompactFunc(spans, func(a, b Span) bool { return a.Process == b.Process && a.ID == b.ID })
}
