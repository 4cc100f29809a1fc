package trace

import (
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// line is the span as JSON, on one line. It is written by hand, since encoding/json would make the traced program
// larger, and with it slower to start. Times are texts: as numbers of JSON they would lose their last digits elsewhere.
//
// Inv: package report reads what stands here.
func (s *Span) line(end time.Duration, failed, unfinished bool) []byte {
	b := make([]byte, 0, 384)
	b = append(b, `{"faaslint.span":1,"process":"`...)
	b = append(b, s.t.id...)
	b = append(b, `","id":`...)
	b = strconv.AppendUint(b, s.id, 10)
	if s.parent != nil {
		b = append(b, `,"parent":`...)
		b = strconv.AppendUint(b, s.parent.id, 10)
	}
	b = append(b, `,"request":`...)
	b = strconv.AppendUint(b, s.request, 10)
	b = append(b, `,"goroutine":`...)
	b = strconv.AppendUint(b, s.goroutine, 10)
	b = appendField(b, "kind", string(s.kind))
	b = appendField(b, "name", s.name)
	b = appendField(b, "in", s.caller.function)
	b = appendField(b, "at", s.caller.file+":"+strconv.Itoa(s.caller.line))
	b = append(b, `,"start":"`...)
	// One clock for all spans of a process: else a correction of the wall clock could move a part out of its whole.
	b = strconv.AppendInt(b, s.t.begun.UnixNano()+int64(s.start), 10)
	b = append(b, `","ns":"`...)
	b = strconv.AppendInt(b, int64(end-s.start), 10)
	b = append(b, '"')
	if failed {
		b = append(b, `,"failed":true`...)
	}
	if unfinished {
		b = append(b, `,"unfinished":true`...)
	}
	return append(b, "}\n"...)
}

func appendField(b []byte, key, text string) []byte {
	b = append(b, `,"`...)
	b = append(b, key...)
	b = append(b, `":"`...)
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r < ' ' || r == 0x2028 || r == 0x2029: // what ends a line for some readers of logs
			const hex = "0123456789abcdef"
			b = append(b, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
		default:
			b = utf8.AppendRune(b, r) // a byte that is no UTF-8 came as U+FFFD
		}
	}
	return append(b, '"')
}

// A caller is where a span was started.
type caller struct {
	function, file string // full name, and base name
	line           int
}

// callerOutside finds the first function outside this package. It is tempting to count frames instead, but what the
// compiler inlines of the generic functions differs.
func callerOutside() caller {
	var pcs [8]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, ownPrefix) || strings.HasSuffix(f.File, "_test.go") {
			return caller{f.Function, filepath.Base(f.File), f.Line}
		}
		if !more {
			return caller{}
		}
	}
}

const ownPrefix = "github.com/faaslint/faaslint/trace."

// goroutineID reads the number of the running goroutine from the head of its stack, "goroutine 7 [running]:": the one
// place where Go tells it. It costs about a microsecond, and nothing while tracing is off.
func goroutineID() (id uint64) {
	var buf [64]byte
	head := buf[:runtime.Stack(buf[:], false)]
	for _, c := range head[min(len("goroutine "), len(head)):] {
		if c < '0' || c > '9' {
			break
		}
		id = 10*id + uint64(c-'0')
	}
	return id
}
