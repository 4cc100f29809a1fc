package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite what the stories expect")

// toyEnv makes this test binary behave as faaslint with the toy suite. The go command hashes the binary, not its
// environment: so the real suite needs a binary of its own.
const toyEnv = "FAASLINT_TOY"

var realBin string // folder of the real faaslint

func TestMain(m *testing.M) {
	if os.Getenv(toyEnv) != "" {
		os.Exit(run(toySuite(), os.Args[1:]))
	}
	flag.Parse()
	os.Exit(testMain(m))
}

func testMain(m *testing.M) int {
	dir, err := os.MkdirTemp("", "faaslint-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	realBin = dir
	if out, err := exec.Command("go", "build", "-o", filepath.Join(dir, "faaslint"), ".").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// A story is a txtar archive. Its text is prose, except for lines of these forms:
//
//	binary real             the commands use the real checks, not the toy
//	$ command line          run by sh, in the folder with the story's files
//	exit 1                  of the last command; 0 is not written
//	stdout NAME             its output is the section want/NAME
//	stderr NAME
//	file PATH NAME          the file is now as in the section want/NAME
//	stdout|stderr has TEXT  and lacks TEXT
//
// In what is compared, $WORK stands for the folder.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no stories:", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			s := newStory(t, file)
			for i, line := range strings.Split(string(s.archive.Comment), "\n") {
				s.line = fmt.Sprintf("%s:%d", file, i+1)
				s.step(strings.Fields(line), line)
			}
			s.checkExit()
			if *update {
				if err := os.WriteFile(file, txtar.Format(s.archive), 0o666); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

type story struct {
	t              *testing.T
	archive        *txtar.Archive
	dir, bin, tmp  string
	line           string
	toy            bool
	stdout, stderr bytes.Buffer
	code, want     int
	ran            string // the last command and where it stands
}

func newStory(t *testing.T, file string) *story {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := &story{t: t, archive: archive, dir: filepath.Join(dir, "work"), bin: filepath.Join(dir, "bin"), tmp: filepath.Join(dir, "temporary"), toy: true}
	for _, f := range archive.Files {
		if !strings.HasPrefix(f.Name, "want/") {
			s.write(f)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.MkdirAll(s.bin, 0o777), os.MkdirAll(s.tmp, 0o777), os.Symlink(self, filepath.Join(s.bin, "faaslint"))); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *story) write(f txtar.File) {
	name := filepath.Join(s.dir, f.Name)
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(name, f.Data, 0o666); err != nil {
		s.t.Fatal(err)
	}
}

func (s *story) step(words []string, line string) {
	if len(words) < 2 {
		return
	}
	switch words[0] {
	case "binary":
		s.toy, s.bin = false, realBin
	case "$":
		s.checkExit()
		s.run(strings.TrimPrefix(line, "$ "))
	case "exit":
		n, err := strconv.Atoi(words[1])
		if err == nil && len(words) == 2 {
			s.want = n
		}
	case "stdout", "stderr":
		got := s.normal(map[string]*bytes.Buffer{"stdout": &s.stdout, "stderr": &s.stderr}[words[0]].String())
		s.compareText(words, line, got)
	case "file":
		if len(words) != 3 {
			return // prose
		}
		content, err := os.ReadFile(filepath.Join(s.dir, words[1]))
		if err != nil {
			s.t.Fatalf("%s: %v", s.line, err)
		}
		s.compare(words[2], string(content))
	}
}

func (s *story) compareText(words []string, line, got string) {
	_, text, _ := strings.Cut(strings.TrimPrefix(line, words[0]+" "), " ")
	switch {
	case words[1] == "has":
		if !strings.Contains(got, text) {
			s.t.Errorf("%s: %s lacks %q:\n%s", s.line, words[0], text, got)
		}
	case words[1] == "lacks":
		if strings.Contains(got, text) {
			s.t.Errorf("%s: %s has %q:\n%s", s.line, words[0], text, got)
		}
	case words[1] == "empty":
		if got != "" {
			s.t.Errorf("%s: %s is not empty:\n%s", s.line, words[0], got)
		}
	case len(words) == 2:
		s.compare(words[1], got)
	}
}

func (s *story) run(line string) {
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "PATH="+s.bin+":"+os.Getenv("PATH"), "PWD="+s.dir, "TMPDIR="+s.tmp, "GOPROXY=off", "GOFLAGS=", "GOWORK=",
		"GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
	if s.toy {
		cmd.Env = append(cmd.Env, toyEnv+"=1")
	}
	s.stdout.Reset()
	s.stderr.Reset()
	cmd.Stdout, cmd.Stderr = &s.stdout, &s.stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		s.t.Fatalf("%s: %v", s.line, err)
	}
	s.code, s.want, s.ran = cmd.ProcessState.ExitCode(), 0, s.line+": "+line
	s.checkTemporary()
}

// checkTemporary wants a command to leave nothing in the folder for temporary files that it did not tell of.
func (s *story) checkTemporary() {
	left, err := os.ReadDir(s.tmp)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range left {
		path := filepath.Join(s.tmp, e.Name())
		if !strings.Contains(s.stdout.String()+s.stderr.String(), path) {
			s.t.Errorf("%s: leaves %s, and does not tell", s.ran, path)
		}
		if err := os.RemoveAll(path); err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *story) checkExit() {
	if s.code != s.want {
		s.t.Errorf("%s: exit code %d, want %d\nstdout:\n%s\nstderr:\n%s", s.ran, s.code, s.want, &s.stdout, &s.stderr)
	}
	s.code, s.want = 0, 0
}

func (s *story) normal(text string) string { return strings.ReplaceAll(text, s.dir, "$WORK") }

func (s *story) compare(name, got string) {
	if got != "" && !strings.HasSuffix(got, "\n") {
		got += "\n" // as txtar has it
	}
	for i, f := range s.archive.Files {
		if f.Name != "want/"+name {
			continue
		}
		if *update {
			s.archive.Files[i].Data = []byte(got)
		} else if string(f.Data) != got {
			s.t.Errorf("%s: got\n%s\nwant\n%s", s.line, got, f.Data)
		}
		return
	}
	if !*update {
		s.t.Fatalf("%s: no section want/%s", s.line, name)
	}
	s.archive.Files = append(s.archive.Files, txtar.File{Name: "want/" + name, Data: []byte(got)})
}

// TestFlagsHaveStories wants a story for each flag of the manual.
func TestFlagsHaveStories(t *testing.T) {
	var commands strings.Builder
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(archive.Comment)) {
			if strings.HasPrefix(line, "$ ") && strings.Contains(line, "faaslint ") {
				commands.WriteString(line)
			}
		}
	}
	flags := regexp.MustCompile(`(?m)^\t(-[A-Za-z]+) `).FindAllStringSubmatch(doc, -1)
	if len(flags) < 7 {
		t.Fatalf("the manual lists %d flags", len(flags))
	}
	for _, m := range flags {
		flag := strings.Replace(m[1], "NAME", "toy", 1)
		if !regexp.MustCompile(regexp.QuoteMeta(flag) + `[\s=]`).MatchString(commands.String()) {
			t.Errorf("no story tries %s", flag)
		}
	}
}
