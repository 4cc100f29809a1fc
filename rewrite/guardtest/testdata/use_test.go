package guarded

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Each test runs on a fake clock. A goroutine that waits for a mutex stops it, so tests of the mutex form in which
// many wait have a server without latency.
func run(t *testing.T, f func(t *testing.T)) {
	reset()
	server.down.Store(false)
	server.latency.Store(0)
	server.dials.Store(0)
	server.probes.Store(0)
	server.closes.Store(0)
	synctest.Test(t, f)
}

func dials(t *testing.T, want int64) {
	t.Helper()
	if got := server.dials.Load(); got != want {
		t.Errorf("%d dials, want %d", got, want)
	}
}

func must(t *testing.T) *DB {
	t.Helper()
	db, err := use(context.Background())
	if err != nil || db == nil {
		t.Fatalf("use: %v, %v", db, err)
	}
	return db
}

// many calls use from 64 goroutines and returns their errors.
func many(ctx context.Context) []error {
	errs := make([]error, 64)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { _, errs[i] = use(ctx) })
	}
	wg.Wait()
	return errs
}

func TestRetry(t *testing.T) {
	run(t, func(t *testing.T) {
		server.down.Store(true)
		for range 2 {
			if _, err := use(t.Context()); !errors.Is(err, errDown) {
				t.Errorf("a dead server gives %v", err)
			}
		}
		server.down.Store(false)
		if must(t) != must(t) {
			t.Error("two requests, two connections")
		}
		dials(t, 3)
	})
}

func TestOneDial(t *testing.T) {
	run(t, func(t *testing.T) {
		if shared {
			server.latency.Store(int64(time.Second))
		}
		for _, err := range many(t.Context()) {
			if err != nil {
				t.Error(err)
			}
		}
		dials(t, 1)
	})
}

func TestDeadline(t *testing.T) {
	if !shared {
		t.Skip("one request at a time has none who wait")
	}
	run(t, func(t *testing.T) {
		server.latency.Store(int64(time.Second))
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		start := time.Now()
		for _, err := range many(ctx) {
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v", err)
			}
		}
		if d := time.Since(start); d != 50*time.Millisecond {
			t.Errorf("the last waiter left after %v", d)
		}
		must(t)
		dials(t, 1) // the try went on without those who gave up
	})
}

func TestDeadServer(t *testing.T) {
	if !shared {
		t.Skip("one request at a time has none who wait")
	}
	run(t, func(t *testing.T) {
		server.down.Store(true)
		server.latency.Store(int64(50 * time.Millisecond))
		start := time.Now()
		for _, err := range many(t.Context()) {
			if !errors.Is(err, errDown) {
				t.Errorf("got %v", err)
			}
		}
		if d := time.Since(start); d > 100*time.Millisecond {
			t.Errorf("the last waiter was answered after %v", d)
		}
	})
}

func TestGiveUp(t *testing.T) {
	run(t, func(t *testing.T) {
		server.latency.Store(int64(100 * time.Millisecond))
		ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), userKey{}, "ann"), 10*time.Millisecond)
		defer cancel()
		_, err := use(ctx)
		if shared != errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("who gives up gets %v", err)
		}
		must(t)
		dials(t, 1)
		if server.user.Load() != "ann" {
			t.Error("the values of the context are lost")
		}
	})
}

// A dial that never answers ends all the same, and does not stay.
func TestHang(t *testing.T) {
	run(t, func(t *testing.T) {
		server.latency.Store(int64(time.Hour))
		start := time.Now()
		if _, err := use(t.Context()); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if d := time.Since(start); d != 30*time.Second {
			t.Errorf("the dial ended after %v", d)
		}
		server.latency.Store(0)
		must(t)
		dials(t, 2)
	})
}

func TestRevival(t *testing.T) {
	run(t, func(t *testing.T) {
		db := must(t)
		db.dropped.Store(true)
		if must(t) != db {
			t.Error("probed at once")
		}
		time.Sleep(2 * time.Second)
		if revived := must(t) != db; revived != probes {
			t.Errorf("revived: %v", revived)
		}
		if server.closes.Load() != 0 {
			t.Error("closed while a request may use it")
		}
		time.Sleep(2 * time.Minute)
		if closed := server.closes.Load() == 1; closed != probes {
			t.Errorf("%d closes", server.closes.Load())
		}
	})
}

func TestOneRedial(t *testing.T) {
	run(t, func(t *testing.T) {
		if !probes {
			t.Skip("nothing is revived")
		}
		must(t).dropped.Store(true)
		time.Sleep(2 * time.Second)
		if shared {
			server.latency.Store(int64(time.Second))
		}
		for _, err := range many(t.Context()) {
			if err != nil {
				t.Error(err)
			}
		}
		dials(t, 2)
		time.Sleep(2 * time.Minute)
		if n := server.closes.Load(); n != 1 {
			t.Errorf("%d closes", n)
		}
	})
}

// The server is away when the drop is noticed: later requests dial again.
func TestOutage(t *testing.T) {
	run(t, func(t *testing.T) {
		if !probes {
			t.Skip("nothing is revived")
		}
		must(t).dropped.Store(true)
		server.down.Store(true)
		time.Sleep(2 * time.Second)
		for range 3 {
			if _, err := use(t.Context()); !errors.Is(err, errDown) {
				t.Errorf("got %v", err)
			}
		}
		server.down.Store(false)
		must(t)
		dials(t, 5)
		time.Sleep(2 * time.Minute)
		if n := server.closes.Load(); n != 1 {
			t.Errorf("%d closes", n)
		}
	})
}

// Steady traffic never pauses, and must be probed all the same, but not at every call.
func TestSteady(t *testing.T) {
	run(t, func(t *testing.T) {
		if !probes {
			t.Skip("nothing is probed")
		}
		db := must(t)
		for range 100 {
			must(t)
			time.Sleep(100 * time.Millisecond)
		}
		if n := server.probes.Load(); n < 8 || n > 10 {
			t.Errorf("%d probes in 10 s", n)
		}
		db.dropped.Store(true)
		for i := 0; must(t) == db; i++ {
			if i > 11 {
				t.Fatal("not revived after a second")
			}
			time.Sleep(100 * time.Millisecond)
		}
	})
}

func BenchmarkKept(b *testing.B) {
	reset()
	server.down.Store(false)
	server.latency.Store(0)
	ctx := context.Background()
	for b.Loop() {
		if _, err := use(ctx); err != nil {
			b.Fatal(err)
		}
	}
}
