// Package model reads a model, which takes a while.
package model

import "strings"

type Model struct{ words []string }

// Load reads a model.
//
//faaslint:costly what=model shared
func Load(name string) *Model { return &Model{strings.Fields(name)} }

// Small is not worth a word.
func Small(name string) *Model { return &Model{[]string{name}} }

func (m *Model) Score(s string) int { return len(m.words) + len(s) }
