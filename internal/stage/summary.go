package stage

import (
	"fmt"
	"strings"

	"github.com/faaslint/faaslint/internal/catalog"
)

// A Summary is what a caller must know of a function. It is exported, as a Record, with functions that have something to
// say: no fact means that a call is cheap and that its results depend on its arguments alone.
type Summary struct {
	Ops       []Op            `json:",omitzero"` // costly operations that a call performs
	Results   []Returned      `json:",omitzero"` // the results that are not just made from all arguments
	Calls     uint64          `json:",omitzero"` // parameters that are called before the function returns
	Dyn       []Dyn           `json:",omitzero"` // calls through an interface whose target the function's package does not know
	Makes     []Impl          `json:",omitzero"` // values that a call puts into interfaces, with what their methods do
	Registers []Registration  `json:",omitzero"` // handlers that a call registers
	Costly    *catalog.Costly `json:",omitzero"` // the function is costly by directive
	Params    []Effect        `json:",omitzero"` // what a call does to its parameters, where it does something
	Handler   bool            `json:",omitzero"` // a handler that its own package reports
	Opaque    bool            `json:",omitzero"` // the analysis of this function failed
	Fills     []Fill          `json:",omitzero"` // values that a call puts into interfaces, with what their methods want
	Wants

	// Of functions of our own code, whose Examined holds: of others nothing of this is known.
	Examined bool   `json:",omitzero"`
	Builds   bool   `json:",omitzero"` // a call only builds what it returns, and changes no more than parameters that Reads leaves out
	Opens    bool   `json:",omitzero"` // as Builds, but that it may open connections
	KeepsCtx bool   `json:",omitzero"` // of one that Opens: what it opens may hold on to a context that it is given
	Reads    uint64 `json:",omitzero"` // parameters that lead to something which a call leaves as it is, and does not keep
	Gives    uint64 `json:",omitzero"` // of these, those that results lead to
}

// A Returned says how one result of a function is bound.
type Returned struct {
	Index int   `json:",omitzero"`
	Dep   Dep   `json:",omitzero"`
	Lives Lives `json:",omitzero"`
	Ops   []Op  `json:",omitzero"` // what calling the result costs, if it is a function or a handler
	Dyn   []Dyn `json:",omitzero"` // as above, for the result
	From  []int `json:",omitzero"` // the indices in Summary.Ops whose object this result is or holds
	Made  []int `json:",omitzero"` // the same for objects that it is made from
}

// Lives says where an object lives: in the instance, or in what the given parameters live in, else in the call.
type Lives struct {
	Instance bool   `json:",omitzero"`
	Params   uint64 `json:",omitzero"`
	Any      bool   `json:",omitzero"` // it may be in any one of the parameters, rather than as long as all of them live
}

// An Effect is what a call does to a parameter.
type Effect struct {
	Index         int      `json:",omitzero"`
	Closes, Keeps bool     `json:",omitzero"`
	Mutates       bool     `json:",omitzero"`
	Fills         bool     `json:",omitzero"` // changes it if it is an address
	Kept          []string `json:",omitzero"` // all that is done with it is to store it in these keepers; nil if that is not so
}

// An Op is one costly operation.
type Op struct {
	Symbol  string       `json:",omitzero"` // FullName of the costly function, e.g. (*github.com/gocql/gocql.ClusterConfig).CreateSession
	What    string       `json:",omitzero"` // the noun of what it builds
	Loses   catalog.Loss `json:",omitzero"`
	Read    bool         `json:",omitzero"`
	Shared  bool         `json:",omitzero"`
	Decodes bool         `json:",omitzero"` // it fills something from bytes that come with the program
	Dep     Dep          `json:",omitzero"`
	Partly  bool         `json:",omitzero"` // not every call gets there: some paths lead round it, those after a failure aside
	Given   bool         `json:",omitzero"` // a parameter of the function around the operation decides what it builds
	Once    Lives        `json:",omitzero"` // where a guard keeps the result: with the instance, or with the objects that these parameters are
	Guarded bool         `json:",omitzero"` // Once holds
	Via     []Frame      `json:",omitzero"` // the path to the operation: calls, outermost first; the last is the operation itself
	Kept    []string     `json:",omitzero"` // the keepers that get its object, or what is made of it
	Lost    bool         `json:",omitzero"` // the object is used at once, or goes where nobody can follow it
	SetUp   bool         `json:",omitzero"` // it is set up after it was built
	Later   bool         `json:",omitzero"` // catalog.Costly.Later
	Asked   bool         `json:",omitzero"` // whether it answers, right after it was built
	Told    bool         `json:",omitzero"` // its package reports that not all of its handlers need the object
}

// A Frame is a call on the path to an operation. It carries no position, which another package could not read.
type Frame struct {
	Func string // FullName of the function that contains the call
	Pkg  string // its package
	File string // base name
	Line int
}

// site is the frame of the operation itself.
func (op *Op) site() Frame { return op.Via[len(op.Via)-1] }

// Site names the place of the operation, for offers: FullName of the function # file : line.
func (op *Op) Site() string { s := op.site(); return fmt.Sprintf("%s#%s:%d", s.Func, s.File, s.Line) }

// Waits says what start-up waits for when it performs the operation.
func (op *Op) Waits() catalog.Loss {
	if op.Later && !op.Asked {
		return catalog.CPU
	}
	return op.Loses
}

// Verb says what the operation does to its object, as a participle: a connection is opened.
func (op *Op) Verb() string {
	switch {
	case op.Read:
		return "read"
	case op.Decodes:
		return "decoded"
	case op.Loses == catalog.Connection:
		return "opened"
	case op.Loses == catalog.Disk:
		return "loaded"
	}
	return "built"
}

// A Dyn is a call through an interface.
type Dyn struct {
	Method string  `json:",omitzero"` // FullName of the interface's method
	Param  int     `json:",omitzero"` // the interface value is this parameter of the function, -1 for another value
	Recv   Dep     `json:",omitzero"`
	Lives  Lives   `json:",omitzero"`
	Args   []Dep   `json:",omitzero"`
	Partly bool    `json:",omitzero"` // as in Op
	Via    []Frame `json:",omitzero"`
}

// An Impl is a value put into an interface, seen through one of its methods that has a cost.
type Impl struct {
	Type   string `json:",omitzero"` // the concrete type
	Method string `json:",omitzero"` // FullName of the interface's method
	Recv   Dep    `json:",omitzero"` // the value
	Lives  Lives  `json:",omitzero"`
	Ops    []Op   `json:",omitzero"` // in terms of the method's receiver and parameters
	Dyn    []Dyn  `json:",omitzero"`
}

// A Registration is a handler that a function registers: a parameter, or a handler of its own whose calls through
// interfaces only a caller can resolve.
type Registration struct {
	Param      int             `json:",omitzero"` // index of the parameter that becomes a handler, -1 if Name is one
	As         catalog.Handler `json:",omitzero"`
	Name       string          `json:",omitzero"`
	Dyn        []Dyn           `json:",omitzero"`
	Middleware bool            `json:",omitzero"`
	Probe      bool            `json:",omitzero"`
	Trivial    bool            `json:",omitzero"` // as in unit
	Wants
}

func (s *Summary) String() string {
	var parts []string
	for _, op := range s.Ops {
		parts = append(parts, fmt.Sprintf("%s %v", op.Symbol, op.Dep))
	}
	for _, r := range s.Results {
		parts = append(parts, fmt.Sprintf("result%d %v", r.Index, r.Dep))
	}
	for _, r := range s.Registers {
		parts = append(parts, fmt.Sprintf("registers%d %s", r.Param, r.Name))
	}
	if s.Calls != 0 {
		parts = append(parts, fmt.Sprintf("calls(%b)", s.Calls))
	}
	if s.Opaque {
		parts = append(parts, "opaque")
	}
	if s.Builds {
		parts = append(parts, "builds")
	}
	if s.Examined {
		parts = append(parts, fmt.Sprintf("reads(%b)", s.Reads))
	}
	return "summary(" + strings.Join(parts, "; ") + ")"
}

// surprising reports whether a caller would assume something else without the summary.
func (s *Summary) surprising() bool {
	return len(s.Ops)+len(s.Results)+len(s.Dyn)+len(s.Makes)+len(s.Registers)+len(s.Params)+len(s.Keepers)+len(s.Asks)+len(s.Fills) > 0 ||
		s.Calls != 0 || s.Costly != nil || s.Handler || s.Opaque || s.Blind || s.Examined
}

// A VarSet is the fact of a package variable that something other than package initialisation assigns.
type VarSet struct{ Flags Flags }

// AFact marks VarSet as a fact.
func (*VarSet) AFact() {}

func (v *VarSet) String() string { return fmt.Sprintf("set(%b)", v.Flags) }
