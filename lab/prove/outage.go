package prove

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/faaslint/faaslint/faas/replay"
	"github.com/faaslint/faaslint/lab/host"
	"github.com/faaslint/faaslint/lab/stat"
)

// Trouble is what happens to the connections of a function: what its stores do is done by shell commands.
type Trouble struct {
	Freezes []time.Duration // how long instances are frozen
	Drop    string          // run while they are, such as a command that drops their connections; or ""
	Next    int             // how many requests follow a freeze, at once

	Outages     []time.Duration // how long a store is out; none without Stop
	Stop, Start string          // the store goes, and comes back: when Start returns it must answer
	Every       time.Duration   // between two requests to a version
}

func (t Trouble) check() error {
	switch {
	case len(t.Freezes) == 0 && t.Stop == "":
		return errors.New("no freeze and no outage: nothing to see")
	case t.Next < 1 || t.Every <= 0:
		return fmt.Errorf("%d requests after a freeze, one every %v in an outage: want more than none of both", t.Next, t.Every)
	case (t.Stop == "") != (t.Start == ""):
		return errors.New("a command that makes a store go needs one that brings it back, and the other way round")
	}
	return nil
}

// How long requests come before an outage and after it.
const (
	lead  = time.Second
	trail = 5 * time.Second
)

// A TroubleReport is what the requests of each version met.
type TroubleReport struct {
	Platform host.Platform `json:"platform"`
	Package  string        `json:"package"`
	Machine  string        `json:"machine"`
	Go       string        `json:"go"`
	Deadline time.Duration `json:"deadlineNs"` // of a request
	Every    time.Duration `json:"everyNs"`
	Freezes  []*Episode    `json:"freezes"`
	Outages  []*Episode    `json:"outages"`
	Checks   []Check       `json:"checks"`
}

// An Episode is one freeze, or one outage, that all versions met at the same time.
type Episode struct {
	Asked time.Duration `json:"askedNs"` // how long it was to be
	Took  time.Duration `json:"tookNs"`  // and how long it was
	Fates []*Fate       `json:"versions"`
}

// A Fate is what the requests to one version met: in an outage those that began before the store was back, and after it.
type Fate struct {
	Version string `json:"version"`
	During  []Met  `json:"during,omitempty"`
	After   []Met  `json:"after"`
}

// Met is a request and what became of it.
type Met struct {
	Group  string        `json:"group"`
	At     time.Duration `json:"atNs"` // when it began, from the beginning of the outage, or the end of the freeze
	Took   time.Duration `json:"tookNs"`
	Status int           `json:"status"` // 0: no answer
	Want   int           `json:"want"`
	Why    string        `json:"why,omitempty"` // there is no answer
}

// Failed reports whether it had another status than recorded, or no answer.
func (m Met) Failed() bool { return m.Status != m.Want }

// RunTrouble builds the versions of c, lets one instance of each meet all freezes and outages, and reports. Of c it takes
// what it needs: not what is said of times.
func RunTrouble(ctx context.Context, c Config, t Trouble) (*TroubleReport, error) {
	c.Cold, c.Warm, c.Limit, c.Function.Package = 1, 1, 1, host.Image
	if err := errors.Join(c.check(), t.check()); err != nil {
		return nil, err
	}
	l, err := newLab(c)
	if err != nil {
		return nil, err
	}
	defer l.clean()
	if err := l.build(ctx); err != nil {
		return nil, err
	}
	r := &TroubleReport{Platform: c.Function.Platform, Package: c.Package, Machine: machine(), Go: runtime.Version(),
		Deadline: c.Function.Timeout, Every: t.Every, Freezes: []*Episode{}, Outages: []*Episode{}}
	for _, d := range t.Freezes {
		e, err := l.freeze(ctx, t, d)
		if err != nil {
			return nil, fmt.Errorf("frozen for %v: %w", d, err)
		}
		r.Freezes = append(r.Freezes, e)
	}
	if t.Stop != "" {
		for _, d := range t.Outages {
			e, err := l.outage(ctx, t, d)
			if err != nil {
				return nil, fmt.Errorf("out for %v: %w", d, err)
			}
			r.Outages = append(r.Outages, e)
		}
	}
	r.judge()
	return r, nil
}

// A subject is an instance of one version.
type subject struct {
	name     string
	instance host.Instance
	do       replay.Doer
	stop     func()
	player   *replay.Player
	requests []request // to ask again and again
}

type request struct {
	replay.Exchange
	group string
}

// subjects starts an instance of each version on fresh data, and has it build what it keeps.
func (l *lab) subjects(ctx context.Context, start func(context.Context, *version) (*subject, error)) (all []*subject, stop func(), err error) {
	stop = func() {
		for _, s := range all {
			s.stop()
		}
	}
	if err := l.fresh(ctx); err != nil {
		return nil, stop, err
	}
	for _, v := range l.versions {
		s, err := start(ctx, v)
		if err != nil {
			return all, stop, fmt.Errorf("%s: %w", v.Name, err)
		}
		s.name, s.player = v.Name, replay.NewPlayer(s.do)
		all = append(all, s)
		if err := s.wakeUp(ctx, l.Requests); err != nil {
			return all, stop, fmt.Errorf("%s: %w", v.Name, err)
		}
	}
	return all, stop, nil
}

// single is one instance: nobody replaces it.
func single(ctx context.Context, v *version) (*subject, error) {
	in, err := v.deployment.Start(ctx)
	if err != nil {
		return nil, err
	}
	return &subject{instance: in, do: in.Do, stop: func() { in.Stop() }}, nil
}

// hosted is what its platform would ask: where a request without an answer ends an instance, the next gets another. A
// container goes on, whoever gave up waiting.
func hosted(ctx context.Context, v *version) (*subject, error) {
	if v.deployment.Platform == host.HTTP {
		return single(ctx, v)
	}
	pool := host.NewPool(v.deployment, host.Grace, host.Idle)
	return &subject{do: pool.Do, stop: pool.Close}, nil
}

// wakeUp gets the tokens, has the function build what it keeps, and sets the requests to ask again: those with a name,
// of each group in turn.
func (s *subject) wakeUp(ctx context.Context, all []replay.Exchange) error {
	names, groups := group(all)
	for i := 0; ; i++ {
		before := len(s.requests)
		for _, name := range names {
			if i < len(groups[name]) {
				s.requests = append(s.requests, request{groups[name][i], name})
			}
		}
		if len(s.requests) == before {
			break
		}
	}
	if len(s.requests) == 0 {
		return errors.New("no request has a name, and no GET an answer 200: nothing to ask")
	}
	for _, e := range all {
		if len(e.Save) == 0 {
			continue
		}
		if _, err := s.player.Send(ctx, e); err != nil {
			return fmt.Errorf("before the trouble: %w", err)
		}
	}
	for _, e := range s.requests {
		if e.Answer == nil {
			return fmt.Errorf("%s %s has no answer to compare with; record it first", e.Method, e.URI())
		}
		if a, err := s.player.Send(ctx, e.Exchange); err != nil || a.Status != e.Answer.Status {
			return fmt.Errorf("before the trouble: %s %s: status %d, want %d (%v)", e.Method, e.URI(), a.Status, e.Answer.Status, err)
		}
	}
	return nil
}

// ask sends the i-th request.
func (s *subject) ask(ctx context.Context, i int, zero time.Time) Met {
	e := s.requests[i%len(s.requests)]
	began := time.Now()
	a, err := s.do(ctx, s.player.Fill(e.Request))
	m := Met{Group: e.group, At: began.Sub(zero), Took: time.Since(began), Status: a.Status, Want: e.Answer.Status}
	if err != nil {
		m.Status, m.Why = 0, err.Error()
	}
	return m
}

// freeze freezes an instance of each version, and asks all of them again at once when it is over.
func (l *lab) freeze(ctx context.Context, t Trouble, d time.Duration) (*Episode, error) {
	l.say("freezing for %v", d)
	all, stop, err := l.subjects(ctx, single)
	defer stop()
	if err != nil {
		return nil, err
	}
	// Requests come until the freeze. Without them a guard that looks at its connection once a second would find out all
	// that happens in a shorter freeze, since its instance would have waited here for those of the other versions. So it
	// looks at the first of them, again after a second, and has half of the next one behind it.
	zero := time.Now()
	sideBySide(all, func(_ int, s *subject) {
		for i := 0; time.Since(zero) < lead+tried/2 && ctx.Err() == nil; i++ {
			s.ask(ctx, i, zero)
			time.Sleep(time.Until(zero.Add(time.Duration(i+1) * t.Every)))
		}
	})
	began := time.Now()
	for _, s := range all {
		if err := s.instance.Freeze(); err != nil {
			return nil, err
		}
	}
	if t.Drop != "" {
		if err := shell(ctx, l.Dir, t.Drop); err != nil {
			return nil, fmt.Errorf("while frozen: %w", err)
		}
	}
	if err := sleep(ctx, time.Until(began.Add(d))); err != nil {
		return nil, err
	}
	e := &Episode{Asked: d, Took: time.Since(began)}
	for _, s := range all {
		if err := s.instance.Thaw(); err != nil {
			return nil, err
		}
		e.Fates = append(e.Fates, &Fate{Version: s.name})
	}
	zero = time.Now()
	sideBySide(all, func(i int, s *subject) {
		for n := range t.Next {
			e.Fates[i].After = append(e.Fates[i].After, s.ask(ctx, n, zero))
		}
	})
	return e, context.Cause(ctx)
}

// sideBySide does something with all subjects at the same time.
func sideBySide(all []*subject, do func(int, *subject)) {
	var doing sync.WaitGroup
	for i, s := range all {
		doing.Go(func() { do(i, s) })
	}
	doing.Wait()
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// outage has a store go away under steady requests to each version, and come back.
func (l *lab) outage(ctx context.Context, t Trouble, d time.Duration) (e *Episode, err error) {
	l.say("out for %v", d)
	all, stop, err := l.subjects(ctx, hosted)
	defer stop()
	if err != nil {
		return nil, err
	}
	asking, enough := context.WithCancel(ctx)
	defer enough()
	zero := time.Now()
	met := make([][]Met, len(all))
	var askers sync.WaitGroup
	for i, s := range all {
		askers.Go(func() { met[i] = s.steady(asking, ctx, t.Every, zero, l.Function.Concurrency) })
	}
	from, to, err := l.goAndReturn(ctx, t, d, zero)
	if err == nil {
		err = sleep(ctx, trail)
	}
	enough()
	askers.Wait()
	if err != nil {
		return nil, err
	}
	e = &Episode{Asked: d, Took: to - from}
	for i, s := range all {
		e.Fates = append(e.Fates, fate(s.name, met[i], from, to))
	}
	return e, nil
}

// goAndReturn makes the store go and come back, and says when; it comes back whatever happens.
func (l *lab) goAndReturn(ctx context.Context, t Trouble, d time.Duration, zero time.Time) (from, to time.Duration, err error) {
	if err := sleep(ctx, lead); err != nil {
		return 0, 0, err
	}
	from = time.Since(zero)
	err = shell(ctx, l.Dir, t.Stop)
	if err == nil {
		err = sleep(ctx, d-(time.Since(zero)-from))
	}
	err = errors.Join(err, shell(context.WithoutCancel(ctx), l.Dir, t.Start))
	return from, time.Since(zero), err
}

// mostAtOnce is how many requests one version has under way where instances take any number: more would wait for each
// other here.
const mostAtOnce = 256

// steady asks at a steady pace, whether answers come or not, as long as asking lasts. An instance that takes one request
// at a time is asked later when it is busy.
func (s *subject) steady(asking, ctx context.Context, every time.Duration, zero time.Time, concurrency int) []Met {
	places := make(chan struct{}, max(1, concurrency))
	if s.instance != nil && concurrency == 0 {
		places = make(chan struct{}, mostAtOnce)
	}
	var (
		mu      sync.Mutex
		met     []Met
		answers sync.WaitGroup
	)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for i := 0; asking.Err() == nil; i++ {
		select {
		case places <- struct{}{}:
		case <-asking.Done():
			continue
		}
		answers.Go(func() {
			m := s.ask(ctx, i, zero)
			<-places
			mu.Lock()
			defer mu.Unlock()
			met = append(met, m)
		})
		select {
		case <-tick.C:
		case <-asking.Done():
		}
	}
	answers.Wait()
	slices.SortFunc(met, func(a, b Met) int { return int(a.At - b.At) })
	return met
}

func fate(name string, met []Met, from, to time.Duration) *Fate {
	f := &Fate{Version: name}
	for _, m := range met {
		switch {
		case m.At >= to:
			m.At -= from
			f.After = append(f.After, m)
		case m.At >= from:
			m.At -= from
			f.During = append(f.During, m)
		}
	}
	return f
}

// A tally is a fate in figures.
type tally struct {
	Requests, Failed int
	Unanswered       int           // of the failed: no answer within the deadline
	Longest          time.Duration // to an answer that is an error, or to giving up
	Last             time.Duration // when the last that failed began
	First            int           // groups of requests whose first succeeded
	Groups           int
	Took             stat.Summary // of those that succeeded, in seconds
	Slowest          time.Duration
}

func count(met []Met) (t tally) {
	seen := map[string]bool{}
	var took []float64
	for _, m := range met {
		t.Requests++
		if !seen[m.Group] {
			seen[m.Group] = true
			t.Groups++
			if !m.Failed() {
				t.First++
			}
		}
		if !m.Failed() {
			took = append(took, m.Took.Seconds())
			t.Slowest = max(t.Slowest, m.Took)
			continue
		}
		t.Failed++
		if m.Status == 0 {
			t.Unanswered++
		}
		t.Longest, t.Last = max(t.Longest, m.Took), m.At
	}
	t.Took = stat.Summarize(took)
	return t
}

// tried is how recently a connection may have been tried that is not tried again: generated guards and pgxpool look
// once a second.
const tried = time.Second

// judge makes the checks of the version after: those of the others only say what they miss.
func (r *TroubleReport) judge() {
	say := func(version string, good bool, format string, args ...any) {
		verdict := stat.Exceeded
		if good {
			verdict = stat.Within
		}
		r.Checks = append(r.Checks, Check{Version: version, Verdict: verdict, Text: fmt.Sprintf(format, args...)})
	}
	for _, e := range r.Freezes {
		for _, f := range e.Fates {
			if t := count(f.After); e.Asked >= tried { // what was tried less than that ago is not tried again: counted, not judged
				say(f.Version, t.Failed == 0, "%s: %d of %d requests failed after %v frozen", f.Version, t.Failed, t.Requests, e.Asked)
			}
		}
	}
	for _, e := range r.Outages {
		for _, f := range e.Fates {
			t, back := count(f.During), count(f.After)
			say(f.Version, t.Unanswered == 0, "%s: %d of %d requests had no answer within %v while a store was out for %v", f.Version, t.Unanswered, t.Requests, r.Deadline, e.Asked)
			say(f.Version, back.First == back.Groups && back.Groups > 0, "%s: after %v out, the first request succeeded in %d of %d groups; %d of %d failed in the %v after the return",
				f.Version, e.Asked, back.First, back.Groups, back.Failed, back.Requests, trail)
		}
	}
}

// Failed reports whether a check of the version after failed.
func (r *TroubleReport) Failed() bool {
	return slices.ContainsFunc(r.Checks, func(c Check) bool { return c.Version == after && c.Verdict == stat.Exceeded })
}

// WriteJSON writes the report with all requests.
func (r *TroubleReport) WriteJSON(w io.Writer) error { return writeJSON(w, r) }
