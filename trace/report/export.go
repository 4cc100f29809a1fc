package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"
)

// WriteChrome writes the Trace Event Format of Chrome, which chrome://tracing, Perfetto and speedscope read: one process
// for each process of the log, one thread for each goroutine. Times are microseconds since the first span; the category
// of an event is the kind of its span, and start-up, cold or warm.
// See https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU.
func WriteChrome(w io.Writer, spans []Span) error {
	type event struct {
		Name string         `json:"name"`
		Cat  string         `json:"cat,omitempty"`
		Ph   string         `json:"ph"`
		TS   float64        `json:"ts"`
		Dur  float64        `json:"dur"`
		PID  int            `json:"pid"`
		TID  uint64         `json:"tid"`
		Args map[string]any `json:"args,omitempty"`
	}
	var first time.Time
	for i, s := range spans {
		if i == 0 || s.Start.Before(first) {
			first = s.Start
		}
	}
	events := []event{}
	pids := map[string]int{}
	for _, s := range spans {
		pid := pids[s.Process]
		if pid == 0 {
			pid = len(pids) + 1
			pids[s.Process] = pid
			events = append(events, event{Name: "process_name", Ph: "M", PID: pid, Args: map[string]any{"name": "process " + s.Process}})
		}
		// speedscope takes spans of other arguments for other things, so that what differs from request to request must
		// not be among them.
		args := map[string]any{"in": s.In, "at": s.At}
		if s.Failed {
			args["failed"] = true
		}
		if s.Unfinished {
			args["unfinished"] = true
		}
		events = append(events, event{s.Name, string(s.Kind) + "," + phase(s), "X", micro(s.Start.Sub(first)), micro(s.Duration), pid, s.Goroutine, args})
	}
	return writeJSON(w, map[string]any{"displayTimeUnit": "ms", "traceEvents": events})
}

// phase says when a span was, as the categories of its event have it.
func phase(s Span) string {
	switch s.Request {
	case 0:
		return "start-up"
	case 1:
		return "cold"
	}
	return "warm"
}

func micro(d time.Duration) float64 { return float64(d) / 1e3 }

// WriteOTLP writes the JSON form of OpenTelemetry's protocol, as a collector's otlpjsonfile receiver reads it: one
// resource for each process, one trace for each request, and one for the start-up.
// See https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding.
func WriteOTLP(w io.Writer, spans []Span) error {
	var resources []map[string]any
	var list []map[string]any
	requests := outermost(spans)
	for i, s := range spans {
		list = append(list, otlpSpan(s, requests[i]))
		if i+1 < len(spans) && spans[i+1].Process == s.Process {
			continue // Inv: the spans of a process stand together
		}
		resources = append(resources, map[string]any{
			"resource":   map[string]any{"attributes": []any{text("service.name", "faaslint trace"), text("service.instance.id", s.Process)}},
			"scopeSpans": []any{map[string]any{"scope": map[string]any{"name": scope}, "spans": list}},
		})
		list = nil
	}
	return writeJSON(w, map[string]any{"resourceSpans": resources})
}

const scope = "github.com/faaslint/faaslint/trace" // who made the spans

func otlpSpan(s Span, request bool) map[string]any {
	const internal, server = 1, 2 // SpanKind
	span := map[string]any{
		"traceId":           fmt.Sprintf("%016s%016x", s.Process, s.Request),
		"spanId":            fmt.Sprintf("%016x", s.ID),
		"name":              s.Name,
		"kind":              internal,
		"startTimeUnixNano": strconv.FormatInt(s.Start.UnixNano(), 10),
		"endTimeUnixNano":   strconv.FormatInt(s.end().UnixNano(), 10),
	}
	if request {
		span["kind"] = server
	}
	if s.Parent != 0 && !request { // else the parent is of another trace
		span["parentSpanId"] = fmt.Sprintf("%016x", s.Parent)
	}
	attributes := []any{text("faaslint.kind", string(s.Kind)), text("code.function.name", s.In), text("faaslint.at", s.At),
		map[string]any{"key": "faas.coldstart", "value": map[string]any{"boolValue": s.Cold()}}}
	if s.Unfinished {
		attributes = append(attributes, map[string]any{"key": "faaslint.unfinished", "value": map[string]any{"boolValue": true}})
	}
	span["attributes"] = attributes
	if s.Failed {
		const statusError = 2
		span["status"] = map[string]any{"code": statusError}
	}
	return span
}

func text(key, value string) map[string]any {
	return map[string]any{"key": key, "value": map[string]any{"stringValue": value}}
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
