package rewrite

import (
	"bytes"
	"go/format"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dave/dst/decorator"
)

// dst must print what it read: every file of this repository, as it is.
func TestFidelity(t *testing.T) {
	n := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			if d != nil && d.IsDir() && d.Name() == ".git" {
				return fs.SkipDir
			}
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if clean, err := format.Source(text); err != nil || !bytes.Equal(clean, text) {
			return nil // broken or unformatted on purpose, or being written right now
		}
		f, err := decorator.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return nil
		}
		var out bytes.Buffer
		if err := decorator.Fprint(&out, f); err != nil {
			t.Errorf("%s: %v", path, err)
		} else if !bytes.Equal(out.Bytes(), text) {
			t.Errorf("%s is printed otherwise", path)
		}
		n++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files", n)
}
