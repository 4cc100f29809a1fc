package editors

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestNeovim lets Neovim do with its own client what TestFinding and others do over the protocol, with the setting that
// the documentation gives.
func TestNeovim(t *testing.T) {
	nvim := neovim(t)
	dir, home := module(t), t.TempDir()
	init := filepath.Join(home, "init.lua")
	if err := os.WriteFile(init, []byte(strings.ReplaceAll(setting(t, "start_client"), documented, gopls(t))), 0o666); err != nil {
		t.Fatal(err)
	}
	drive, err := filepath.Abs(filepath.Join("testdata", "drive.lua"))
	if err != nil {
		t.Fatal(err)
	}
	report := filepath.Join(home, "report.json")
	cmd := exec.Command(nvim, "--headless", "-n", "-u", init, "-c", "luafile "+drive, "main.go")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PWD="+dir, "REPORT="+report, "GOPROXY=off", "GOWORK=off",
		"XDG_STATE_HOME="+home, "XDG_DATA_HOME="+home, "NVIM_LOG_FILE="+filepath.Join(home, "log"))
	out, err := cmd.CombinedOutput()
	if err != nil {
		text, _ := os.ReadFile(report)
		t.Fatalf("nvim: %v\n%s\n%s", err, out, text)
	}
	var said struct {
		Finding struct {
			Line, Col int
			Message   string
			LSP       diagnostic
		}
		Action string
	}
	if err := json.Unmarshal([]byte(read(t, report)), &said); err != nil {
		t.Fatal(err)
	}
	f := said.Finding
	if f.Line != 17 || f.Col != 12 || !strings.HasPrefix(f.Message, "session is opened on every request of name;") ||
		f.LSP.Code != "reuse" || !strings.HasSuffix(f.LSP.CodeDescription.Href, "#hdr-Analyzer_reuse") || len(f.LSP.RelatedInformation) == 0 {
		t.Errorf("Neovim shows %+v", f)
	}
	if said.Action != "Open the session once per instance" {
		t.Errorf("Neovim offers %q", said.Action)
	}
	sound(t, dir)
}

// neovim finds the editor. The gate installs it where there is apt-get, so that its absence there is a failure; elsewhere
// nobody can be asked to have it.
func neovim(t *testing.T) string {
	nvim, err := exec.LookPath("nvim")
	if err == nil {
		return nvim
	}
	if _, apt := exec.LookPath("apt-get"); apt == nil {
		t.Fatal("there is no nvim to test with: apt-get install neovim, as .ci/run does")
	}
	t.Skip("NOT TESTED: Neovim. There is no nvim, and no apt-get to get it with")
	return ""
}

// documented is the path that stands for the user's in docs/editors.md.
const documented = "/home/you/go/bin/gopls-faaslint"

// setting returns the block of docs/editors.md that has a word.
func setting(t *testing.T, word string) string {
	t.Helper()
	for _, m := range regexp.MustCompile("(?s)```[a-z]+\n(.*?)```").FindAllStringSubmatch(read(t, "../../docs/editors.md"), -1) {
		if strings.Contains(m[1], word) {
			return m[1]
		}
	}
	t.Fatalf("docs/editors.md has no setting with %s", word)
	return ""
}

// TestSettings compares what faaslint gopls prints with the documentation.
func TestSettings(t *testing.T) {
	said := strings.ReplaceAll(read(t, built(t, "said")), gopls(t), documented)
	blocks := regexp.MustCompile(`(?m)(^\t.*\n)+`).FindAllString(said, -1)
	if len(blocks) != 5 {
		t.Fatalf("faaslint gopls prints %d settings:\n%s", len(blocks), said)
	}
	for _, block := range blocks {
		block = strings.ReplaceAll("\n"+block, "\n\t", "\n")[1:]
		if got := setting(t, strings.TrimSpace(block)); got != block {
			t.Errorf("faaslint gopls prints\n%sand docs/editors.md has\n%s", block, got)
		}
	}
}
