package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// runMethods is faaslint methods. The linker drops methods that nothing calls, until it meets a function that looks methods up by
// a name, or a number, which only a run would tell: then it keeps all exported ones of the types that become interfaces.
//
// It is tempting to look for such calls in the source, as the compiler does. But a program that imports text/template need not
// execute one, and only the linker knows what is left of it. So it is asked, by linking once more.
func runMethods(args []string) int {
	o := new(options)
	flags := flag.NewFlagSet("faaslint methods", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // the error is printed below, once
	flags.StringVar(&o.dir, "C", "", "")
	flags.StringVar(&o.tags, "tags", "", "")
	measure := flags.Bool("measure", false, "")
	err := flags.Parse(args)
	if o.patterns = flags.Args(); len(o.patterns) == 0 {
		o.patterns = []string{"./..."}
	}
	if err == nil {
		err = o.validate()
	}
	if err != nil {
		return refuse(suite{}, "methods", err)
	}
	c := &command{options: o, stdout: os.Stdout, stderr: os.Stderr, progress: newProgress(os.Stderr)}
	return c.perform("methods", "interrupted", func(ctx context.Context) (int, error) { return c.methods(ctx, *measure) })
}

// methods prints, for each main package, the functions for whose sake the linker keeps methods, and the way to each.
func (c *command) methods(ctx context.Context, measure bool) (int, error) {
	if err := c.prepare(ctx); err != nil {
		return exitFailed, err
	}
	asked, err := c.load(ctx, c.patterns)
	if err != nil {
		return exitFailed, err
	}
	found, mains := 0, 0
	for _, p := range asked.packages {
		if p.Name != "main" {
			continue
		}
		mains++
		ways, err := c.reflecting(ctx, p.ImportPath)
		if err != nil {
			return exitFailed, err
		}
		for _, way := range ways {
			found++
			fmt.Fprintf(c.stdout, "%s: the linker keeps all exported methods of what is used as an interface, since %s looks methods up at run time\n",
				p.ImportPath, way[len(way)-1])
			for _, symbol := range way {
				fmt.Fprintf(c.stdout, "\t%s\n", symbol)
			}
		}
		if measure && len(ways) > 0 {
			size, ok, err := c.cutOut(ctx, p.ImportPath, ways)
			switch {
			case err != nil:
				return exitFailed, err
			case ok:
				fmt.Fprintf(c.stdout, "%s: %v\n", p.ImportPath, size)
			default:
				fmt.Fprintf(c.stdout, "%s: what that weighs cannot be measured: a lookup cannot be cut out\n", p.ImportPath)
			}
		}
	}
	c.reportProblems(asked, &vetResult{})
	fmt.Fprintf(c.stderr, "faaslint: %d programs linked, %d found\n", mains, found)
	return exitCode(asked.ok(), found), nil
}

// reflecting links a program for nothing, and lists the ways from its entry to each function that looks up methods.
func (c *command) reflecting(ctx context.Context, path string) ([][]string, error) {
	args := slices.Concat([]string{"build", "-o", os.DevNull, "-ldflags=-dumpdep"}, c.buildFlags(), []string{"--", path})
	out, err := c.goCommand(ctx, args...).CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("go build %s: %w\n%s", path, err, firstError(string(out)))
	}
	return readDump(string(out)), nil
}

const reflectMethod = "<ReflectMethod>"

// readDump reads lines of the form "from -> to <flags>". The linker prints one for each symbol, when it first gets there: so they
// are a tree.
func readDump(dump string) (ways [][]string) {
	parent := make(map[string]string)
	var marked []string
	lines := bufio.NewScanner(strings.NewReader(dump))
	lines.Buffer(nil, 1<<24) // types are long
	for lines.Scan() {
		from, to, ok := strings.Cut(lines.Text(), " -> ")
		if !ok {
			continue
		}
		name, flags := cutFlags(to)
		if _, again := parent[name]; again {
			continue
		}
		parent[name], _ = cutFlags(from)
		if strings.Contains(flags, reflectMethod) {
			marked = append(marked, name)
		}
	}
	// Methods of reflect that do it are kept as all others are, for the sake of somebody else; but a program that calls
	// reflect.Value.Methods has nothing else to show.
	own := slices.DeleteFunc(slices.Clone(marked), func(name string) bool { return packageOf(name) == "reflect" })
	if len(own) == 0 && len(marked) > 0 {
		own = marked[:1]
	}
	for _, name := range own {
		ways = append(ways, wayTo(name, parent))
	}
	return ways
}

func cutFlags(symbol string) (name, flags string) {
	for _, flag := range []string{" <UsedInIface>", " <ReflectMethod>"} {
		if before, _, ok := strings.Cut(symbol, flag); ok {
			return before, symbol[len(before):]
		}
	}
	return symbol, ""
}

// wayTo is the way to a symbol: the first function in each package that it leads through, and the last of all.
func wayTo(name string, parent map[string]string) []string {
	var all []string
	for at := name; at != "" && at != "_" && len(all) < len(parent); at = parent[at] {
		if !strings.HasPrefix(at, "type:") && !strings.HasPrefix(at, "go:") && !strings.HasPrefix(at, "_rt0") && packageOf(at) != "runtime" {
			all = append(all, at)
		}
	}
	slices.Reverse(all)
	var way []string
	for i, symbol := range all {
		if i == 0 || i == len(all)-1 || packageOf(symbol) != packageOf(all[i-1]) {
			way = append(way, symbol)
		}
	}
	return way
}

// packageOf is what stands before the first dot after the last slash of a symbol's path, type arguments aside.
func packageOf(symbol string) string {
	path, _, _ := strings.Cut(symbol, "[")
	slash := strings.LastIndexByte(path, '/') + 1
	before, _, _ := strings.Cut(path[slash:], ".")
	return path[:slash] + before
}
