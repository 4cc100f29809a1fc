package guarded

import (
	"sync"
	"testing"
)

func TestOneForEach(t *testing.T) {
	run(t, func(t *testing.T) {
		hosts := []string{"10.0.0.1", "10.0.0.2", "10.0.0.3"}
		var got [64]*DB
		var wg sync.WaitGroup
		for i := range got {
			wg.Go(func() { got[i], _ = useHost(t.Context(), hosts[i%len(hosts)]) })
		}
		wg.Wait()
		dials(t, int64(len(hosts)))
		for i, db := range got {
			if db == nil || db != got[i%len(hosts)] {
				t.Errorf("request %d has a connection of its own", i)
			}
			if i > 0 && i < len(hosts) && db == got[0] {
				t.Errorf("host %d shares the connection of host 0", i)
			}
		}
	})
}

func TestOneFails(t *testing.T) {
	run(t, func(t *testing.T) {
		first := must(t)
		server.down.Store(true)
		if _, err := useHost(t.Context(), "10.0.0.2"); err == nil {
			t.Error("a dead server gives no error")
		}
		if must(t) != first {
			t.Error("the failure of one host takes the connection of another")
		}
		server.down.Store(false)
		if db, err := useHost(t.Context(), "10.0.0.2"); err != nil || db == first {
			t.Errorf("the failure was kept: %v, %v", db, err)
		}
	})
}
