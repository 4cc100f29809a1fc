// Package catalog holds what faaslint knows about other people's APIs: which calls register a handler and what the
// platform behind them does with an instance, which constructors are costly and what their result may be used for,
// and which functions read something that changes. It is data, one symbol per line, in platforms.txt, clients.txt and routers.txt;
// what a line means is decided in internal/stage and in the analyzers.
package catalog

import (
	"go/types"
	"slices"
)

// A Handler says how a function becomes a handler, and how its platform runs it.
type Handler struct {
	Form     Form     `json:",omitzero"`
	Symbol   string   `json:",omitzero"` // call: FullName or pattern of the registering function; name: the function's name, "*" for any exported one
	Factory  bool     `json:",omitzero"` // call: the argument makes the handler from the next one: a middleware
	Args     []int    `json:",omitzero"` // call: indices of the arguments that become handlers; -1 stands for every argument
	Shapes   []string `json:",omitzero"` // name and shape: accepted signatures, as types.TypeString prints them with full import paths
	Package  string   `json:",omitzero"` // name: "main" for functions of package main only, "lib" for any other package, "" for both
	Import   string   `json:",omitzero"` // name and shape: import path that the package must import, "" for none
	Path     string   `json:",omitzero"` // name: a path.Match pattern for the file relative to the module root, in which **/ stands for any folders, e.g. "api/**/*.go"; "" for any
	Platform string   `json:",omitzero"` // e.g. "aws-lambda", "openwhisk", "http"

	Process     Process `json:",omitzero"`
	Concurrency int     `json:",omitzero"` // requests at the same time in one instance: 1, or 0 for many
	Freezes     bool    `json:",omitzero"` // the instance may be stopped between requests
	See         string  `json:",omitzero"`
}

// A Form is a way in which a function becomes a handler.
type Form uint8

const (
	Call  Form = iota // passed to a registering function
	Name              // exported under a name that the platform looks up
	Shape             // a value of this function type, passed to a function that the catalogue does not know
	Field             // stored in this field
	Event             // takes a parameter of a type that exists only while a request is served
)

// A Process says how long what a function leaves in memory stays there.
type Process uint8

const (
	PerInstance Process = iota // one process serves many requests
	PerRequest                 // a process (or WASM instance) for each request: nothing can be reused
)

// A Costly is a call that is worth doing once instead of on every request.
type Costly struct {
	Symbol string // FullName, or a pattern of FullNames: see Match
	What   string // the noun for diagnostics: "gocql session", "regular expression"
	Loses  Loss   // what a request pays when the call is made anew
	Inputs []int  // indices of the arguments that decide what is built; none stands for all
	Result int    // index of the built object among the results; -1 if the call builds nothing (e.g. regexp.MatchString)

	// Shared: the object is documented as safe for concurrent use and meant to live long. Without it the call is
	// reported and never moved; Instead then names what to use.
	Shared  bool
	Instead string

	Close []string // methods that end the object; a deferred call of one goes away with a hoist
	Flush bool     // Close has an effect beyond releasing (uploads, flushes): report, never hoist
	Error bool     // the last result is an error that construction can return in practice
	Ctx   CtxUse   // what the constructor does with a context argument
	Read  bool     // a read of remote or local data, not a constructor: the data may change, so no fix
	Pure  bool     // no I/O: with constant arguments it can run in a package variable's initialiser

	Stale Stale
	Check []string // methods that only ask whether it answers
	Later bool     // the constructor waits for nothing: what the object needs is opened by its first use, a check too
	Probe string   // Go expression of type error on the object x, used when Stale is Fails; its ctx ends after two seconds
	See   string   // where the claims are documented
}

// A Loss is what a request pays.
type Loss uint8

const (
	CPU        Loss = iota // time and allocations only
	Disk                   // reads files or the environment's shared configuration
	Transport              // an own HTTP transport or pool: connections are not kept from request to request
	Connection             // a connection, with its handshakes
	Remote                 // a round trip to a service
)

// A CtxUse says what a constructor does with the context it is given.
type CtxUse uint8

const (
	CtxNone     CtxUse = iota
	CtxDial            // bounds the construction only
	CtxRetained        // lives on in the object
)

// A Stale says what becomes of the object when its server went away or the instance was frozen.
type Stale uint8

const (
	Heals Stale = iota // reconnects by itself on the next use, or has no connection
	Fails              // the next uses fail; Probe finds that out
)

// A Binding is the earliest time at which what a function returns is known, apart from its arguments.
type Binding uint8

const (
	BindBuild   Binding = iota // from its arguments alone
	BindInit                   // at start-up (environment, flags, host name)
	BindRequest                // when it is called (time, random numbers, remote data)
)

// An Ambient is a function that returns something which its arguments do not determine.
type Ambient struct {
	Symbol  string
	Binding Binding
	Remote  bool // the value was read from another system and may change
	Expires bool // the value is a credential with a short life
	See     string
}

// A Once runs a function argument at most once in the life of its receiver, or of its result when it has none.
type Once struct {
	Symbol string
	Arg    int
	See    string
}

// A Calls says that a function calls some of its function arguments before it returns.
type Calls struct {
	Symbol string
	Args   []int    // indices; -1 for every argument of function type
	Fields []string // names of fields of the receiver (or of its elements) that hold functions it calls
	See    string
}

// A Mutates says that a method changes its receiver in a way that later users of the object see.
type Mutates struct {
	Symbol string
	See    string
}

// A Serial turns values into bytes or, if it decodes, bytes into values. Its last result is an error.
type Serial struct {
	Symbol  string
	Decodes bool
	What    string // the noun of what the first argument holds, if that is worth decoding once when it comes with the program
	See     string
}

// A Plain says that a function changes nothing that its arguments lead to, an io.Writer aside, and keeps none of it but
// in its results.
type Plain struct {
	Symbol string
	Pure   bool  // nor does it do anything else: it may be called once for all requests, and they may share its results
	Fills  []int // indices of arguments that it changes all the same
	See    string
}

// A Safe says that requests may use values of a type side by side, and leave no state of theirs in them.
type Safe struct {
	Symbol string // of the type: a/b.T
	See    string
}

// A Route says how a call, or a comparison with a field, decides which handler answers which requests. Indices are of
// arguments, and -1 where there is none.
type Route struct {
	Form    RouteForm
	Symbol  string // FullName; field: (TYPE).FIELD; key: the key of a map that holds the request
	Path    int    // the path, or a pattern that may begin with a method
	Handler int    // the first handler: all arguments from it on belong to the route
	Verb    int    // the method, or several
	Inner   int    // group: a function whose parameter is the router of the group; without it the result is
	Method  string // the method that the function's name stands for
	Below   bool   // the path stands for all that begin with it
	Strips  bool   // the handler, if it is a router, does not see the path
	Of      RoutePart
	See     string
}

// A RouteForm says what the symbol of a route's line does.
type RouteForm uint8

const (
	RouteAdd    RouteForm = iota // registers a handler
	RouteGroup                   // gives a router for what begins with a path
	RouteNarrow                  // adds a path or methods to a route that is being made
	RouteStrip                   // wraps a handler that does not see the path's beginning
	RouteField                   // holds the method or the path of a request
	RouteKey                     // the same, in a map
)

// A RoutePart is what a field of a request holds.
type RoutePart uint8

const (
	PartMethod RoutePart = iota
	PartPath
	PartBoth // as "GET /things"
)

// A Registration is what the init of a package registers. Programs import such packages for that alone, with import _.
type Registration struct {
	Symbol  string   // PATH.init
	Drivers []string // the names of database drivers
	Mux     bool     // handlers in net/http.DefaultServeMux
	See     string
}

// A Tag is a build tag with which a package leaves out a part of itself.
type Tag struct {
	Path    string // a package that the tag changes
	Name    string
	Since   string   // the first version of the module that knows it
	Drops   string   // what is left out
	With    string   // a package that goes with it, unless something else imports it; "" for none
	Saves   int      // that many percent of the binary of a function which does nothing else, measured
	Least   int      // the same where templates stay, so that the linker keeps all methods with and without; 0 for no less
	Names   []string // a program that mentions one of them where it imports the package's module, or
	Imports string   // imports this one, needs what is left out
	Out     string   // only a binary of this name is known to do without
	See     string
}

// A Catalog answers questions about functions. Nothing changes what it says, and it is safe for concurrent use.
// All look-ups take generic functions by their origin and give nil for functions that the catalogue does not know.
type Catalog struct {
	lines []*line

	handlers, events, fields, costly, ambient, once, calls, mutates, serial, plain, safe, routes, inits table

	names, shapes []*Handler
	routeKeys     []*Route
	tags          []*Tag
}

func (c *Catalog) Names() []*Handler               { return c.names }
func (c *Catalog) Shapes() []*Handler              { return c.shapes }
func (c *Catalog) Handler(fn *types.Func) *Handler { return find[*Handler](&c.handlers, fn) }
func (c *Catalog) Costly(fn *types.Func) *Costly   { return find[*Costly](&c.costly, fn) }
func (c *Catalog) Ambient(fn *types.Func) *Ambient { return find[*Ambient](&c.ambient, fn) }
func (c *Catalog) Once(fn *types.Func) *Once       { return find[*Once](&c.once, fn) }
func (c *Catalog) Calls(fn *types.Func) *Calls     { return find[*Calls](&c.calls, fn) }
func (c *Catalog) Mutates(fn *types.Func) *Mutates { return find[*Mutates](&c.mutates, fn) }
func (c *Catalog) Serial(fn *types.Func) *Serial   { return find[*Serial](&c.serial, fn) }
func (c *Catalog) Plain(fn *types.Func) *Plain     { return find[*Plain](&c.plain, fn) }

// Field is the platform that serves what is stored in a field of a type, nil for none.
func (c *Catalog) Field(t *types.TypeName, field string) *Handler {
	return findType[*Handler](&c.fields, t, fieldOf(field))
}

// Event is the platform whose requests have this type, nil for none.
func (c *Catalog) Event(t *types.TypeName) *Handler { return findType[*Handler](&c.events, t, itself) }

// Safe is the line about a type, nil for none.
func (c *Catalog) Safe(t *types.TypeName) *Safe { return findType[*Safe](&c.safe, t, itself) }

func itself(full string) string { return full }

func fieldOf(field string) func(string) string {
	return func(full string) string { return "(" + full + ")." + field }
}

// Route is how a function takes part in routing, nil if it does not.
func (c *Catalog) Route(fn *types.Func) *Route { return find[*Route](&c.routes, fn) }

// RouteField is what a field of a request says of its route, nil for nothing.
func (c *Catalog) RouteField(t *types.TypeName, field string) *Route {
	return findType[*Route](&c.routes, t, fieldOf(field))
}

// RouteKey is the same for a key of a map that holds a request.
func (c *Catalog) RouteKey(key string) *Route {
	for _, r := range c.routeKeys {
		if r.Symbol == key {
			return r
		}
	}
	return nil
}

// Registers is what the init of a package registers, nil if that is not known.
func (c *Catalog) Registers(path string) *Registration {
	return lookup[*Registration](&c.inits, path+".init")
}

// Tags are the build tags that make binaries smaller.
func (c *Catalog) Tags() []*Tag { return slices.Clone(c.tags) }
