package prove

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"

	"github.com/faaslint/faaslint/faas/replay"
	"github.com/faaslint/faaslint/lab/build"
	"github.com/faaslint/faaslint/lab/host"
	"github.com/faaslint/faaslint/lab/stat"
)

// A Race is what the race detector saw of the version after while one instance of it answered many requests at a time.
type Race struct {
	Requests int    `json:"requests"`
	Parallel int    `json:"parallel"`
	Wrong    int    `json:"wrong"` // answered with another status than recorded, or not at all
	Races    int    `json:"races"`
	First    string `json:"first,omitempty"` // what the detector says of the first
}

const (
	parallel = 64
	each     = 20 // requests of each of them
)

func (c Config) checkRace() error {
	if c.Race && c.Function.Platform != host.HTTP && c.Function.Concurrency < parallel {
		return fmt.Errorf("race: an instance on %s gets no %d requests at a time; choose http, or lambda with such a concurrency", c.Function.Platform, parallel)
	}
	return nil
}

// race builds the version after with the race detector and has one instance of it answer many requests at a time. What
// is there already may be different objects than those of the first requests, so the instance is fresh.
func (l *lab) race(ctx context.Context) error {
	for _, v := range l.versions {
		if v.Name != after || !l.Race {
			continue
		}
		l.say("building %s with the race detector", v.Name)
		f := v.deployment.Function
		f.Exec, f.Package = filepath.Join(l.dir, "race"), host.Image
		p := build.Program{Dir: v.tree.Dir, Package: v.Package, Platform: f.Platform, Tags: l.Tags, Race: true}
		if err := build.Build(ctx, p, f.Exec); err != nil {
			return fmt.Errorf("%s with the race detector: %w", v.Name, err)
		}
		d, err := host.Deploy(f)
		if err != nil {
			return err
		}
		if err := l.fresh(ctx); err != nil {
			return err
		}
		in, err := d.Start(ctx)
		if err != nil {
			return err
		}
		defer in.Stop()
		l.say("sending %s %d times %d requests at the same time", v.Name, each, parallel)
		r, err := burst(ctx, in, v.player, l.Requests)
		if err != nil {
			return err
		}
		in.Stop() // after it the log is complete
		if _, races, found := strings.Cut(in.Log(), "WARNING: DATA RACE"); found {
			r.Races, r.First = 1+strings.Count(races, "WARNING: DATA RACE"), races[:min(len(races), 1500)]
		}
		l.report.Race = r
	}
	return nil
}

// burst asks for what reads and succeeds, and for what has a name, each of many clients from another place in the list on.
func burst(ctx context.Context, in host.Instance, p *replay.Player, all []replay.Exchange) (*Race, error) {
	var ask []replay.Exchange
	for _, e := range all {
		if e.Name != "" || e.Method == "GET" && e.Answer != nil && e.Answer.Status == 200 {
			ask = append(ask, e)
		}
	}
	if len(ask) == 0 {
		return nil, errors.New("no request has a name, and no GET an answer 200: nothing to ask")
	}
	r := &Race{Parallel: parallel}
	var mu sync.Mutex
	var clients sync.WaitGroup
	for i := range parallel {
		clients.Go(func() {
			for n := range each {
				e := ask[(len(ask)*i/parallel+n)%len(ask)]
				a, err := in.Do(ctx, p.Fill(e.Request))
				mu.Lock()
				r.Requests++
				if err != nil || e.Answer != nil && a.Status != e.Answer.Status {
					r.Wrong++
				}
				mu.Unlock()
			}
		})
	}
	clients.Wait()
	return r, context.Cause(ctx)
}

func (r *Report) judgeRace() {
	if r.Race == nil {
		return
	}
	c := Check{Version: after, Verdict: stat.Within, Text: fmt.Sprintf("%s answers %d requests, %d at a time: the race detector finds nothing", after, r.Race.Requests, r.Race.Parallel)}
	switch {
	case r.Race.Races > 0:
		c.Verdict = stat.Exceeded
		c.Text = fmt.Sprintf("%s has %d data races under %d requests at a time; the first: %s", after, r.Race.Races, r.Race.Parallel, strings.Join(strings.Fields(r.Race.First), " "))
	case r.Race.Wrong > 0:
		c.Verdict = stat.Exceeded
		c.Text = fmt.Sprintf("%s answers %d of %d requests, %d at a time, otherwise than recorded or not", after, r.Race.Wrong, r.Race.Requests, r.Race.Parallel)
	}
	r.Checks = append(r.Checks, c)
}
