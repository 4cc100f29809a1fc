package main

import (
	"fmt"
	"os"
	"sync"
	"time"
)

// progress tells a person at a terminal that a long run is alive. A pipe or a file gets nothing.
type progress struct {
	mu    sync.Mutex
	out   *os.File // nil when there is nobody to tell
	doing string
	units int
	shown bool
	done  chan struct{}
}

func newProgress(f *os.File) *progress {
	p := &progress{done: make(chan struct{})}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return p
	}
	p.out, p.doing = f, "checking"
	go p.run(time.Now())
	return p
}

func (p *progress) run(start time.Time) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-p.done:
			return
		case now := <-tick.C:
			p.mu.Lock()
			if p.out != nil {
				fmt.Fprintf(p.out, "\r\x1b[Kfaaslint: %s, %d units, %d s", p.doing, p.units, int(now.Sub(start).Seconds()))
				p.shown = true
			}
			p.mu.Unlock()
		}
	}
}

func (p *progress) add() {
	p.mu.Lock()
	p.units++
	p.mu.Unlock()
}

// now says what the units are counted for from here on.
func (p *progress) now(doing string) {
	p.mu.Lock()
	p.doing, p.units = doing, 0
	p.mu.Unlock()
}

// wipe clears the line before anything else is printed.
func (p *progress) wipe() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown {
		fmt.Fprint(p.out, "\r\x1b[K")
		p.shown = false
	}
}

// stop ends the reports for good.
func (p *progress) stop() {
	p.wipe()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.out != nil {
		close(p.done)
		p.out = nil
	}
}
