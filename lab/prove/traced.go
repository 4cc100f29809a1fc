package prove

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/faaslint/faaslint/faas/replay"
	"github.com/faaslint/faaslint/lab/build"
	"github.com/faaslint/faaslint/lab/host"
	"github.com/faaslint/faaslint/trace"
	"github.com/faaslint/faaslint/trace/report"
)

// Traced is where the time goes in the requests of one group, in seconds: means of traced processes, which are others
// than those that are timed. Spans take time themselves.
type Traced struct {
	Cold Spent `json:"cold"` // start-up and first request, of a process
	Warm Spent `json:"warm"` // of a request
}

// Spent is what time goes into, as the study has it.
type Spent struct {
	Create  float64 `json:"objectCreation"`
	Connect float64 `json:"connection"`
	Store   float64 `json:"store"`
	Execute float64 `json:"execution"` // all that is no other part
	Encode  float64 `json:"serialisation"`
	Decode  float64 `json:"deserialisation"`
}

// An Object is something that is built, and what that takes in a version, in seconds.
type Object struct {
	Name string `json:"name"`
	In   string `json:"in"` // the function that builds it
	// Once is the mean of one time, without what is built for it: cold or warm, whichever is less.
	Once float64 `json:"once"`
	// Cold is what all times take in a start-up and first request, Warm in a later request; means over the groups.
	Cold float64 `json:"cold"`
	Warm float64 `json:"warm"`
	// ColdTimes and WarmTimes are how often.
	ColdTimes float64 `json:"coldTimes"`
	WarmTimes float64 `json:"warmTimes"`
}

// How many traced processes and warm requests there are of each version and group.
const (
	tracedCold = 3
	tracedWarm = 5
)

// trace sees where the time of all versions goes. What was timed is of use without it, as where there is no place for a
// span: so the report says why there is none.
func (l *lab) trace(ctx context.Context) error {
	if l.Untraced {
		return nil
	}
	err := errors.New("there is no faaslint to add spans")
	if l.Faaslint != "" {
		err = l.addTraces(ctx)
	}
	if err == nil || ctx.Err() != nil {
		return context.Cause(ctx)
	}
	l.say("no trace: %v", err)
	l.report.NoTrace = err.Error()
	for _, cell := range l.report.Cells {
		cell.Traced = nil
	}
	return nil
}

// addTraces builds all versions with spans, and runs them.
func (l *lab) addTraces(ctx context.Context) error {
	overlays := map[*build.Tree]string{}
	names, groups := group(l.Requests)
	for _, v := range l.versions {
		if overlays[v.tree] == "" {
			l.say("adding spans to a copy of the module")
			overlay, err := v.tree.Trace(ctx, l.Faaslint)
			if err != nil {
				return fmt.Errorf("%s: %w", v.Name, err)
			}
			overlays[v.tree] = overlay
		}
		d, err := l.withSpans(ctx, v, overlays[v.tree])
		if err != nil {
			return fmt.Errorf("%s with spans: %w", v.Name, err)
		}
		l.say("tracing %s: %d processes of each group", v.Name, tracedCold)
		var all []report.Span
		for i, name := range names {
			spans, err := traced(ctx, d, v, groups[name])
			if err != nil {
				return fmt.Errorf("%s with spans, %q: %w", v.Name, name, err)
			}
			if l.report.Cells[i].Traced == nil {
				l.report.Cells[i].Traced = map[string]*Traced{}
			}
			l.report.Cells[i].Traced[v.Name] = spent(spans)
			all = append(all, spans...)
		}
		v.Objects = objects(all, len(names)*tracedCold, len(names)*tracedCold*tracedWarm)
	}
	return nil
}

func (l *lab) withSpans(ctx context.Context, v *version, overlay string) (*host.Deployment, error) {
	f := v.deployment.Function
	f.Exec = filepath.Join(l.dir, v.Name+"-traced")
	f.Package = host.Image
	f.Env = append(slices.Clone(f.Env), trace.Variable+"=1")
	p := build.Program{Dir: v.tree.Dir, Package: v.Package, Platform: f.Platform, Tags: l.Tags, Overlay: overlay}
	if err := build.Build(ctx, p, f.Exec); err != nil {
		return nil, err
	}
	return host.Deploy(f)
}

// traced returns the spans of some processes, each of which answers one request cold and some warm.
func traced(ctx context.Context, d *host.Deployment, v *version, requests []replay.Exchange) ([]report.Span, error) {
	var log strings.Builder
	for i := range tracedCold {
		in, err := d.Start(ctx)
		if err != nil {
			return nil, err
		}
		for n := range 1 + tracedWarm {
			if _, err := in.Do(ctx, v.player.Fill(requests[(i+n)%len(requests)].Request)); err != nil {
				in.Stop()
				return nil, err
			}
		}
		in.Stop() // after it the log is complete
		log.WriteString(in.Log() + "\n")
	}
	spans, err := report.Read(strings.NewReader(log.String()))
	if errors.Is(err, report.ErrNoSpans) {
		return nil, nil // these requests pass no place that has one
	}
	return spans, err
}

// spent says what the time went into. Each process counts, also one without a span.
func spent(spans []report.Span) *Traced {
	sum := report.Summarize(spans)
	whole := wholeRequests(spans)
	for _, part := range []struct {
		sums  *report.Sums
		whole time.Duration
	}{{&sum.Cold, whole[true]}, {&sum.Warm, whole[false]}} {
		// What a request waits for that another goroutine does, such as the try of a guard to connect, counts there and
		// would count here again.
		waited := max(0, min(part.sums.All-part.whole, part.sums.Execute-part.sums.Store))
		part.sums.Execute -= waited
	}
	mean := func(n int, parts ...report.Sums) (s Spent) {
		for _, p := range parts {
			for _, part := range []struct {
				to *float64
				d  time.Duration
			}{
				{&s.Create, p.Create}, {&s.Connect, p.Connect}, {&s.Store, p.Store}, {&s.Execute, p.Execute - p.Store},
				{&s.Encode, p.Encode}, {&s.Decode, p.Decode},
			} {
				*part.to += part.d.Seconds() / float64(n)
			}
		}
		return s
	}
	return &Traced{Cold: mean(tracedCold, sum.StartUp, sum.Cold), Warm: mean(tracedCold*tracedWarm, sum.Warm)}
}

// wholeRequests adds up the requests, cold and warm: handlers that lie in no other span of their request.
func wholeRequests(spans []report.Span) map[bool]time.Duration {
	type id struct {
		process string
		id      uint64
	}
	requests := map[id]uint64{}
	for _, s := range spans {
		requests[id{s.Process, s.ID}] = s.Request
	}
	whole := map[bool]time.Duration{}
	for _, s := range spans {
		if s.Kind == trace.Handler && s.Request > 0 && requests[id{s.Process, s.Parent}] != s.Request {
			whole[s.Cold()] += s.Duration
		}
	}
	return whole
}

// objects returns what is created and connected to, the dearest first.
func objects(spans []report.Span, processes, requests int) []Object {
	type place struct{ name, in string }
	found := map[place]*Object{}
	var places []place
	for _, row := range report.Summarize(spans).Rows {
		if row.Kind != trace.Create && row.Kind != trace.Connect || row.Count == 0 {
			continue
		}
		p := place{row.Name, row.In}
		o := found[p]
		if o == nil {
			o = &Object{Name: row.Name, In: row.In[strings.LastIndexByte(row.In, '/')+1:]}
			found[p] = o
			places = append(places, p)
		}
		if once := row.Self.Seconds() / float64(row.Count); o.Once == 0 || once < o.Once {
			o.Once = once
		}
		if row.Cold {
			o.Cold, o.ColdTimes = row.Self.Seconds()/float64(processes), float64(row.Count)/float64(processes)
		} else {
			o.Warm, o.WarmTimes = row.Self.Seconds()/float64(requests), float64(row.Count)/float64(requests)
		}
	}
	var all []Object
	for _, p := range places {
		all = append(all, *found[p])
	}
	slices.SortStableFunc(all, func(a, b Object) int {
		return cmp.Or(-cmp.Compare(a.Cold+a.Warm, b.Cold+b.Warm), strings.Compare(a.Name+a.In, b.Name+b.In))
	})
	return all
}
