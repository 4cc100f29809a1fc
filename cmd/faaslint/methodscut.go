package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"

	"github.com/faaslint/faaslint/internal/weigh"
)

// A cut is a program built twice: as it is, and with each call that looks up a method by its name replaced by one that finds
// none. The second one does not do what it should, and shows what the linker would leave out.
type cut struct{ whole, without int64 }

// cutOut builds the program without the lookups at the ends of the ways. It reports false where a lookup cannot be replaced: one
// by number, in a function literal, or in the module cache, of which the go command takes no overlay.
func (c *command) cutOut(ctx context.Context, path string, ways [][]string) (*cut, bool, error) {
	dir, err := os.MkdirTemp("", "faaslint")
	if err != nil {
		return nil, false, err
	}
	defer os.RemoveAll(dir)
	files := make(map[string][]byte)
	for _, way := range ways {
		symbol := way[len(way)-1]
		pkg := packageOf(symbol)
		if pkg == "main" {
			pkg = path
		}
		file, text := c.withoutLookup(ctx, pkg, symbol)
		if file == "" || files[file] != nil {
			return nil, false, nil // a second lookup in one file is rare
		}
		files[file] = text
	}
	overlay, err := weigh.WriteOverlay(dir, files)
	if err != nil {
		return nil, false, err
	}
	sizes := make([]int64, 2)
	for i, more := range [][]string{nil, {"-overlay", overlay}} {
		out := filepath.Join(dir, "program")
		args := slices.Concat([]string{"build", "-trimpath", "-ldflags=-s -w", "-o", out}, more, c.buildFlags(), []string{"--", path})
		if err := c.goCommand(ctx, args...).Run(); err != nil {
			return nil, false, ctx.Err() // the program itself was linked before
		}
		info, err := os.Stat(out)
		if err != nil {
			return nil, false, err
		}
		sizes[i] = info.Size()
	}
	return &cut{sizes[0], sizes[1]}, true, nil
}

// withoutLookup is the file in which a function stands, with its calls of MethodByName replaced; "" if there are none.
func (c *command) withoutLookup(ctx context.Context, pkg, symbol string) (string, []byte) {
	args := slices.Concat([]string{"list", "-json=Dir,GoFiles"}, c.buildFlags(), []string{"--", pkg})
	out, err := c.goCommand(ctx, args...).Output()
	var listed listedPackage
	if err != nil || json.Unmarshal(out, &listed) != nil {
		return "", nil
	}
	for _, name := range listed.GoFiles {
		file := filepath.Join(listed.Dir, name)
		text, err := os.ReadFile(file)
		if err != nil || !bytes.Contains(text, []byte("MethodByName")) {
			continue
		}
		if text, ok := replaceLookup(text, symbol[len(packageOf(symbol))+1:]); ok {
			return file, text
		}
	}
	return "", nil
}

// replaceLookup replaces v.MethodByName(name) in a function of a file by a call that finds no method.
func replaceLookup(text []byte, function string) ([]byte, bool) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", text, parser.SkipObjectResolution)
	if err != nil || !slices.ContainsFunc(f.Imports, func(s *ast.ImportSpec) bool { return s.Path.Value == `"reflect"` && s.Name == nil }) {
		return nil, false
	}
	var calls []*ast.CallExpr
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || symbolOf(fn) != function || fn.Body == nil {
			continue
		}
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && len(call.Args) == 1 {
				if sel, ok := call.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "MethodByName" {
					calls = append(calls, call)
				}
			}
			return true
		})
	}
	at := func(pos token.Pos) int { return fset.Position(pos).Offset }
	for _, call := range slices.Backward(calls) {
		recv, arg := call.Fun.(*ast.SelectorExpr).X, call.Args[0]
		with := fmt.Sprintf("func(...any) (v reflect.Value) { return }(%s, %s)", text[at(recv.Pos()):at(recv.End())], text[at(arg.Pos()):at(arg.End())])
		text = slices.Concat(text[:at(call.Pos())], []byte(with), text[at(call.End()):])
	}
	return text, len(calls) > 0
}

// symbolOf is the linker's name of a function behind that of its package: F, T.M or (*T).M.
func symbolOf(fn *ast.FuncDecl) string {
	if fn.Recv == nil || len(fn.Recv.List) != 1 {
		return fn.Name.Name
	}
	switch t := fn.Recv.List[0].Type.(type) {
	case *ast.Ident:
		return t.Name + "." + fn.Name.Name
	case *ast.StarExpr:
		if id, ok := t.X.(*ast.Ident); ok {
			return "(*" + id.Name + ")." + fn.Name.Name
		}
	}
	return ""
}

// String says what the methods weigh. What is there for their sake alone is counted with them.
func (c *cut) String() string {
	return fmt.Sprintf("%d bytes, and %d without what is kept for that: %d %% (built with -trimpath -ldflags=\"-s -w\", and once more with the lookups cut out)",
		c.whole, c.without, (c.whole-c.without)*100/max(c.whole, 1))
}
