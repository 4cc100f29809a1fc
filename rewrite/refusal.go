package rewrite

import (
	"fmt"
	"go/token"
)

// A Refusal says why there is no edit.
type Refusal struct {
	Code   string    // stable, one of the constants below
	Reason string    // a clause for people, e.g. "the session is stored in the response"
	Pos    token.Pos // what stands in the way; may be token.NoPos
}

func (r *Refusal) Error() string { return fmt.Sprintf("%s (%s)", r.Reason, r.Code) }

// The refusal codes. They are printed, documented and matched by users: never rename one.
//
//	address-taken     the address of the object, or of a field that is passed as a parameter, is taken
//	anchor            every place for a new declaration is taken by other fixes of this run
//	build-tags        identical calls stand in files of different build constraints
//	cgo               the file imports "C": its offsets belong to generated code
//	closed-elsewhere  the object is closed other than by a deferred call of one of the exact forms
//	compared          the variable is compared with something, such as nil
//	comments          identical calls differ in the comments that would have to move
//	context           the context of the moved text cannot be told from request data
//	declaration       the variable shares its declaration or its assignment with others
//	different-text    the calls given as identical are not
//	failure-lost      a failure would appear where nobody is told of it
//	generated         the file is generated
//	input-type        by an input of this type one kept object cannot be told from another
//	internal          dst could not print the function: please report it
//	label             a label or goto stands in the way
//	line-directive    a //line comment moves the file's positions
//	local-const       the text mentions a constant of the function
//	local-type        the text mentions a type of the function, or one that cannot be spelled at package level
//	loop-variable     the text mentions the variable of a loop
//	mutated           a field of the object is set after it is built
//	no-function       the call does not stand in a function
//	not-an-object     the results are not one object and, at most, an error
//	old-go            the file is compiled as a Go that lacks what the fix needs
//	once-shape        the function that a sync.Once runs does more than to build the object and to check its error
//	other-use         the variable or the sync.Once is used elsewhere
//	outer-variable    the text mentions a parameter, the receiver or a variable of an enclosing function
//	probe             the probe is no expression on x
//	reassigned        the object or an input has a second definition
//	returned          the function returns the object, and its callers have not agreed
//	self-check        the edited package would not type-check
//	shadowed          a name that the guard needs means something else in the moved text
//	shared-input      what the object is made from is used by others, too
//	source            the file on disk is not the one that was parsed
//	start-function    the object is built neither in init nor in main
//	stored            the object is stored where it may outlive the request or be closed by others
//	tagged            the field can be found by reflection
//	test-file         the file is a test
//	type-parameter    the text depends on a type parameter
//	used-after        an input that would be passed on is changed after the call
const (
	AddressTaken    = "address-taken"
	Anchor          = "anchor"
	BuildTags       = "build-tags"
	Cgo             = "cgo"
	ClosedElsewhere = "closed-elsewhere"
	Comments        = "comments"
	Compared        = "compared"
	Context         = "context"
	Declaration     = "declaration"
	DifferentText   = "different-text"
	FailureLost     = "failure-lost"
	Generated       = "generated"
	InputType       = "input-type"
	Internal        = "internal"
	Label           = "label"
	LineDirective   = "line-directive"
	LocalConst      = "local-const"
	LocalType       = "local-type"
	LoopVariable    = "loop-variable"
	Mutated         = "mutated"
	NoFunction      = "no-function"
	NotAnObject     = "not-an-object"
	OldGo           = "old-go"
	OnceShape       = "once-shape"
	OtherUse        = "other-use"
	OuterVariable   = "outer-variable"
	BadProbe        = "probe"
	Reassigned      = "reassigned"
	Returned        = "returned"
	SelfCheck       = "self-check"
	Shadowed        = "shadowed"
	SharedInput     = "shared-input"
	Source          = "source"
	StartFunction   = "start-function"
	Stored          = "stored"
	Tagged          = "tagged"
	TestFile        = "test-file"
	TypeParameter   = "type-parameter"
	UsedAfter       = "used-after"
)

func refuse(code string, pos token.Pos, format string, args ...any) *Refusal {
	return &Refusal{Code: code, Reason: fmt.Sprintf(format, args...), Pos: pos}
}
