package host

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"strconv"
	"time"

	"github.com/faaslint/faaslint/faas/replay"
)

// A container is an instance that serves HTTP.
type container struct {
	*process
	do      replay.Doer
	timeout time.Duration
	startup Startup
}

func startHTTP(ctx context.Context, d *Deployment) (Instance, error) {
	l, err := listen()
	if err != nil {
		return nil, err
	}
	addr := l.Addr().(*net.TCPAddr)
	l.Close()
	dir, err := os.MkdirTemp("", "faaslint-container-")
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(d.Exec)
	cmd.Dir = dir
	// HOST is ours: platforms want servers to listen on all addresses, a test should not.
	cmd.Env = environment(d.Function, "PORT="+strconv.Itoa(addr.Port), "HOST=127.0.0.1", "K_SERVICE=function", "K_REVISION=function-00001")
	p, err := spawn(cmd, dir, new(logBook))
	if err != nil {
		return nil, err
	}
	c := &container{process: p, do: replay.Server("http://" + addr.String()), timeout: d.timeout()}
	if err := c.accepts(ctx, addr.String()); err != nil {
		c.Stop()
		return nil, fmt.Errorf("start of the container: %w", err)
	}
	c.startup.Ready = time.Since(p.began)
	return c, nil
}

// accepts waits until the process accepts connections, as the platforms' start-up probes do.
func (c *container) accepts(ctx context.Context, addr string) error {
	for {
		conn, err := net.DialTimeout("tcp", addr, time.Second)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-c.ended:
			return c.lost(ctx, "wait for it to listen on "+addr)
		case <-ctx.Done():
			return c.lost(ctx, "wait for it to listen on "+addr)
		case <-time.After(time.Millisecond / 2):
		}
	}
}

// listen listens on a port below those that the kernel gives to clients: so that a port may be free and be handed on,
// without a client taking it meanwhile.
func listen() (net.Listener, error) {
	const lowest, above = 20000, 32768
	start := rand.IntN(above - lowest) // instances that start at the same time must not try the same
	for i := range above - lowest {
		port := lowest + (start+i)%(above-lowest)
		if l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port))); err == nil {
			return l, nil
		}
	}
	return nil, fmt.Errorf("no port from %d to %d is free on 127.0.0.1", lowest, above-1)
}

// Startup implements Instance.
func (c *container) Startup() Startup { return c.startup }

// Do implements Instance.
func (c *container) Do(ctx context.Context, r replay.Request) (replay.Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	a, err := c.do(ctx, r)
	if err == nil {
		return a, nil
	}
	select { // the connection ends a little before the process
	case <-c.ended:
	case <-time.After(100 * time.Millisecond):
	}
	if lost := c.lost(ctx, "wait for the container's answer"); lost != nil {
		err = lost
	}
	return a, err
}
