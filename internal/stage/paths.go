package stage

import (
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// paths looks for ways through functions that succeed without passing one of the reads.
type paths struct {
	n     *needs
	reads map[ssa.Instruction]bool
	maybe map[ssa.Instruction]bool // calls of other packages' functions in which a choice may lead around a read
	ahead map[*ssa.BasicBlock]bool // comesTo
	wet   map[*ssa.Function]bool   // functions that may come to a read
	memo  map[*ssa.Function]detour
	all   bool // ways that answer with a failure count, too
}

// newPaths looks for ways without the given reads. With all, ways that answer with a failure count, too.
func (n *needs) newPaths(all bool, reads, maybe []ssa.Instruction) *paths {
	p := &paths{n: n, reads: map[ssa.Instruction]bool{}, maybe: map[ssa.Instruction]bool{}, ahead: map[*ssa.BasicBlock]bool{}, memo: map[*ssa.Function]detour{}, all: all}
	var readers []*ssa.Function
	for _, instr := range reads {
		p.reads[instr] = true
		readers = append(readers, instr.Parent())
	}
	for _, instr := range maybe {
		p.maybe[instr] = true
		readers = append(readers, instr.Parent())
	}
	p.wet = closureOf(readers, n.comingTo)
	return p
}

// dry looks for ways without any object: most functions come to few objects, and all others get one answer.
func (n *needs) dry(all bool) *paths {
	if n.dries[all] == nil {
		n.dries[all] = n.newPaths(all, nil, nil)
	}
	return n.dries[all]
}

// comingTo lists the functions on whose ways fn counts.
func (n *needs) comingTo(fn *ssa.Function) []*ssa.Function {
	if n.comers == nil {
		n.comers = map[*ssa.Function][]*ssa.Function{}
		closureOf(slices.Clone(n.e.funcs), func(from *ssa.Function) (next []*ssa.Function) {
			for _, b := range from.Blocks {
				for _, instr := range b.Instrs {
					next = append(next, n.mayComeTo(instr)...)
				}
			}
			for _, to := range next { // nil is another package's
				n.comers[to] = append(n.comers[to], from)
			}
			return next
		})
	}
	return n.comers[fn]
}

// mayComeTo lists the functions of doings without the rest of them, which only those need that come to a read.
func (n *needs) mayComeTo(instr ssa.Instruction) []*ssa.Function {
	out := n.handsOver(instr)
	if call, ok := instr.(ssa.CallInstruction); ok {
		out = append(append(out, n.runs(call)...), body(call.Common().StaticCallee()))
	}
	return out
}

// A stop is where a way has come to in a function.
type stop struct {
	b    *ssa.BasicBlock
	back bool // entered from its own loop
	did  bool // in its loop the way did something other than to find out whether it comes to a read
}

// A way is a block with what is known of the way to it.
type way struct {
	stop
	work detour // what the way did
}

// A detour says whether there is a way through a function that succeeds without a read, and what the way does.
type detour uint8

const (
	noDetour detour = iota
	idle            // nothing that requests come for: an early return because there is nothing to do
	working         // something that requests come for
	chosen          // what is asked for, or set, decided against the read
)

// avoid looks for a way through fn. Only a chosen one is a reason to build something later: all others may be for failures, for
// what is missing, or for what an earlier request has left, and none of them tells.
func (p *paths) avoid(fn *ssa.Function) detour {
	if known, ok := p.memo[fn]; ok {
		return known
	}
	if !p.wet[fn] && len(p.wet) > 0 {
		return p.n.dry(p.all).avoid(fn) // as of any object that it does not come to
	}
	if len(fn.Blocks) == 0 {
		return idle
	}
	p.memo[fn] = noDetour // while under way: a recursion proves nothing
	found := noDetour
	seen := make([]bool, 16*len(fn.Blocks))
	work := []way{{stop{b: fn.Blocks[0]}, idle}}
	for len(work) > 0 && found < chosen {
		s := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[s.index()] || p.stops(s.b) {
			continue
		}
		seen[s.index()] = true
		did := p.works(s.b)
		s.work = max(s.work, did)
		s.did = p.n.inLoop(s.b) && (s.did || did >= working && !p.precedes(s.b))
		d := p.n.doingsOf(s.b)
		if d.answers || d.returns && p.all {
			found = max(found, s.work)
		}
		for _, exit := range d.exits {
			if !p.all && exit.failure || exit.leaves != nil && !s.wentRound(exit.leaves, p) {
				continue
			}
			next := way{stop{exit.to, exit.back && (p.all || s.did || !p.readsIn(exit.to)), s.did}, s.work}
			if exit.asked && (s.work >= working || !exit.silent) && p.decides(s.b, exit.to) {
				next.work = chosen
			}
			work = append(work, next)
		}
	}
	p.memo[fn] = found
	return found
}

// wentRound reports whether a way that leaves the loop with a head has been round it, or as good as: from the middle it may
// leave once it has done something, or if it could not have come to a read.
func (s stop) wentRound(head *ssa.BasicBlock, p *paths) bool {
	if s.b == head {
		return s.back
	}
	return s.did || !p.readsIn(head)
}

// decides reports whether a branch decides about a read: past one successor no way of this round comes to one, past another
// one may.
func (p *paths) decides(b, to *ssa.BasicBlock) bool {
	return len(p.wet) > 0 && !p.comesTo(to) && slices.ContainsFunc(b.Succs, func(other *ssa.BasicBlock) bool { return p.isAhead(other, p.mayRead) })
}

// comesTo reports whether a way from a block, in the round in which that is, may come to a read. Of a call that may run any of
// several functions it takes all of them to.
func (p *paths) comesTo(b *ssa.BasicBlock) bool {
	known, ok := p.ahead[b]
	if !ok {
		known = p.isAhead(b, p.calls)
		p.ahead[b] = known
	}
	return known
}

// index numbers the ways through a function.
func (s way) index() (i int) {
	i = 16*s.b.Index + 4*int(s.work)
	if s.back {
		i += 2
	}
	if s.did {
		i++
	}
	return i
}

// readsIn reports whether the loop that begins with head may come to a read: one of its rounds that does nothing else is
// for what is not the handler's business, as an object of another kind in the same bucket.
func (p *paths) readsIn(head *ssa.BasicBlock) bool {
	return slices.ContainsFunc(p.n.loopFrom(head).blocks, p.mayRead)
}

// precedes reports whether the round in which b is may still come to a read: what it does until then decides about that, in
// loops of its own as well.
func (p *paths) precedes(b *ssa.BasicBlock) bool {
	return slices.ContainsFunc(p.next(b), func(to *ssa.BasicBlock) bool { return p.isAhead(to, p.mayRead) })
}

// isAhead reports whether b, or a block that comes after it in its round, is such a one.
func (p *paths) isAhead(b *ssa.BasicBlock, is func(*ssa.BasicBlock) bool) bool {
	seen := map[*ssa.BasicBlock]bool{b: true}
	work := []*ssa.BasicBlock{b}
	for len(work) > 0 {
		at := work[len(work)-1]
		work = work[:len(work)-1]
		if is(at) {
			return true
		}
		for _, to := range p.next(at) {
			if !seen[to] {
				seen[to] = true
				work = append(work, to)
			}
		}
	}
	return false
}

// next are the successors of a block in its round.
func (p *paths) next(b *ssa.BasicBlock) (out []*ssa.BasicBlock) {
	for _, exit := range p.n.doingsOf(b).exits {
		if !exit.back || !p.readsIn(exit.to) {
			out = append(out, exit.to)
		}
	}
	return out
}

// mayRead reports whether a block reads the object, or mentions or runs a function that may.
func (p *paths) mayRead(b *ssa.BasicBlock) bool {
	return p.passes(b) || slices.ContainsFunc(p.n.doingsOf(b).list, func(d doing) bool {
		return slices.ContainsFunc(d.mentioned, p.isWet) || slices.ContainsFunc(d.runs, p.isWet)
	})
}

// calls reports whether a block reads the object, or runs a function that may, whichever it runs.
func (p *paths) calls(b *ssa.BasicBlock) bool {
	return p.passes(b) || slices.ContainsFunc(p.n.doingsOf(b).list, func(d doing) bool {
		return slices.ContainsFunc(d.mentioned, p.isWet) || len(d.runs) > 0 && !slices.ContainsFunc(d.runs, func(fn *ssa.Function) bool { return !p.isWet(fn) })
	})
}

// passes reports whether a block itself reads the object, or may.
func (p *paths) passes(b *ssa.BasicBlock) bool {
	return slices.ContainsFunc(b.Instrs, func(instr ssa.Instruction) bool { return p.reads[instr] || p.maybe[instr] })
}

func (p *paths) isWet(fn *ssa.Function) bool { return p.wet[fn] }

func last(b *ssa.BasicBlock) ssa.Instruction { return b.Instrs[len(b.Instrs)-1] }

// stops reports whether a way ends in the block: it reads the object, or it answers with a failure.
func (p *paths) stops(b *ssa.BasicBlock) bool {
	if slices.ContainsFunc(b.Instrs, func(instr ssa.Instruction) bool { return p.reads[instr] }) {
		return true
	}
	for _, d := range p.n.doingsOf(b).list {
		if !p.all && d.fails || p.avoidsNone(d.mentioned) || p.callReads(d) {
			return true
		}
	}
	return false
}

// avoidsNone reports whether one of the functions reads the object for sure: whoever gets it is taken to call it.
func (p *paths) avoidsNone(fns []*ssa.Function) bool {
	return slices.ContainsFunc(fns, func(fn *ssa.Function) bool { return fn != nil && p.avoid(fn) == noDetour })
}

// callReads reports whether a call reads the object for sure: whatever it runs does.
func (p *paths) callReads(d doing) bool {
	return len(d.runs) > 0 && !slices.ContainsFunc(d.runs, func(fn *ssa.Function) bool { return fn == nil || p.avoid(fn) != noDetour })
}

// A doing is what matters of an instruction, whatever object is asked about.
type doing struct {
	mentioned []*ssa.Function // functions that it mentions, and methods of what it puts into an interface
	runs      []*ssa.Function // one of these, if it is a call; nil is one of another package
	fails     bool            // it answers with a failure
}

// doings are those of a block, and whether the block does something that requests come for: a call that
// leads out of the standard library, for sure or if one of some functions does.
type doings struct {
	list  []doing
	works bool
	may   []*ssa.Function

	returns, answers bool // it ends the function, with an answer to the request
	exits            []exit
}

// An exit is a successor of a block.
type exit struct {
	to      *ssa.BasicBlock
	failure bool // isNoWay
	back    bool // the start of a loop, from its end
	asked   bool // isChoice
	silent  bool // nothing is done there for what was not asked for

	// leaves is the head of the loop that it leaves, past which a way goes only through it: a request without anything to do
	// needs nothing anyway.
	leaves *ssa.BasicBlock
}

func (n *needs) doingsOf(b *ssa.BasicBlock) *doings {
	if known, ok := n.doings[b]; ok {
		return known
	}
	out := &doings{}
	for _, instr := range b.Instrs {
		d := doing{mentioned: n.handsOver(instr)}
		switch instr := instr.(type) {
		case ssa.CallInstruction:
			d.fails = isFailure(instr) || tellsOfSkip(instr)
			d.runs = n.runs(instr)
			out.addWork(n.e, instr)
		case *ssa.Store:
			d.fails = storesFailure(instr)
		}
		if len(d.mentioned)+len(d.runs) > 0 || d.fails {
			out.list = append(out.list, d)
		}
	}
	if ret, ok := last(b).(*ssa.Return); ok {
		out.returns, out.answers = true, succeeds(ret)
	}
	out.exits = n.exitsOf(b)
	n.doings[b] = out
	return out
}

func (n *needs) exitsOf(b *ssa.BasicBlock) (out []exit) {
	br, ok := last(b).(*ssa.If)
	for i, succ := range b.Succs {
		x := exit{to: succ, back: succ.Dominates(b)}
		if ok {
			x.asked = isChoice(br.Cond)
			if text, side := comparedText(br); text != nil {
				x.silent = side == i && isSilent(succ)
			}
			x.failure = n.isNoWay(br, i)
			if l := n.loopAround(b); l != nil && !l.holds(succ) && l.holds(b.Succs[1-i]) {
				x.leaves = l.head
			}
		}
		out = append(out, x)
	}
	return out
}

func (n *needs) inLoop(b *ssa.BasicBlock) bool { return n.loopAround(b) != nil }

// runs lists what a call may run: what its value leads to, else, of an interface, all that fits.
func (n *needs) runs(call ssa.CallInstruction) (out []*ssa.Function) {
	for _, t := range n.e.targets(call.Common()) {
		out = append(out, t.fn)
	}
	if len(out) == 0 && call.Common().IsInvoke() {
		out = n.called(call)
	}
	return out
}

func (d *doings) addWork(e *engine, call ssa.CallInstruction) {
	obj := callee(call.Common())
	if fn := body(call.Common().StaticCallee()); fn != nil {
		d.may = append(d.may, fn)
	} else if obj != nil && !e.isStd(obj) && !isLogger(obj.Pkg().Path()) && !answering.MatchString(obj.FullName()) && !looks(call.Common()) {
		d.works = true
	}
}

// answering matches what only writes the answer, as the standard library does for those who use no router.
var answering = regexp.MustCompile(`^\(?\*?github\.com/(gin-gonic/gin\.Context|gofiber/fiber/v\d+\.Ctx|labstack/echo(/v\d+)?\.Context|go-chi/render)\)?\.`)

var takingApart = regexp.MustCompile(`^(Must|Should)?(Unmarshal|Decode|Parse|Bind)`)

// looks reports whether a call does no more than to look at what there is: it takes a request apart, or it cannot fail and
// is told nothing but constants, as data.GetName() and c.Query("id"). After that, too, there may be nothing to do.
func looks(c *ssa.CallCommon) bool {
	fn := callee(c)
	if takingApart.MatchString(fn.Name()) {
		return true
	}
	sig := fn.Signature()
	for res := range sig.Results().Variables() {
		if isError(res.Type()) {
			return false
		}
	}
	args := c.Args
	if sig.Recv() != nil && !c.IsInvoke() {
		args = args[1:]
	}
	return sig.Results().Len() > 0 && !slices.ContainsFunc(args, func(a ssa.Value) bool {
		_, constant := a.(*ssa.Const)
		return !constant
	})
}

// failing are the words by which a call tells that it answers with, or makes, a failure.
var failing = regexp.MustCompile(`(?i)err|warn|fail|invalid|unhandled|unsupported|not_?found|bad_?request|unauthori|forbidden|den(y|ied)|not_?allowed|problem|reject|abort|panic|fatal`)

// isFailure sees http.Error(w, …), c.JSON(404, …), newError("…"), policy(user, "Deny") and the like.
func isFailure(call ssa.CallInstruction) bool {
	c := call.Common()
	if obj := callee(c); obj != nil && (failing.MatchString(obj.Name()) || obj.FullName() == "errors.New") {
		return true
	}
	return slices.ContainsFunc(c.Args, func(v ssa.Value) bool { return isFailureCode(v) || isDenial(v) })
}

var skipping = regexp.MustCompile(`(?i)\b(skip|ignor|already|duplicate|nothing to|dry.?run|denied|disabled)|スキップ`)

// tellsOfSkip sees log.Printf("no recipients, skipping"): the request is none of the function's business.
func tellsOfSkip(call ssa.CallInstruction) bool {
	return onlyLogs(call) && slices.ContainsFunc(call.Common().Args, func(arg ssa.Value) bool {
		return slices.ContainsFunc(spread(arg), func(v ssa.Value) bool {
			c, ok := strip(v).(*ssa.Const)
			return ok && skipping.MatchString(constString(c))
		})
	})
}

// storesFailure sees events.APIGatewayProxyResponse{StatusCode: 400}, whatever error is returned beside it, and what an
// authorizer says to those that it keeps out: events.IAMPolicyStatement{Effect: "Deny"}.
func storesFailure(s *ssa.Store) bool {
	addr, ok := s.Addr.(*ssa.FieldAddr)
	if !ok {
		return false
	}
	if isFailureCode(s.Val) {
		return strings.Contains(fieldName(addr), "Code")
	}
	_, listed := addr.X.(*ssa.IndexAddr) // and not a variable, which may still change
	return listed && isDenial(s.Val)
}

func isDenial(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && strings.EqualFold(constString(c), "deny")
}

func isFailureCode(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	if !ok || c.Value == nil || !types.Identical(c.Type().Underlying(), types.Typ[types.Int]) {
		return false
	}
	return c.Int64() >= 400 && c.Int64() < 600
}

// works tells what a block does.
func (p *paths) works(b *ssa.BasicBlock) (does detour) {
	d := p.n.doingsOf(b)
	if d.works {
		does = working
	}
	if slices.ContainsFunc(b.Instrs, func(instr ssa.Instruction) bool { return p.maybe[instr] }) {
		return chosen
	}
	for _, fn := range d.may {
		does = max(does, p.avoid(fn))
	}
	return does
}

var logging = regexp.MustCompile(`(?i)log|zap|sentry|trac|telemetry|metric`)

func isLogger(path string) bool { return logging.MatchString(path) }

// lastStored is what a block that returns a variable has stored there: in a function with a deferred call all results are
// variables.
func lastStored(ret *ssa.Return, v ssa.Value) ssa.Value {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return v
	}
	for _, instr := range slices.Backward(ret.Block().Instrs) {
		if s, ok := instr.(*ssa.Store); ok && s.Addr == load.X {
			return s.Val
		}
	}
	return v
}

// succeeds reports whether a return answers the request: its error is nil, or what another function says.
func succeeds(ret *ssa.Return) bool {
	for _, v := range ret.Results {
		if isFailureCode(lastStored(ret, v)) {
			return false
		}
	}
	if len(ret.Results) == 0 {
		return true
	}
	v := lastStored(ret, ret.Results[len(ret.Results)-1])
	if !isError(v.Type()) || isNil(v) {
		return true
	}
	switch v := v.(type) {
	case *ssa.Call:
		return answers(v)
	case *ssa.Extract:
		call, ok := v.Tuple.(*ssa.Call)
		return ok && answers(call)
	}
	return false
}

// answers reports whether what a call returns can be taken for a success: "return books.Get(ctx, id)". It must be given
// something to work on, and not be about a failure: "return problem.Respond()", "return respond(err)".
func answers(call *ssa.Call) bool {
	c := call.Common()
	args := c.Args
	if obj := callee(c); obj != nil && obj.Signature().Recv() != nil && !c.IsInvoke() && len(args) > 0 {
		if failing.MatchString(typeKey(args[0].Type())) {
			return false
		}
		args = args[1:]
	}
	given := false
	for _, a := range args {
		if isError(a.Type()) {
			return false
		}
		_, constant := a.(*ssa.Const)
		given = given || !constant
	}
	return given && !isFailure(call)
}
