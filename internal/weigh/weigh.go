// Package weigh builds a program and says what each package adds to it: bytes in the binary, and work at its start.
package weigh

import (
	"bufio"
	"bytes"
	"context"
	"debug/elf"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/tools/go/packages"
)

// A Program is what is built.
type Program struct {
	Dir     string // where the go command runs
	Flags   []string
	Package string
	Files   map[string][]byte // in the place of files of these names, or beside them
}

// Launch replaces the entry of a main package, so that the program links all that it is made of, does what it does
// before main, and ends. An action without func main gets one.
func Launch(main *packages.Package, read func(string) ([]byte, error)) (map[string][]byte, error) {
	files := map[string][]byte{}
	entry := "Main"
	params := 1
	for i, f := range main.Syntax {
		for _, d := range f.Decls {
			d, ok := d.(*ast.FuncDecl)
			if !ok || d.Recv != nil {
				continue
			}
			switch d.Name.Name {
			case "Main":
				params = d.Type.Params.NumFields()
			case "main":
				name := main.CompiledGoFiles[i]
				text, err := renamed(main, name, d.Name, read)
				if err != nil {
					return nil, err
				}
				files[name], entry = text, launched
			}
		}
	}
	args := strings.TrimSuffix(strings.Repeat("nil, ", params), ", ")
	if entry == launched {
		args = ""
	}
	name := filepath.Join(filepath.Dir(main.CompiledGoFiles[0]), "faaslint_launch.go")
	// The length of the arguments is not known to the linker.
	files[name] = fmt.Appendf(nil, "package main\n\nimport faaslintOS \"os\"\n\nfunc main() {\n\tif len(faaslintOS.Args) > 1000 {\n\t\t%s(%s)\n\t}\n}\n", entry, args)
	return files, nil
}

const launched = "faaslintLaunched"

func renamed(main *packages.Package, name string, id *ast.Ident, read func(string) ([]byte, error)) ([]byte, error) {
	text, err := read(name)
	if err != nil {
		return nil, err
	}
	at := main.Fset.Position(id.Pos()).Offset
	if main.Fset.PositionFor(id.Pos(), false).Offset != at || !bytes.HasPrefix(text[min(at, len(text)):], []byte("main")) {
		// Another text than was parsed, such as a trimmed one, still has its func main somewhere.
		if at = bytes.Index(text, []byte("\nfunc main()")); at < 0 {
			return nil, fmt.Errorf("%s: has no func main", name)
		}
		at += len("\nfunc ")
	}
	return slices.Concat(text[:at], []byte(launched), text[at+len("main"):]), nil
}

// Build links the program into a folder, with its symbols but without what only a debugger needs.
func (p Program) Build(ctx context.Context, dir string) (binary string, err error) {
	overlay, err := WriteOverlay(dir, p.Files)
	if err != nil {
		return "", err
	}
	binary = filepath.Join(dir, "program")
	args := slices.Concat([]string{"build", "-trimpath", "-ldflags=-w", "-o", binary, "-overlay", overlay}, p.Flags, []string{p.Package})
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = p.Dir
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build %s: %w\n%s", p.Package, err, bytes.TrimSpace(out))
	}
	return binary, nil
}

// WriteOverlay puts files into a folder and returns the name of the list of them that go build -overlay takes.
func WriteOverlay(dir string, files map[string][]byte) (list string, err error) {
	replace := map[string]string{}
	for i, name := range slices.Sorted(maps.Keys(files)) {
		file := filepath.Join(dir, "files", fmt.Sprintf("%03d_%s", i, filepath.Base(name)))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			return "", err
		}
		if err := os.WriteFile(file, files[name], 0o666); err != nil {
			return "", err
		}
		replace[name] = file
	}
	data, err := json.MarshalIndent(map[string]any{"Replace": replace}, "", "\t")
	if err != nil {
		return "", err
	}
	list = filepath.Join(dir, "overlay.json")
	return list, os.WriteFile(list, data, 0o666)
}

// Sizes are the bytes of a binary by package.
type Sizes struct {
	File     int64
	Packages map[string]int64
}

// Of adds up packages.
func (s *Sizes) Of(packages []string) (sum int64) {
	for _, p := range packages {
		sum += s.Packages[p]
	}
	return sum
}

// Measure reads the symbols of a binary with go tool nm. Each package gets those that bear its name and, by the size of
// its code, a part of what bears none: types, strings, the tables of lines. What go build -ldflags=-s leaves out is not
// counted.
func Measure(ctx context.Context, binary string) (*Sizes, error) {
	file, zeros, err := stripped(binary)
	if err != nil {
		return nil, err
	}
	out, err := exec.CommandContext(ctx, "go", "tool", "nm", "-size", binary).Output()
	if err != nil {
		return nil, fmt.Errorf("go tool nm: %w", withStderr(err))
	}
	s := &Sizes{File: file, Packages: map[string]int64{}}
	code := map[string]int64{}
	var all, named int64
	for line := range bytes.Lines(out) {
		sym, ok := parseSymbol(string(line))
		if !ok || zeros(sym.address) || strings.EqualFold(sym.kind, "B") { // zeros take no room in the file
			continue
		}
		pkg := PackageOf(sym.name)
		if pkg == "" || sym.name == "runtime.pclntab" {
			continue
		}
		s.Packages[pkg] += sym.size
		named += sym.size
		if strings.EqualFold(sym.kind, "T") {
			code[pkg] += sym.size
			all += sym.size
		}
	}
	for pkg, n := range code {
		s.Packages[pkg] += int64(float64(max(0, file-named)) * float64(n) / float64(all))
	}
	return s, nil
}

// stripped is the size of a binary without its symbols, and which addresses are zeros that the file does not hold. Of
// formats other than ELF it knows neither.
func stripped(binary string) (size int64, zeros func(address uint64) bool, err error) {
	info, err := os.Stat(binary)
	if err != nil {
		return 0, nil, err
	}
	size, zeros = info.Size(), func(uint64) bool { return false }
	f, err := elf.Open(binary)
	if err != nil {
		return size, zeros, nil
	}
	defer f.Close()
	var empty []*elf.Section
	for _, s := range f.Sections {
		switch {
		case s.Name == ".symtab" || s.Name == ".strtab":
			size -= int64(s.FileSize)
		case s.Type == elf.SHT_NOBITS:
			empty = append(empty, s)
		}
	}
	return size, func(address uint64) bool {
		return slices.ContainsFunc(empty, func(s *elf.Section) bool { return s.Addr <= address && address < s.Addr+s.Size })
	}, nil
}

type symbol struct {
	address    uint64
	size       int64
	kind, name string
}

// parseSymbol reads a line of nm: address, size, kind, name.
func parseSymbol(line string) (s symbol, ok bool) {
	fields := strings.Fields(line)
	if len(fields) < 4 {
		return s, false // U has no address
	}
	address, err1 := strconv.ParseUint(fields[0], 16, 64)
	size, err2 := strconv.ParseInt(fields[1], 10, 64)
	return symbol{address, size, fields[2], strings.Join(fields[3:], " ")}, err1 == nil && err2 == nil
}

// PackageOf is the import path in the name of a symbol: a/b in a/b.F, a/b.(*T).M, type:*a/b.T and go:itab.*a/b.T,io.Reader.
func PackageOf(name string) string {
	for _, kind := range []string{"type:.eq.", "type:.hash.", "type:.namedata.", "type:", "go:itab."} {
		if rest, ok := strings.CutPrefix(name, kind); ok {
			name = rest
			break
		}
	}
	if strings.HasPrefix(name, "go:") {
		return ""
	}
	name = strings.TrimLeft(name, "*[]0123456789")
	name, _, _ = strings.Cut(name, "[") // type arguments
	slash := strings.LastIndexByte(cutAny(name, "(, {"), '/')
	dot := strings.IndexByte(name[slash+1:], '.')
	if dot < 0 || strings.ContainsAny(name[:slash+1+dot], " (,{") {
		return ""
	}
	path := name[:slash+1+dot]
	if i := strings.IndexByte(path, '%'); i >= 0 { // as in gopkg.in/yaml%2ev3
		path = strings.ReplaceAll(path, "%2e", ".")
	}
	return path
}

func cutAny(s, chars string) string {
	if i := strings.IndexAny(s, chars); i >= 0 {
		return s[:i]
	}
	return s
}

// An Init is what the runtime says of the start of a package.
type Init struct {
	Time   time.Duration
	Bytes  int64
	Allocs int64
}

// Start runs a binary that ends before it does anything in main, and reads what GODEBUG=inittrace=1 prints. Bytes and
// allocations are those of the last run, times the medians of several.
func Start(ctx context.Context, binary string) (map[string]Init, error) {
	const runs = 5
	inits := map[string]Init{}
	times := map[string][]time.Duration{}
	for range runs {
		ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
		cmd := exec.CommandContext(ctx, binary)
		cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		err := cmd.Run()
		cancel()
		if err != nil {
			return nil, fmt.Errorf("running the program up to its main: %w: %.300s", err, lastLines(stderr.String()))
		}
		lines := bufio.NewScanner(&stderr)
		for lines.Scan() {
			if pkg, init, ok := initLine(lines.Text()); ok {
				times[pkg] = append(times[pkg], init.Time)
				inits[pkg] = init
			}
		}
	}
	for pkg, list := range times {
		slices.Sort(list)
		init := inits[pkg]
		init.Time = list[len(list)/2]
		inits[pkg] = init
	}
	return inits, nil
}

func lastLines(text string) string {
	var rest []string
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "init ") {
			rest = append(rest, strings.TrimSpace(line))
		}
	}
	return strings.Join(rest, "; ")
}

// initLine reads "init internal/bytealg @0.008 ms, 0 ms clock, 0 bytes, 0 allocs".
func initLine(line string) (pkg string, init Init, ok bool) {
	fields := strings.Fields(line)
	if len(fields) != 11 || fields[0] != "init" || !strings.HasPrefix(fields[2], "@") {
		return "", init, false
	}
	ms, err1 := strconv.ParseFloat(fields[4], 64)
	bytes, err2 := strconv.ParseInt(fields[7], 10, 64)
	allocs, err3 := strconv.ParseInt(fields[9], 10, 64)
	if errors.Join(err1, err2, err3) != nil {
		return "", init, false
	}
	return fields[1], Init{Time: time.Duration(ms * 1e6), Bytes: bytes, Allocs: allocs}, true
}

func withStderr(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return errors.New(strings.TrimSpace(string(exit.Stderr)))
	}
	return err
}
