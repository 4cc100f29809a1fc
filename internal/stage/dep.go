package stage

import (
	"fmt"
	"strings"
)

// A Stage is a time in the life of a function instance.
type Stage uint8

const (
	Build   Stage = iota // known to the compiler
	Init                 // known when the instance starts
	Request              // known when a request is served, or not known to us at all
)

func (s Stage) String() string { return [...]string{"build", "init", "request"}[s] }

// A Dep is the binding time of a value: the earliest stage at which everything it was made from is known.
// Inside a function the parameters are symbolic; the caller substitutes. Free variables of a closure count on after its
// parameters.
type Dep struct {
	Stage  Stage  `json:",omitzero"`
	Params uint64 `json:",omitzero"` // bit i: depends on parameter i
	Flags  Flags  `json:",omitzero"`
}

// Flags say what is special about the inputs of a value; they decide whether a fix is safe, never whether a value is bound.
type Flags uint8

const (
	Remote    Flags = 1 << iota // read from another system at run time: it may change
	Expires                     // a credential with a short life
	Mutable                     // a package variable that something other than initialisation may assign
	Late                        // a package variable that is assigned after package initialisation, such as in main
	TestSet                     // something that tests replace: a variable, an environment variable
	File                        // read from a file
	Asks                        // returned by a method of an interface parameter: the caller knows which method that is
	Branching                   // which of several values it is depends on a condition
)

// unknown is the binding time of what the analysis cannot follow: silence.
var unknown = Dep{Stage: Request}

// join is the binding time of a value made from both. What is not known does not become less known.
func (d Dep) join(e Dep) Dep {
	if d.Stage == Request || e.Stage == Request {
		return unknown
	}
	return Dep{max(d.Stage, e.Stage), d.Params | e.Params, d.Flags | e.Flags}
}

// at is d, but not before s.
func (d Dep) at(s Stage) Dep { d.Stage = max(d.Stage, s); return d }

// with is d with more flags.
func (d Dep) with(f Flags) Dep { d.Flags |= f; return d }

// known reports that the value is known at start-up whatever the caller passes.
func (d Dep) known() bool { return d.Stage < Request && d.Params == 0 && d.Flags&Asks == 0 }

// subst replaces the parameters in d by what a caller passes. A parameter without an argument is not known.
func (d Dep) subst(args []Dep) Dep {
	out := Dep{Stage: d.Stage, Flags: d.Flags}
	for i, rest := 0, d.Params; rest != 0; i, rest = i+1, rest>>1 {
		switch {
		case rest&1 == 0:
		case i < len(args):
			out = out.join(args[i])
		default:
			out = out.join(unknown)
		}
	}
	return out
}

// param is the binding time of parameter i. There are few functions with more than 64, and those are not followed.
func param(i int) Dep {
	if i >= 64 {
		return unknown
	}
	return Dep{Params: 1 << i}
}

func (d Dep) String() string {
	var b strings.Builder
	b.WriteString(d.Stage.String())
	if d.Params != 0 {
		fmt.Fprintf(&b, "+params(%b)", d.Params)
	}
	if d.Flags != 0 {
		fmt.Fprintf(&b, "+flags(%b)", d.Flags)
	}
	return b.String()
}
