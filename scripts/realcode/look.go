package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
)

// A command is one program run in a module.
type command struct {
	out, err string
	status   int
}

// do runs a program in dir with the settings of m. A status other than 0 is no error: what it means is for the caller to say.
func (o *options) do(m module, dir string, args ...string) (*command, error) {
	ctx, cancel := context.WithTimeout(context.Background(), o.timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.WaitDelay = time.Second // a grandchild may hold the pipes open
	var stdout, stderr bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &stdout, &stderr
	cmd.Env = append(os.Environ(), m.env...)
	err := cmd.Run()
	if ctx.Err() != nil {
		return nil, fmt.Errorf("running %s: no end after %v", strings.Join(args, " "), o.timeout)
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return nil, fmt.Errorf("running %s: %w", strings.Join(args, " "), err)
	}
	return &command{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}, nil
}

// look counts what faaslint finds in m and copies it to findings.
func (o *options) look(m module, findings io.Writer) *row {
	r := &row{module: m.name}
	c, err := o.do(m, m.dir, o.tool, "-C", m.dir, "-json", "./...")
	if err != nil {
		r.err = err
		return r
	}
	r.status = c.status
	r.load = c.err
	r.findings, r.err = count(c.out)
	if r.err == nil {
		_, r.err = io.WriteString(findings, strings.TrimRight(c.out, "\n")+"\n")
	}
	if c.status > 2 || c.status < 0 {
		r.err = fmt.Errorf("running faaslint -json: exit status %d: %s", c.status, last(c.err))
	}
	return r
}

// count counts the findings by analyzer. A package and its test variant both report: same place and words are one.
func count(text string) (map[string]int, error) {
	type finding struct{ Posn, Message string }
	found := make(map[string]int)
	seen := make(map[[3]string]bool)
	dec := json.NewDecoder(strings.NewReader(text))
	for {
		var packages map[string]map[string]json.RawMessage
		if err := dec.Decode(&packages); err == io.EOF {
			return found, nil
		} else if err != nil {
			return nil, fmt.Errorf("reading faaslint's JSON: %w", err)
		}
		for _, analyzers := range packages {
			for name, raw := range analyzers {
				var list []finding
				if err := json.Unmarshal(raw, &list); err != nil {
					found[name+" failed"]++ // an object {"error": …} in place of the list
					continue
				}
				for _, f := range list {
					key := [3]string{name, f.Posn, f.Message}
					if !seen[key] {
						seen[key] = true
						found[name]++
					}
				}
			}
		}
	}
}

// A summary is the last line of faaslint -fix, of which it leaves out what is nought.
type summary struct {
	found, fixed, left int
	codes              string // "2 code-a, 1 code-b"
	hopeless           int    // of left: without any fix, so none was tried
}

func (s summary) tried() int { return s.found - s.hopeless }

// byCode takes codes apart.
func (s summary) byCode() map[string]int {
	counts := make(map[string]int)
	for _, part := range strings.Split(s.codes, ", ") {
		n, code, _ := strings.Cut(part, " ")
		counts[code], _ = strconv.Atoi(n)
	}
	delete(counts, "")
	return counts
}

// joinCodes is the reverse of byCode: the most frequent come first.
func joinCodes(counts map[string]int) string {
	codes := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), strings.Compare(a, b))
	})
	for i, code := range codes {
		codes[i] = fmt.Sprintf("%d %s", counts[code], code)
	}
	return strings.Join(codes, ", ")
}

var (
	summaryLine = regexp.MustCompile(`(?m)^faaslint: (\d+) found(?:, (\d+) fixed)?(?:, (\d+) not fixed(?: \((.*)\))?)?`)
	withoutFix  = regexp.MustCompile(`(?:^|, )(\d+) no fix(?:,|$)`)
)

func parseSummary(stderr string) (s summary, err error) {
	all := summaryLine.FindAllStringSubmatch(stderr, -1)
	if len(all) == 0 {
		return s, fmt.Errorf("reading the summary of faaslint -fix: there is none; its last line is %q", last(stderr))
	}
	match := all[len(all)-1]
	s.found, _ = strconv.Atoi(match[1])
	s.fixed, _ = strconv.Atoi(match[2])
	s.left, _ = strconv.Atoi(match[3])
	s.codes = match[4]
	if n := withoutFix.FindStringSubmatch(s.codes); n != nil {
		s.hopeless, _ = strconv.Atoi(n[1])
	}
	return s, nil
}

// Positions change with every edit above them; the complaint is the same.
var position = regexp.MustCompile(`:\d+(:\d+)?`)

// complaints returns the lines that go build or go vet printed about the code, without positions. The status alone
// would not do: many real modules do not build whole.
func complaints(c *command) (lines []string) {
	for _, line := range strings.Split(c.err+"\n"+c.out, "\n") {
		switch {
		case strings.TrimSpace(line) == "", strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "go: downloading "), strings.HasPrefix(line, "go: found "), strings.HasPrefix(line, "go: finding "):
		default:
			lines = append(lines, position.ReplaceAllString(line, ""))
		}
	}
	if c.status != 0 && len(lines) == 0 {
		lines = append(lines, fmt.Sprintf("exit status %d without a word", c.status))
	}
	sort.Strings(lines)
	return lines
}

// minus returns the members of a that b does not match one by one.
func minus(a, b []string) (rest []string) {
	n := make(map[string]int)
	for _, s := range b {
		n[s]++
	}
	for _, s := range a {
		if n[s]--; n[s] < 0 {
			rest = append(rest, s)
		}
	}
	return rest
}

func last(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}
