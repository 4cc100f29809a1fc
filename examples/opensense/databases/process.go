//go:build linux

package databases

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// An account is who the servers run as; nil is the one who calls.
type account *syscall.Credential

// findAccount chooses the account: PostgreSQL refuses to run as root, and brings an account that root can lend it. It
// may come with what install installs, so that it is missing is no error yet.
func (d *Databases) findAccount() error {
	if os.Geteuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	var unknown user.UnknownUserError
	if errors.As(err, &unknown) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find an account for the servers: %w", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return fmt.Errorf("find an account for the servers: %w", err)
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return fmt.Errorf("find an account for the servers: %w", err)
	}
	d.account = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return nil
}

// give hands a file or folder to the account.
func (d *Databases) give(path string) error {
	if d.account == nil {
		return nil
	}
	return os.Lchown(path, int(d.account.Uid), int(d.account.Gid))
}

// makeDir makes a folder that the servers can write to, and only they can read.
func (d *Databases) makeDir(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return err
	}
	return d.give(path)
}

// writeFile writes a file that only the servers can read.
func (d *Databases) writeFile(path string, text []byte) error {
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return err
	}
	return d.give(path)
}

// checkReach returns an error when the servers' account cannot enter the data folder.
func (d *Databases) checkReach(ctx context.Context) error {
	if err := d.command(ctx, "test", "-x", d.dir).Run(); err != nil {
		return fmt.Errorf("use the data folder %s: the account of the servers cannot enter it (test -x: %w): choose another with -dir", d.dir, err)
	}
	return nil
}

// command returns a command that runs under the account, in its own session so that Ctrl-C is not for it.
func (d *Databases) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = "/" // wherever we are, the account may not
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: d.account}
	return cmd
}

// A process is named by its id and by when it began: ids are used again.
type process struct {
	PID   int
	Start string // in clock ticks after the machine's
}

// findProcess returns the process of an id, or none.
func findProcess(pid int) process {
	fields := statFields(pid)
	if len(fields) < 20 || fields[0] == "Z" {
		return process{}
	}
	return process{pid, fields[19]}
}

// statFields returns what the kernel says of a process, from the state on. Before that stands its name, in which anything may be.
func statFields(pid int) []string {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return nil
	}
	return strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
}

func (p process) alive() bool { return p.PID > 0 && findProcess(p.PID) == p }

// memory returns the bytes that a process and its children have of their own or share with each other (Pss).
func (p process) memory() (bytes int64) {
	if !p.alive() {
		return 0
	}
	for _, pid := range append(children(p.PID), p.PID) {
		text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "smaps_rollup"))
		if err != nil {
			continue // it just ended
		}
		for line := range strings.Lines(string(text)) {
			if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "Pss:" {
				kilobytes, _ := strconv.ParseInt(fields[1], 10, 64) // the kernel writes a number
				bytes += kilobytes << 10
			}
		}
	}
	return bytes
}

func children(pid int) (ids []int) {
	parent := strconv.Itoa(pid)
	names, _ := filepath.Glob("/proc/[0-9]*") // the pattern is good
	for _, name := range names {
		id, err := strconv.Atoi(filepath.Base(name))
		if fields := statFields(id); err == nil && len(fields) > 1 && fields[1] == parent {
			ids = append(ids, id)
		}
	}
	return ids
}

// end stops a process by a signal, and by force if it is still there after a minute.
func (p process) end(ctx context.Context, polite syscall.Signal) error {
	for _, signal := range []syscall.Signal{polite, syscall.SIGKILL} {
		if !p.alive() {
			return nil
		}
		if err := syscall.Kill(p.PID, signal); err != nil {
			return fmt.Errorf("stop process %d: %w", p.PID, err)
		}
		if err := p.signal(syscall.SIGCONT); err != nil && p.alive() { // one that hangs would not see it
			return fmt.Errorf("stop process %d: %w", p.PID, err)
		}
		if err := wait(ctx, time.Minute, func(context.Context) (bool, error) { return !p.alive(), nil }); err == nil {
			return nil
		}
	}
	return fmt.Errorf("stop process %d: it does not end", p.PID)
}

// wait asks until done says so, fails, or the time is over.
func wait(ctx context.Context, most time.Duration, done func(context.Context) (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	for {
		if ok, err := done(ctx); ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// choosePorts gives each a port that is free now, if it has none that is. They lie below those which the kernel gives to clients.
func choosePorts(ports ...*int) error {
	var free []net.Listener
	defer func() {
		for _, l := range free {
			l.Close()
		}
	}()
	for _, port := range ports {
		l, err := listen(*port)
		if err != nil {
			return err
		}
		free = append(free, l)
		*port = l.Addr().(*net.TCPAddr).Port
	}
	return nil
}

func listen(preferred int) (net.Listener, error) {
	const lowest, highest, tries = 20_000, 32_000, 100
	port := preferred
	var last error
	for range tries {
		if port == 0 {
			port = lowest + rand.IntN(highest-lowest)
		}
		l, err := net.Listen("tcp4", loopback(port))
		if err == nil {
			return l, nil
		}
		last, port = err, 0
	}
	return nil, fmt.Errorf("find a free port from %d to %d: %d tries, then: %w", lowest, highest, tries, last)
}

// tail returns the last lines of a log, for errors.
func tail(path string) string {
	const most = 2000
	text, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	if len(text) > most {
		text = text[len(text)-most:]
		text = text[bytes.IndexByte(text, '\n')+1:]
	}
	return fmt.Sprintf("the end of %s:\n%s", path, bytes.TrimSpace(text))
}
