// Package reachtest loads programs for tests out of txtar archives.
package reachtest

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/faaslint/faaslint/internal/reach"
)

// stubs are the libraries of testdata/src that programs may import.
var stubs = []string{"github.com/go-chi/chi/v5", "github.com/gin-gonic/gin", "github.com/labstack/echo/v4", "github.com/labstack/echo/v5", "github.com/gorilla/mux",
	"github.com/gofiber/fiber/v2", "github.com/gofiber/fiber/v3", "github.com/jackc/pgx/v5", "github.com/gocql/gocql", "github.com/aws/aws-lambda-go"}

// Env is the environment for the go command in such a program.
func Env() []string {
	return append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
}

// Load writes a program, example.com/app, and the stubs that it imports into modules, and loads it. What an archive has
// below other is a module of somebody else, example.com/other.
func Load(t *testing.T, archive *txtar.Archive, isHandler func(*reach.Node) bool) *reach.Program {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string, text []byte) {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	_, here, _, _ := runtime.Caller(0)
	root := filepath.Join(filepath.Dir(here), "..", "..", "..")
	all := ""
	mod := "module example.com/app\n\ngo 1.26\n"
	for _, f := range archive.Files {
		switch {
		case strings.HasPrefix(f.Name, "want"):
		case strings.HasPrefix(f.Name, "other/"):
			write(f.Name, f.Data)
			if !strings.Contains(mod, "example.com/other") {
				mod += "\nrequire example.com/other v1.0.0\n\nreplace example.com/other => ../other\n"
				write("other/go.mod", []byte("module example.com/other\n\ngo 1.26\n"))
			}
		default:
			write("app/"+f.Name, f.Data)
			all += string(f.Data)
		}
	}
	for _, lib := range stubs {
		if !strings.Contains(all, `"`+lib) {
			continue
		}
		src := filepath.Join(root, "testdata", "src", filepath.FromSlash(lib))
		if err := os.CopyFS(filepath.Join(dir, lib), os.DirFS(src)); err != nil && !os.IsExist(err) {
			t.Fatal(err)
		}
		write(lib+"/go.mod", []byte("module "+lib+"\n\ngo 1.26\n"))
		version := "v1.0.0"
		if i := strings.LastIndex(lib, "/v"); i > 0 && len(lib)-i == 3 {
			version = lib[i+1:] + ".0.0"
		}
		mod += fmt.Sprintf("\nrequire %s %s\n\nreplace %s => ../%s\n", lib, version, lib, lib)
	}
	write("app/go.mod", []byte(mod))
	prog, err := reach.Loader{Dir: filepath.Join(dir, "app"), Env: Env(), IsHandler: isHandler}.Load("example.com/app")
	if err != nil {
		t.Fatal(err)
	}
	return prog
}
