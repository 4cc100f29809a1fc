package host

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/faaslint/faaslint/faas/replay"
)

// Grace is how long OpenWhisk leaves an instance running that has nothing to do (pause-grace of its invoker).
const Grace = 50 * time.Millisecond

// Idle is how long OpenWhisk keeps an instance that nobody asks (idle-container of its invoker).
const Idle = 10 * time.Minute

// A Pool is the instances of one function. It is safe for concurrent use.
type Pool struct {
	deployment *Deployment
	grace      time.Duration // 0: never frozen
	idle       time.Duration // 0: never removed

	mu      sync.Mutex
	slots   []*slot
	events  Events
	log     strings.Builder // of instances that have ended
	closed  bool
	running sync.WaitGroup // starts and requests
}

// Events count what a pool did.
type Events struct{ Started, Frozen, Thawed, Removed int }

// A slot is an instance, or the start of one.
type slot struct {
	started  chan struct{} // closed when instance or err is set
	instance Instance
	err      error

	// Guarded by the pool's mu.
	active int
	frozen bool
	since  int // counts the times that it had nothing to do: timers of earlier ones mean nothing
}

// NewPool returns a pool without instances. An instance without a request is frozen after grace, on platforms that do
// so, and removed after idle; 0 means never. The caller closes the pool.
func NewPool(d *Deployment, grace, idle time.Duration) *Pool {
	if d.Platform == HTTP || d.capacity() > 1 {
		grace = 0 // an instance that may get requests side by side goes on running
	}
	return &Pool{deployment: d, grace: grace, idle: idle}
}

var errClosed = errors.New("the pool is closed")

// Do has an instance answer a request: a free one, or else a new one.
func (p *Pool) Do(ctx context.Context, r replay.Request) (replay.Answer, error) {
	s, err := p.take()
	if err != nil {
		return replay.Answer{}, err
	}
	defer p.running.Done()
	select {
	case <-s.started:
	case <-ctx.Done():
		p.release(s, nil)
		return replay.Answer{}, context.Cause(ctx)
	}
	if s.err != nil {
		p.release(s, s.err)
		return replay.Answer{}, s.err
	}
	a, err := s.instance.Do(ctx, r)
	p.release(s, err)
	return a, err
}

// take reserves a place in an instance, and thaws or starts it.
func (p *Pool) take() (*slot, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, errClosed
	}
	for _, s := range p.slots {
		if s.active >= p.deployment.capacity() {
			continue
		}
		if s.frozen {
			if err := s.instance.Thaw(); err != nil {
				return nil, err
			}
			s.frozen = false
			p.events.Thawed++
		}
		s.active++
		p.running.Add(1)
		return s, nil
	}
	s := &slot{started: make(chan struct{}), active: 1}
	p.slots = append(p.slots, s)
	p.events.Started++
	p.running.Add(2)
	go p.start(s)
	return s, nil
}

func (p *Pool) start(s *slot) {
	defer p.running.Done()
	// Not with the context of the request: others may get this instance.
	s.instance, s.err = p.deployment.Start(context.Background())
	close(s.started)
}

// release gives a place back. An instance that failed is removed: it may be at the request still.
func (p *Pool) release(s *slot, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s.active--
	if err != nil {
		p.remove(s)
		return
	}
	if s.active > 0 {
		return
	}
	s.since++
	since := s.since
	if p.grace > 0 {
		time.AfterFunc(p.grace, func() { p.later(s, since, p.freeze) })
	}
	if p.idle > 0 {
		time.AfterFunc(p.idle, func() { p.later(s, since, p.remove) })
	}
}

// later does something with an instance that had nothing to do all the time.
func (p *Pool) later(s *slot, since int, do func(*slot)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s.active == 0 && s.since == since && slices.Contains(p.slots, s) {
		do(s)
	}
}

func (p *Pool) freeze(s *slot) {
	select {
	case <-s.started:
	default:
		return // its request was given up; it will be frozen after the next
	}
	if s.instance == nil || s.instance.Freeze() != nil {
		return // it is of no use, as its next request will find
	}
	s.frozen = true
	p.events.Frozen++
}

// remove takes an instance out and ends it in the background.
func (p *Pool) remove(s *slot) {
	i := slices.Index(p.slots, s)
	if i < 0 {
		return
	}
	p.slots = slices.Delete(p.slots, i, i+1)
	p.events.Removed++
	p.running.Add(1)
	go func() {
		defer p.running.Done()
		p.stop(s)
	}()
}

// stop ends an instance and keeps its log. It must not hold the pool's mu: a start may take long.
func (p *Pool) stop(s *slot) {
	<-s.started
	if s.instance == nil {
		return
	}
	s.instance.Stop()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.log.WriteString(s.instance.Log())
}

// Log returns what the instances that have ended wrote, one after the other: after Close, all of them.
func (p *Pool) Log() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

// Events returns what the pool did so far.
func (p *Pool) Events() Events {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.events
}

// Close ends all instances, also those with a request under way, and waits until they are gone.
func (p *Pool) Close() {
	p.mu.Lock()
	p.closed = true
	slots := p.slots
	p.slots = nil
	p.mu.Unlock()
	for _, s := range slots {
		p.stop(s)
	}
	p.running.Wait()
}
