package report

import (
	"cmp"
	"slices"
	"time"

	"github.com/faaslint/faaslint/trace"
)

// A Row is what the spans of one kind, name and function took, cold or warm.
type Row struct {
	Cold   bool          `json:"cold"`
	Kind   trace.Kind    `json:"kind"`
	Name   string        `json:"name"`
	In     string        `json:"in"`
	Count  int           `json:"count"`
	Failed int           `json:"failed"`
	Total  time.Duration `json:"total_ns"` // from start to end
	Self   time.Duration `json:"self_ns"`  // less what the spans within it took
	P50    time.Duration `json:"p50_ns"`   // of the single totals, by nearest rank
	P95    time.Duration `json:"p95_ns"`
}

// Sums says what the time went into. Each moment of a span counts once, for the innermost span that was open, so that
// the parts of a request add up to it; only what runs side by side in several goroutines counts for each of them.
type Sums struct {
	Processes int           `json:"processes"` // that these spans are of
	Requests  int           `json:"requests"`
	Create    time.Duration `json:"object_creation_ns"`
	Connect   time.Duration `json:"connection_ns"`
	Init      time.Duration `json:"overall_init_ns"` // Create and Connect
	Execute   time.Duration `json:"execution_ns"`    // all that is no other part, Store included
	Store     time.Duration `json:"store_ns"`
	Encode    time.Duration `json:"serialisation_ns"`
	Decode    time.Duration `json:"deserialisation_ns"`
	All       time.Duration `json:"all_ns"` // Init, Execute, Encode and Decode
}

// A Summary is what a log says: StartUp is before the first request of each process, Cold the first request, Warm all
// that came later. Rows are cold (start-up included) or warm.
type Summary struct {
	Rows    []Row `json:"rows"`
	StartUp Sums  `json:"start_up"`
	Cold    Sums  `json:"cold"`
	Warm    Sums  `json:"warm"`
}

// Summarize adds up spans. Rows are sorted: cold first, then by self time, the largest first.
func Summarize(spans []Span) *Summary {
	self, requests := selfTimes(spans), outermost(spans)
	sum := &Summary{Rows: rows(spans, self)}
	for _, part := range []struct {
		sums *Sums
		has  func(request uint64) bool
	}{
		{&sum.StartUp, func(r uint64) bool { return r == 0 }},
		{&sum.Cold, func(r uint64) bool { return r == 1 }},
		{&sum.Warm, func(r uint64) bool { return r > 1 }},
	} {
		processes := map[string]bool{}
		for _, s := range spans {
			if part.sums == &sum.StartUp || part.has(s.Request) { // every process starts, though perhaps without a span
				processes[s.Process] = true
			}
		}
		for i, s := range spans {
			if part.has(s.Request) {
				part.sums.add(s.Kind, self[i])
				if requests[i] {
					part.sums.Requests++
				}
			}
		}
		part.sums.Processes = len(processes)
	}
	return sum
}

func (t *Sums) add(kind trace.Kind, self time.Duration) {
	t.All += self
	switch kind {
	case trace.Create:
		t.Create += self
		t.Init += self
	case trace.Connect:
		t.Connect += self
		t.Init += self
	case trace.Encode:
		t.Encode += self
	case trace.Decode:
		t.Decode += self
	case trace.Store:
		t.Store += self
		t.Execute += self
	default:
		t.Execute += self
	}
}

// outermost tells which spans are whole requests: handlers that lie within no span of the same request.
func outermost(spans []Span) []bool {
	requests := map[spanID]uint64{}
	for _, s := range spans {
		requests[spanID{s.Process, s.ID}] = s.Request
	}
	is := make([]bool, len(spans))
	for i, s := range spans {
		of, known := requests[spanID{s.Process, s.Parent}]
		is[i] = s.Kind == trace.Handler && s.Request > 0 && (!known || of != s.Request)
	}
	return is
}

type spanID struct {
	process string
	id      uint64
}

// selfTimes gives, for each span, its length less the time in which spans directly within it were open.
func selfTimes(spans []Span) []time.Duration {
	within := map[spanID][]*Span{}
	for i := range spans {
		if s := &spans[i]; s.Parent != 0 {
			whole := spanID{s.Process, s.Parent}
			within[whole] = append(within[whole], s)
		}
	}
	self := make([]time.Duration, len(spans))
	for i := range spans {
		s := &spans[i]
		self[i] = s.Duration - covered(s, within[spanID{s.Process, s.ID}])
	}
	return self
}

// covered is for how long at least one of the parts was open. Parts in other goroutines may overlap, and outlive the
// whole.
func covered(whole *Span, parts []*Span) (sum time.Duration) {
	slices.SortFunc(parts, func(a, b *Span) int { return a.Start.Compare(b.Start) })
	done := whole.Start
	for _, p := range parts {
		from, to := p.Start, p.end()
		if from.Before(done) {
			from = done
		}
		if to.After(whole.end()) {
			to = whole.end()
		}
		if to.After(from) {
			sum += to.Sub(from)
			done = to
		}
	}
	return sum
}

func rows(spans []Span, self []time.Duration) []Row {
	type key struct {
		cold     bool
		kind     trace.Kind
		name, in string
	}
	index := map[key]int{}
	var list []Row
	var single [][]time.Duration
	for i, s := range spans {
		k := key{s.Cold(), s.Kind, s.Name, s.In}
		n, ok := index[k]
		if !ok {
			n = len(list)
			index[k] = n
			list = append(list, Row{Cold: k.cold, Kind: k.kind, Name: k.name, In: k.in})
			single = append(single, nil)
		}
		r := &list[n]
		r.Count++
		if s.Failed {
			r.Failed++
		}
		r.Total += s.Duration
		r.Self += self[i]
		single[n] = append(single[n], s.Duration)
	}
	for i := range list {
		slices.Sort(single[i])
		list[i].P50, list[i].P95 = percentile(single[i], 50), percentile(single[i], 95)
	}
	slices.SortFunc(list, func(a, b Row) int {
		if a.Cold != b.Cold {
			return map[bool]int{true: -1, false: 1}[a.Cold]
		}
		return cmp.Or(cmp.Compare(b.Self, a.Self), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name), cmp.Compare(a.In, b.In))
	})
	return list
}

// percentile is the nearest rank: the smallest value that at least p percent do not exceed.
func percentile(sorted []time.Duration, p int) time.Duration {
	return sorted[(len(sorted)*p+99)/100-1]
}
