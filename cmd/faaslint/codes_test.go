package main

import (
	"go/ast"
	"go/constant"
	"go/types"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/faaslint/faaslint/analyzers"
)

// uncoded are words in the place of a code that no check gives.
var uncoded = map[string]string{
	"no fix": "the heading under which the summary counts findings without a code",
	"other":  "for a refusal whose text ends in no code: ours all do",
}

// TestRefusalCodes compares the pages of the checks with the code: a code is what the code gives to something named so.
func TestRefusalCodes(t *testing.T) {
	explained := make(map[string]bool)
	for _, check := range analyzers.Suite() {
		_, page, ok := strings.Cut(check.Doc, "# Why there is no fix")
		if !ok {
			t.Fatalf("the page of %s lacks its section on codes", check.Name)
		}
		page, _, _ = strings.Cut(page, "\n# ")
		for _, m := range regexp.MustCompile(`(?m)^\t([a-z][a-z-]*)  +\S`).FindAllStringSubmatch(page, -1) {
			if explained[m[1]] {
				t.Errorf("%s is explained twice", m[1])
			}
			explained[m[1]] = true
		}
	}
	given := givenCodes(t)
	for _, code := range slices.Sorted(maps.Keys(given)) {
		if !explained[code] && uncoded[code] == "" {
			t.Errorf("%s is given at %s, and the page does not explain it", code, given[code])
		}
	}
	for _, code := range slices.Sorted(maps.Keys(explained)) {
		if given[code] == "" {
			t.Errorf("the page explains %s, which nothing gives", code)
		}
	}
}

// givenCodes finds the constants that become codes, each with one of its places.
func givenCodes(t *testing.T) map[string]string {
	t.Helper()
	const mode = packages.NeedName | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports
	pkgs, err := packages.Load(&packages.Config{Mode: mode, Dir: "../.."},
		"./internal/stage", "./rewrite", "./analyzers/reuse", "./analyzers/lazy", "./analyzers/strip", "./analyzers/words", "./cmd/faaslint")
	if err != nil || packages.PrintErrors(pkgs) > 0 || len(pkgs) != 7 {
		t.Fatal("loading the packages that give codes:", err)
	}
	given := make(map[string]string)
	for _, pkg := range pkgs {
		for _, file := range pkg.Syntax {
			eachGift(file, pkg.TypesInfo, func(name string, value ast.Expr) {
				v := pkg.TypesInfo.Types[value].Value
				if strings.ToLower(name) != "code" || v == nil || v.Kind() != constant.String || constant.StringVal(v) == "" {
					return
				}
				given[constant.StringVal(v)] = pkg.Fset.Position(value.Pos()).String()
			})
		}
	}
	return given
}

// eachGift calls f with the name of each parameter, result, field and variable that is given a value.
func eachGift(file *ast.File, info *types.Info, f func(name string, value ast.Expr)) {
	tuple := func(vars *types.Tuple, values []ast.Expr) {
		for i, value := range values {
			if i < vars.Len() {
				f(vars.At(i).Name(), value)
			}
		}
	}
	ast.PreorderStack(file, nil, func(n ast.Node, stack []ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if sig, ok := info.TypeOf(n.Fun).(*types.Signature); ok {
				tuple(sig.Params(), n.Args)
			}
		case *ast.ReturnStmt:
			if sig := around(stack, info); sig != nil {
				tuple(sig.Results(), n.Results)
			}
		case *ast.AssignStmt:
			for i, to := range n.Lhs {
				if len(n.Lhs) == len(n.Rhs) {
					f(nameOf(to), n.Rhs[i])
				}
			}
		case *ast.ValueSpec:
			for i, value := range n.Values {
				f(n.Names[i].Name, value)
			}
		case *ast.CompositeLit:
			fields, ok := info.TypeOf(n).Underlying().(*types.Struct)
			for i, elt := range n.Elts {
				if pair, keyed := elt.(*ast.KeyValueExpr); keyed {
					f(nameOf(pair.Key), pair.Value)
				} else if ok {
					f(fields.Field(i).Name(), elt)
				}
			}
		}
		return true
	})
}

// around is the type of the innermost function of a stack.
func around(stack []ast.Node, info *types.Info) *types.Signature {
	for _, n := range slices.Backward(stack) {
		switch n := n.(type) {
		case *ast.FuncLit:
			return info.TypeOf(n).(*types.Signature)
		case *ast.FuncDecl:
			return info.Defs[n.Name].Type().(*types.Signature)
		}
	}
	return nil
}

func nameOf(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return x.Sel.Name
	}
	return ""
}
