// Package trace measures where the time of a function goes: one span for each object that is created, connection that is
// opened, request that is answered, call of a store, and value that is encoded or decoded.
//
//	defer trace.Start(ctx, trace.Connect, "Postgres pool").End()
//
// It is off unless the environment variable FAASLINT_TRACE is 1 when the process starts. Then a span is a nil pointer,
// and costs a comparison. When it is on, each span writes one line of JSON to standard error, which hosts keep as the
// function's log, when it ends; faaslint trace -report reads such logs. A line costs some microseconds, which count
// for the spans around it: compare traced times with each other, never with those of an untraced run.
//
// All functions may be called from several goroutines at a time. The package imports the standard library alone, and
// little of it.
package trace

import (
	"context"
	"io"
	"math/rand"
	"os"
	"strconv"
	"sync"
	"time"
)

// Variable is the name of the environment variable that turns tracing on.
const Variable = "FAASLINT_TRACE"

// A Kind says what the time of a span is spent on. Any other text is a kind, too; its time counts as execution.
type Kind string

const (
	Handler Kind = "handler" // answers a request; the outermost one of them is the request
	Create  Kind = "create"  // builds an object without leaving the process
	Connect Kind = "connect" // opens a connection, or asks whether it works
	Store   Kind = "store"   // calls a store or another service
	Encode  Kind = "encode"  // serialises
	Decode  Kind = "decode"  // deserialises
)

// process is the tracer of this process, nil when tracing is off.
var process = fromEnvironment(os.Getenv(Variable), os.Stderr)

// fromEnvironment returns the tracer that the variable asks for. What makes no sense is said, and is no: a typing error
// must not keep a function from its work.
func fromEnvironment(value string, log io.Writer) *tracer {
	switch value {
	case "1":
		return newTracer(log)
	case "", "0":
	default:
		io.WriteString(log, "trace: reading "+Variable+": "+strconv.Quote(value)+" is neither 1 nor 0; tracing stays off\n")
	}
	return nil
}

// Start begins a span, and returns nil when tracing is off. The caller ends it; spans of one goroutine end in the
// reverse order of their starts, as deferred calls do.
//
// The span lies within the innermost span of its goroutine that is still open. If ctx carries a span that this one is
// not part of, as in a goroutine that was started for a request, it lies within that instead. Where there is no context
// ctx may be nil.
func Start(ctx context.Context, kind Kind, name string) *Span {
	if process == nil {
		return nil
	}
	return process.start(ctx, kind, name)
}

// Enter is Start, and makes *ctx carry the span, so that it is found in other goroutines.
func Enter(ctx *context.Context, kind Kind, name string) *Span {
	if process == nil {
		return nil
	}
	return process.enter(ctx, kind, name)
}

// A Span is a piece of work with a start and an end. A nil Span is one that nobody measures.
type Span struct {
	t         *tracer
	id        uint64
	request   uint64 // how many requests had begun in the process, this one included; 0 is start-up
	parent    *Span
	outer     *Span // the innermost open span of the goroutine before this one
	goroutine uint64
	kind      Kind
	name      string
	caller    caller
	start     time.Duration // since the tracer began
	ended     bool
}

// End ends the span and writes its line. Spans of the same goroutine that were started later and are still open were
// left by a panic: they end too, and their lines say so. A second End does nothing.
func (s *Span) End() {
	if s != nil {
		s.t.end(s, false)
	}
}

// Value ends a span and returns v. Arguments are evaluated from left to right, so
//
//	re := trace.Value(trace.Start(nil, trace.Create, "regular expression"), regexp.MustCompile(expr))
//
// measures the call. The span is noted as failed if v is an error other than nil.
func Value[A any](s *Span, v A) A {
	if s != nil {
		s.endWith(v)
	}
	return v
}

// Pair is Value for calls with two results:
//
//	pool, err := trace.Pair[*pgxpool.Pool, error](trace.Start(ctx, trace.Connect, "Postgres pool"))(pgxpool.New(ctx, url))
//
// The span is noted as failed if the second result is an error other than nil.
func Pair[A, B any](s *Span) func(A, B) (A, B) {
	return func(a A, b B) (A, B) {
		if s != nil {
			s.endWith(b)
		}
		return a, b
	}
}

func (s *Span) endWith(result any) {
	err, ok := result.(error)
	s.t.end(s, ok && err != nil)
}

// A tracer numbers the spans of one process and writes them down.
type tracer struct {
	log   io.Writer
	id    string // of the process
	begun time.Time

	mu       sync.Mutex
	last     uint64           // id given out last
	requests uint64           // that have begun
	open     map[uint64]*Span // by goroutine, the innermost span that has not ended
}

func newTracer(log io.Writer) *tracer {
	id := strconv.FormatUint(rand.Uint64()|1<<63, 16) // Inv: sixteen digits, not all zero
	return &tracer{log: log, id: id, begun: time.Now(), open: map[uint64]*Span{}}
}

type spanKey struct{}

func (t *tracer) enter(ctx *context.Context, kind Kind, name string) *Span {
	s := t.start(*ctx, kind, name)
	if *ctx != nil {
		*ctx = context.WithValue(*ctx, spanKey{}, s)
	}
	return s
}

// start is two calls below whoever asked for the span.
func (t *tracer) start(ctx context.Context, kind Kind, name string) *Span {
	s := &Span{t: t, kind: kind, name: name, goroutine: goroutineID(), caller: callerOutside()}
	if ctx != nil {
		s.parent, _ = ctx.Value(spanKey{}).(*Span)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	s.outer = t.open[s.goroutine]
	if s.parent == nil || s.outer.within(s.parent) {
		s.parent = s.outer
	}
	inside := s.parent != nil && s.parent.request > 0 // a span around main is of no request, and holds all of them
	if kind == Handler && !inside {
		t.requests++
	}
	s.request = t.requests
	if inside {
		s.request = s.parent.request
	}
	t.last++
	s.id = t.last
	t.open[s.goroutine] = s
	s.start = time.Since(t.begun)
	return s
}

// within reports whether s is u or a part of it.
func (s *Span) within(u *Span) bool {
	for ; s != nil; s = s.parent {
		if s == u {
			return true
		}
	}
	return false
}

func (t *tracer) end(s *Span, failed bool) {
	now := time.Since(t.begun)
	t.mu.Lock()
	var left []*Span
	if !s.ended {
		left = t.close(s)
	}
	t.mu.Unlock()
	for i, e := range left {
		t.log.Write(e.line(now, failed && i == len(left)-1, i < len(left)-1))
	}
}

// close takes s and all that was started later in its goroutine off the open spans, the innermost first.
func (t *tracer) close(s *Span) (left []*Span) {
	top := t.open[s.goroutine]
	if !top.above(s) {
		top = s
	}
	for ; top != nil; top = top.outer {
		if !top.ended {
			top.ended = true
			left = append(left, top)
		}
		if top == s {
			break
		}
	}
	rest := s.outer
	for rest != nil && rest.ended {
		rest = rest.outer
	}
	if rest == nil {
		delete(t.open, s.goroutine)
	} else {
		t.open[s.goroutine] = rest
	}
	return left
}

// above reports whether s was started on top of u, or is u.
func (s *Span) above(u *Span) bool {
	for ; s != nil; s = s.outer {
		if s == u {
			return true
		}
	}
	return false
}
