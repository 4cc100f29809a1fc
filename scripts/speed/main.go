//go:build linux

// Speed compares faaslint as a vet tool with stock go vet on one module: go run ./scripts/speed [-n 7] [-tool FILE] MODULE_DIR.
//
// Cold: A is `go vet -vettool=COPY ./...`, where COPY is faaslint with a few bytes of its own at the end, new for every run;
// B is `go vet -printf.funcs=NONCE ./...`, with a new name for every run. So neither finds its results in go's cache, and
// both find everything else there (a run of each beforehand, not counted, sees to that). A and B alternate. CPU is user and
// system time of the go command and all it started; RSS is the peak of the largest process of them.
// Warm: the same without a nonce, all results in go's cache; only the difference in wall time is of interest.
//
// It prints figures and gives no judgement. The module is built with this environment: set GOOS, GOFLAGS and so on outside.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"text/tabwriter"
	"time"
)

func main() {
	log := func(err error) {
		fmt.Fprintln(os.Stderr, "speed:", err)
		os.Exit(2)
	}
	runs := flag.Int("n", 7, "number of runs of each command")
	tool := flag.String("tool", "", "a faaslint that is already built (default: build ./cmd/faaslint)")
	dir, err := parse(os.Args[1:])
	if err != nil {
		log(err)
	}
	temp, err := os.MkdirTemp("", "speed")
	if err != nil {
		log(err)
	}
	defer os.RemoveAll(temp)
	b := &bench{dir: dir, temp: temp, tool: *tool, seed: os.Getpid()}
	if err := b.measure(max(*runs, 1), os.Stdout); err != nil {
		os.RemoveAll(temp)
		log(err)
	}
}

// parse accepts flags on both sides of the folder.
func parse(args []string) (dir string, err error) {
	flag.CommandLine.Parse(args)
	if flag.NArg() == 0 {
		return "", errors.New("usage: speed [-n 7] [-tool FILE] MODULE_DIR")
	}
	dir = flag.Arg(0)
	flag.CommandLine.Parse(flag.Args()[1:])
	if flag.NArg() > 0 {
		return "", fmt.Errorf("reading the command line: %q is one argument too many", flag.Arg(0))
	}
	return dir, nil
}

type bench struct {
	dir, temp, tool string
	seed, nonces    int
}

// A sample is what one command cost.
type sample struct {
	wall, cpu time.Duration
	rss       int64 // KiB
}

func (b *bench) measure(n int, out io.Writer) error {
	if err := b.build(); err != nil {
		return err
	}
	if err := b.dry(); err != nil {
		return err
	}
	cold, err := b.alternate(n, b.coldTool, b.coldStock)
	if err != nil {
		return err
	}
	warm, err := b.alternate(n, b.warmTool, b.warmStock)
	if err != nil {
		return err
	}
	return print(out, n, cold, warm)
}

// build makes the binary whose copies are measured.
func (b *bench) build() (err error) {
	if b.tool != "" {
		b.tool, err = filepath.Abs(b.tool)
		return err
	}
	b.tool = filepath.Join(b.temp, "faaslint")
	cmd := exec.Command("go", "build", "-o", b.tool, "./cmd/faaslint")
	// The environment is the measured module's; the tool itself runs here.
	cmd.Env = append(os.Environ(), "GOOS=", "GOARCH=", "GOFLAGS=", "GOWORK=off")
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building ./cmd/faaslint: %w\n%s", err, text)
	}
	return nil
}

// dry runs each command once, so that dependencies are compiled before anything is measured, and shows what went wrong.
// An exit status of 1 alone says nothing: go vet has it for findings and for failures.
func (b *bench) dry() error {
	for _, command := range []func() ([]string, error){b.warmStock, b.warmTool, b.coldStock, b.coldTool} {
		args, err := command()
		if err != nil {
			return err
		}
		var text bytes.Buffer
		if _, err := b.run(args, &text); err != nil {
			return err
		}
		if bytes.Contains(text.Bytes(), []byte("\ngo: ")) || bytes.HasPrefix(text.Bytes(), []byte("go: ")) {
			fmt.Fprintf(os.Stderr, "speed: go %v says:\n%s\n", args, firstLines(text.Bytes(), 10))
		}
	}
	return nil
}

// alternate runs a and b by turns, so that a change of the machine's load falls on both.
func (b *bench) alternate(n int, commands ...func() ([]string, error)) ([][]sample, error) {
	all := make([][]sample, len(commands))
	for range n {
		for i, command := range commands {
			args, err := command()
			if err != nil {
				return nil, err
			}
			s, err := b.run(args, io.Discard)
			if err != nil {
				return nil, err
			}
			all[i] = append(all[i], s)
		}
	}
	return all, nil
}

func (b *bench) nonce() string {
	b.nonces++
	return fmt.Sprintf("nonce%dx%d", b.seed, b.nonces)
}

// coldTool appends to a copy of the binary: go asks a vet tool for a hash of its own file (-V=full) and caches under it.
func (b *bench) coldTool() ([]string, error) {
	data, err := os.ReadFile(b.tool)
	if err != nil {
		return nil, fmt.Errorf("copying the tool: %w", err)
	}
	path := filepath.Join(b.temp, "faaslint-cold")
	// Subtle: writing over the old copy would fail with ETXTBSY if a process of the last run were still ending.
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("copying the tool: %w", err)
	}
	if err := os.WriteFile(path, append(data, b.nonce()...), 0o755); err != nil {
		return nil, fmt.Errorf("copying the tool: %w", err)
	}
	return []string{"vet", "-vettool=" + path, "./..."}, nil
}

func (b *bench) coldStock() ([]string, error) {
	return []string{"vet", "-printf.funcs=" + b.nonce(), "./..."}, nil
}

func (b *bench) warmTool() ([]string, error) {
	return []string{"vet", "-vettool=" + b.tool, "./..."}, nil
}

func (b *bench) warmStock() ([]string, error) { return []string{"vet", "./..."}, nil }

// run measures go with args. The usage that wait4 returns is that of go and of all descendants that were waited for; their
// Maxrss is the largest of any one process, not a sum.
func (b *bench) run(args []string, text io.Writer) (sample, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = b.dir, text, text
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return sample{}, fmt.Errorf("running go %v: %w", args, err)
	}
	state := cmd.ProcessState
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return sample{}, fmt.Errorf("running go %v: this system reports no resource usage", args)
	}
	return sample{wall: wall, cpu: state.UserTime() + state.SystemTime(), rss: int64(usage.Maxrss)}, nil
}

func print(out io.Writer, n int, cold, warm [][]sample) error {
	wall := func(s sample) float64 { return s.wall.Seconds() }
	cpu := func(s sample) float64 { return s.cpu.Seconds() }
	rss := func(s sample) float64 { return float64(s.rss) / 1024 }
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(out, "medians of %d alternating runs (least to greatest)\n", n)
	fmt.Fprintln(w, "\tfaaslint\t\tgo vet\t\tratio\tdifference\t")
	line := func(name string, s [][]sample, of func(sample) float64) {
		a, b := values(s[0], of), values(s[1], of)
		fmt.Fprintf(w, "%s\t%.2f\t(%.2f to %.2f)\t%.2f\t(%.2f to %.2f)\t%.2f\t%+.2f\t\n", name,
			median(a), a[0], a[len(a)-1], median(b), b[0], b[len(b)-1], median(a)/median(b), median(a)-median(b))
	}
	line("cold CPU, s", cold, cpu)
	line("cold wall, s", cold, wall)
	line("cold peak RSS, MiB", cold, rss)
	line("warm wall, s", warm, wall)
	return w.Flush()
}

// values returns one figure of every sample, in order of size.
func values(samples []sample, of func(sample) float64) (v []float64) {
	for _, s := range samples {
		v = append(v, of(s))
	}
	slices.Sort(v)
	return v
}

func median(sorted []float64) float64 {
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

func firstLines(text []byte, n int) []byte {
	lines := bytes.SplitAfterN(text, []byte("\n"), n+1)
	return bytes.Join(lines[:min(n, len(lines))], nil)
}
