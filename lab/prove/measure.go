package prove

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/faaslint/faaslint/faas/replay"
	"github.com/faaslint/faaslint/lab/host"
)

// group returns the requests whose time is of interest, by name in the order of the file; without names, all that read
// and succeed are one group.
func group(all []replay.Exchange) (names []string, groups map[string][]replay.Exchange) {
	groups = map[string][]replay.Exchange{}
	for _, e := range all {
		if e.Name == "" {
			continue
		}
		if !slices.Contains(names, e.Name) {
			names = append(names, e.Name)
		}
		groups[e.Name] = append(groups[e.Name], e)
	}
	if len(names) > 0 {
		return names, groups
	}
	const name = "GET"
	for _, e := range all {
		if e.Method == name && e.Answer != nil && e.Answer.Status == 200 {
			groups[name] = append(groups[name], e)
		}
	}
	if len(groups) == 0 {
		return nil, nil
	}
	return []string{name}, groups
}

// measure times fresh processes of all versions in turn, so that what else the machine does meets all of them.
func (l *lab) measure(ctx context.Context) error {
	names, groups := group(l.Requests)
	if len(names) == 0 {
		return fmt.Errorf("no request has a name, and no GET an answer 200: nothing to time")
	}
	if err := l.fresh(ctx); err != nil {
		return err
	}
	for _, name := range names {
		l.say("timing %q: %d processes of each version", name, l.Cold)
		cell := &Cell{Name: name, Requests: len(groups[name]), Samples: map[string]*Samples{}}
		for _, v := range l.versions {
			cell.Samples[v.Name] = new(Samples)
		}
		for i := range l.Cold {
			for j := range l.versions {
				v := l.versions[(i+j)%len(l.versions)] // none is always the first
				if err := l.process(ctx, v, groups[name], i, cell.Samples[v.Name]); err != nil {
					return fmt.Errorf("%s, %q: %w", v.Name, name, err)
				}
			}
		}
		l.report.Cells = append(l.report.Cells, cell)
	}
	return nil
}

// process times one process: its start, its first answer, and the answers after it. Each takes up the requests where the
// one before it, of the same version, left off.
func (l *lab) process(ctx context.Context, v *version, requests []replay.Exchange, first int, s *Samples) error {
	in, err := v.deployment.Start(ctx)
	if err != nil {
		return err
	}
	defer in.Stop()
	var warm []float64
	for i := range 1 + l.Warm {
		e := requests[(first*(1+l.Warm)+i)%len(requests)]
		began := time.Now()
		a, err := in.Do(ctx, v.player.Fill(e.Request))
		took := time.Since(began).Seconds()
		if err != nil {
			return err
		}
		if e.Answer != nil && a.Status != e.Answer.Status {
			s.Failed++
		}
		if i > 0 {
			warm = append(warm, took)
			continue
		}
		if err := s.addCold(in, took); err != nil {
			return err
		}
	}
	s.addWarm(warm)
	return nil
}

func (s *Samples) addCold(in host.Instance, first float64) error {
	minor, major, err := in.Faults()
	if err != nil {
		return err
	}
	up := in.Startup()
	s.Deliver = append(s.Deliver, up.Deliver.Seconds())
	s.Ready = append(s.Ready, up.Ready.Seconds())
	s.Compile = append(s.Compile, up.Compile.Seconds())
	s.Init = append(s.Init, (up.Deliver + up.Compile + up.Ready).Seconds())
	s.First = append(s.First, first)
	s.Cold = append(s.Cold, up.Ready.Seconds()+first)
	s.Faults = append(s.Faults, float64(minor+major))
	return nil
}

// addWarm adds the warm requests of one process. For the statistics they count as one, by their median: within a
// process they resemble each other, and to take them for independent would make intervals too narrow.
func (s *Samples) addWarm(took []float64) {
	if len(took) == 0 {
		return // only starts are of interest
	}
	s.AllWarm = append(s.AllWarm, took...)
	sorted := slices.Sorted(slices.Values(took))
	s.Warm = append(s.Warm, (sorted[(len(sorted)-1)/2]+sorted[len(sorted)/2])/2)
}
