package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/faaslint/faaslint/internal/buildfile"
)

// gitTop returns the top of the repository that holds dir, or "" for none (or no git).
func gitTop(dir string) string {
	out, err := exec.Command("git", "-C", dir, "rev-parse", "--show-toplevel").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// patchRoot is what names in a patch are relative to: the repository, or else the workspace or module.
func patchRoot(dir string) string {
	if top := gitTop(dir); top != "" {
		return top
	}
	dir = realPath(dir)
	for _, name := range []string{"go.work", "go.mod"} {
		for at := dir; ; at = filepath.Dir(at) {
			if _, err := os.Stat(filepath.Join(at, name)); err == nil {
				return at
			}
			if at == filepath.Dir(at) {
				break
			}
		}
	}
	return dir
}

// refuseDirty reports an error if a repository that holds one of the folders has changes that a commit does not, so
// that what -fix does can always be told from what people did, and be taken back.
func refuseDirty(dirs []string) error {
	var tops []string
	for _, dir := range dirs {
		if top := gitTop(dir); top != "" && !slices.Contains(tops, top) {
			tops = append(tops, top)
		}
	}
	for _, top := range tops {
		out, err := exec.Command("git", "-C", top, "status", "--porcelain", "--untracked-files=all").Output()
		if err != nil {
			return fmt.Errorf("git status in %s: %w", top, withStderr(err))
		}
		if changed := uncommitted(string(out)); len(changed) > 0 {
			return fmt.Errorf("refusing -fix: %s is not committed in %s (%d changes); commit or stash first, or add -force",
				changed[0], top, len(changed))
		}
	}
	return nil
}

// uncommitted lists what git status prints, less the new files that neither the go command nor those who call it read: no fix
// comes near them.
func uncommitted(status string) (names []string) {
	for line := range strings.Lines(status) {
		state, name := line[:min(3, len(line))], strings.TrimSpace(line[min(3, len(line)):])
		if file := strings.Trim(name, `"`); state == "?? " && !strings.HasSuffix(file, ".go") && buildfile.KindOf("/"+file) == buildfile.None {
			continue
		}
		names = append(names, name)
	}
	return names
}
