package prove

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/faaslint/faaslint/faas/replay"
	"github.com/faaslint/faaslint/lab/build"
	"github.com/faaslint/faaslint/lab/host"
)

// A Freeze is a pause of an instance that its connections may not survive.
type Freeze struct {
	Repair bool          // try what faaslint -fix makes of the function
	Frozen time.Duration // how long it is frozen
	During string        // a shell command for this time, such as one that drops connections; or ""
	After  int           // how many requests follow at once
}

// A Thawed is a request after a freeze.
type Thawed struct {
	URI    string
	Status int // 0: no answer
	Want   int
	Took   time.Duration
	Err    error // why there is no answer
}

// Failed reports whether it had another status than recorded, or no answer.
func (t Thawed) Failed() bool { return t.Status != t.Want }

// Thaw starts one instance of the function in c, has it answer each group of requests, freezes it, and asks again after
// the freeze. Of c it takes what it needs: not the versions, nor what is said of times.
func Thaw(ctx context.Context, c Config, f Freeze) ([]Thawed, error) {
	if f.Frozen <= 0 || f.After < 1 {
		return nil, fmt.Errorf("frozen for %v, %d requests after it: want more than none of both", f.Frozen, f.After)
	}
	in, err := instance(ctx, c, f.Repair)
	if err != nil {
		return nil, err
	}
	defer in.Stop()
	p := replay.NewPlayer(in.Do)
	requests, err := wakeUp(ctx, p, c.Requests)
	if err != nil {
		return nil, err
	}
	if err := freeze(ctx, c, f, in); err != nil {
		return nil, err
	}
	var all []Thawed
	for i := range f.After {
		e := requests[i%len(requests)]
		began := time.Now()
		a, err := p.Send(ctx, e)
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		all = append(all, Thawed{e.URI(), a.Status, e.Answer.Status, time.Since(began), err})
	}
	return all, nil
}

// instance builds the function and starts it with fresh data.
func instance(ctx context.Context, c Config, repair bool) (host.Instance, error) {
	tree, err := build.Copy(ctx, c.Dir)
	if err != nil {
		return nil, err
	}
	defer tree.Remove()
	if repair {
		if _, err := tree.Fix(ctx, c.Faaslint); err != nil {
			return nil, err
		}
	}
	dir, err := os.MkdirTemp("", "faaslint-freeze-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) // a running process keeps its binary
	fn := c.Function
	fn.Exec, fn.Package = filepath.Join(dir, "function"), host.Image
	if err := build.Build(ctx, build.Program{Dir: tree.Dir, Package: c.Package, Platform: fn.Platform, Tags: c.Tags}, fn.Exec); err != nil {
		return nil, err
	}
	d, err := host.Deploy(fn)
	if err != nil {
		return nil, err
	}
	if err := Freshen(ctx, c.Dir, c.Fresh); err != nil {
		return nil, err
	}
	return d.Start(ctx)
}

// wakeUp gets the tokens, has the function build what it keeps, and returns the requests to ask again.
func wakeUp(ctx context.Context, p *replay.Player, all []replay.Exchange) (again []replay.Exchange, err error) {
	names, groups := group(all)
	for _, name := range names {
		again = append(again, groups[name]...)
	}
	if len(again) == 0 {
		return nil, errors.New("no request has a name, and no GET an answer 200: nothing to ask")
	}
	for _, e := range all {
		if len(e.Save) == 0 {
			continue
		}
		if _, err := p.Send(ctx, e); err != nil {
			return nil, fmt.Errorf("before the freeze: %w", err)
		}
	}
	for _, e := range again {
		if e.Answer == nil {
			return nil, fmt.Errorf("%s %s has no answer to compare with; record it first", e.Method, e.URI())
		}
		if a, err := p.Send(ctx, e); err != nil || a.Status != e.Answer.Status {
			return nil, fmt.Errorf("before the freeze: %s %s: status %d, want %d (%v)", e.Method, e.URI(), a.Status, e.Answer.Status, err)
		}
	}
	return again, nil
}

func freeze(ctx context.Context, c Config, f Freeze, in host.Instance) error {
	if err := in.Freeze(); err != nil {
		return err
	}
	over := time.NewTimer(f.Frozen)
	defer over.Stop()
	if f.During != "" {
		fmt.Fprintf(c.Progress, "frozen: %s\n", f.During)
		if err := shell(ctx, c.Dir, f.During); err != nil {
			return fmt.Errorf("while frozen: %w", err)
		}
	}
	select {
	case <-over.C:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return in.Thaw()
}

// WriteThawed writes the requests after a freeze as a table.
func WriteThawed(w io.Writer, f Freeze, all []Thawed) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	failed := 0
	fmt.Fprintln(t, "request\tstatus\twant\tms\t")
	for _, r := range all {
		said := ""
		if r.Failed() {
			failed++
			said = "failed"
		}
		if r.Err != nil {
			said += ": " + r.Err.Error()
		}
		fmt.Fprintf(t, "%s\t%d\t%d\t%s\t%s\n", r.URI, r.Status, r.Want, short(1e3*r.Took.Seconds()), said)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%d of %d requests failed after %v frozen\n", failed, len(all), f.Frozen)
	return err
}
