// Constructors of our own, here and in another package.
package main

import (
	"context"
	"strings"

	"ignore/costly/model"

	"github.com/aws/aws-lambda-go/lambda"
)

type index struct{ words []string }

//faaslint:costly what=index shared
func newIndex(text string) *index { return &index{strings.Fields(text)} }

func newSmall(text string) *index { return &index{[]string{text}} }

func H(ctx context.Context, text string) (int, error) {
	i := newIndex("some words") // want `index is .* on every request of H`
	small := newSmall("some words")
	own := newIndex(text)
	m := model.Load("large") // want `model is .* on every request of H`
	n := model.Small("small").Score(text)
	return n + m.Score(text) + len(i.words) + len(small.words) + len(own.words), nil
}

func main() { lambda.Start(H) }
