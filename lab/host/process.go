package host

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Usage is what a process used in all.
type Usage struct {
	MinorFaults, MajorFaults int64
	MaxRSS                   int64 // bytes
	CPU                      time.Duration
}

// A process is a started binary in a process group of its own, so that what it starts can be stopped with it.
type process struct {
	cmd   *exec.Cmd
	began time.Time
	log   *logBook
	dir   string        // its working folder, ours to remove
	ended chan struct{} // closed when it has ended
	err   error         // how it ended
	stop  func() Usage
}

// A logBook collects what a function writes. It is safe for concurrent use.
type logBook struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// mostLog is how many bytes of a log are kept: a function that writes without end must not fill our memory.
const mostLog = 16 << 20

func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.buf.Len() < mostLog {
		l.buf.Write(p)
	}
	return len(p), nil
}

func (l *logBook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// spawn starts a binary. extra are its file descriptors from 3. Standard output and error go to log, unless cmd has
// them elsewhere.
func spawn(cmd *exec.Cmd, dir string, log *logBook) (*process, error) {
	p := &process{cmd: cmd, log: log, dir: dir, ended: make(chan struct{})}
	if cmd.Stdout == nil {
		cmd.Stdout, cmd.Stderr = log, log
	}
	cmd.WaitDelay = time.Second // for pipes that a child of the function holds open
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	p.stop = sync.OnceValue(p.end)
	p.began = time.Now()
	if err := cmd.Start(); err != nil {
		os.RemoveAll(dir)
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	go func() {
		p.err = cmd.Wait()
		close(p.ended)
	}()
	return p, nil
}

// environment is what a platform gives a process: not that of the host.
func environment(f Function, own ...string) []string {
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.TempDir(), "LANG=C.UTF-8", "TZ=UTC"}
	return append(append(env, own...), f.Env...)
}

func (p *process) signal(s syscall.Signal) error {
	if err := syscall.Kill(-p.cmd.Process.Pid, s); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("send %v to the function: %w", s, err)
	}
	return nil
}

// Freeze implements Instance.
func (p *process) Freeze() error { return p.signal(syscall.SIGSTOP) }

// Thaw implements Instance.
func (p *process) Thaw() error { return p.signal(syscall.SIGCONT) }

// Log implements Instance.
func (p *process) Log() string { return p.log.String() }

// Stop implements Instance.
func (p *process) Stop() Usage { return p.stop() }

func (p *process) end() Usage {
	p.signal(syscall.SIGTERM)
	p.signal(syscall.SIGCONT) // a frozen process would not see it
	select {
	case <-p.ended:
	case <-time.After(2 * time.Second):
		p.signal(syscall.SIGKILL)
		<-p.ended
	}
	p.signal(syscall.SIGKILL) // what it started and left behind
	os.RemoveAll(p.dir)
	usage := Usage{}
	if r, isUnix := p.cmd.ProcessState.SysUsage().(*syscall.Rusage); isUnix {
		usage = Usage{r.Minflt, r.Majflt, r.Maxrss << 10, p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime()}
	}
	return usage
}

// Faults implements Instance.
func (p *process) Faults() (minor, major int64, err error) {
	name := fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid)
	text, err := os.ReadFile(name)
	if err != nil {
		return 0, 0, fmt.Errorf("count page faults: %w", err)
	}
	// 2637 (name, which may hold spaces) S ppid pgrp session tty tpgid flags minflt cminflt majflt …
	_, rest, _ := strings.Cut(string(text[bytes.LastIndexByte(text, ')')+1:]), " ")
	fields := strings.Fields(rest)
	if len(fields) < 10 {
		return 0, 0, fmt.Errorf("count page faults: %s has %d fields", name, len(fields))
	}
	minor, err1 := strconv.ParseInt(fields[7], 10, 64)
	major, err2 := strconv.ParseInt(fields[9], 10, 64)
	return minor, major, errors.Join(err1, err2)
}

// lost words why there is no answer: the process has ended, or the time is over.
func (p *process) lost(ctx context.Context, what string) error {
	select {
	case <-p.ended:
		return fmt.Errorf("%s: the function's process has ended (%v); its log ends: %s", what, p.cmd.ProcessState, p.tail())
	default:
	}
	if err := context.Cause(ctx); err != nil {
		return fmt.Errorf("%s: %w; the function's log ends: %s", what, err, p.tail())
	}
	return nil
}

func (p *process) tail() string {
	text := strings.TrimSpace(p.Log())
	if text == "" {
		return "(empty)"
	}
	return text[max(0, len(text)-600):]
}
