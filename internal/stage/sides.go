package stage

import (
	"go/constant"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// isNoWay reports whether the i-th successor of a branch is for requests that are not what the function is there for: a
// failure, nothing to do, a probe of a platform. On their ways an object may be missing without anybody's loss.
func (n *needs) isNoWay(br *ssa.If, i int) bool {
	return i == errorSide(br.Cond) || i == n.nilSide(br) || i == missSide(br.Cond) || i == emptySide(br.Cond) ||
		i == otherSide(br) || i == offSide(br.Cond) || i == probeSide(br.Cond) || isChoice(br.Cond) && servesProbe(br.Block().Succs[i]) || i == n.hitSide(br) ||
		i == absentSide(br.Cond) && isSilent(br.Block().Succs[i])
}

// errorSide is the index of the successor to which a failure leads: "err != nil", "errors.Is(err, …)". -1 is none.
func errorSide(cond ssa.Value) int {
	switch cond := cond.(type) {
	case *ssa.BinOp:
		if !isError(cond.X.Type()) {
			return -1
		}
		return sideWhere(cond.Op != token.EQL || !isNil(cond.Y) && !isNil(cond.X))
	case *ssa.Call:
		if len(cond.Call.Args) > 0 && isError(cond.Call.Args[0].Type()) {
			return 0
		}
	}
	return -1
}

// nilSide is the index of the successor to which a missing collaborator leads: "if s.metrics != nil", for a field of the
// receiver or a package variable. Start-up made it, so that this is no way. -1 is none.
func (n *needs) nilSide(br *ssa.If) int {
	cond, ok := br.Cond.(*ssa.BinOp)
	if !ok || cond.Op != token.EQL && cond.Op != token.NEQ || !isNil(cond.Y) || isError(cond.X.Type()) {
		return -1
	}
	load, ok := cond.X.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return -1
	}
	fn := br.Parent()
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	switch addr := load.X.(type) {
	case *ssa.Global:
	case *ssa.FieldAddr:
		if recv := fn.Signature.Recv(); recv == nil || n.e.typeKey(addr.X.Type()) != n.e.typeKey(recv.Type()) {
			return -1
		}
	default:
		return -1
	}
	return sideWhere(cond.Op == token.EQL)
}

// missSide is the index of the successor to which a search in a table of functions, or of objects with methods, leads that
// finds none: "if handle, ok := handlers[e.Kind]; ok". -1 is none.
func missSide(cond ssa.Value) int {
	found, ok := cond.(*ssa.Extract)
	if !ok || found.Index != 1 {
		return -1
	}
	l, ok := found.Tuple.(*ssa.Lookup)
	if !ok {
		return -1
	}
	m, ok := l.X.Type().Underlying().(*types.Map)
	if !ok {
		return -1
	}
	switch t := m.Elem().Underlying().(type) {
	case *types.Signature:
		return 1
	case *types.Interface:
		if t.NumMethods() > 0 {
			return 1
		}
	}
	return -1
}

// emptySide is the index of the successor to which a comparison leads that finds nothing to work on: "len(records) == 0",
// "len(query) < 2" for a text. -1 is none.
func emptySide(cond ssa.Value) int {
	b, ok := cond.(*ssa.BinOp)
	if !ok {
		return -1
	}
	x, op, y := b.X, b.Op, b.Y
	if _, left := x.(*ssa.Const); left {
		x, y = y, x
		op = mirrored[op]
	}
	zero, ok := y.(*ssa.Const)
	call, isCall := x.(*ssa.Call)
	if !ok || !isCall || zero.Value == nil {
		return -1
	}
	if fn, isBuiltin := call.Call.Value.(*ssa.Builtin); !isBuiltin || fn.Name() != "len" {
		return -1
	}
	if _, isText := call.Call.Args[0].Type().Underlying().(*types.Basic); isText {
		switch op {
		case token.LSS, token.LEQ:
			return 0
		case token.GEQ, token.GTR:
			return 1
		}
		return -1
	}
	switch bound := zero.Int64(); {
	case op == token.EQL && bound == 0, op == token.LSS && bound == 1, op == token.LEQ && bound == 0:
		return 0
	case op == token.NEQ && bound == 0, op == token.GTR && bound == 0, op == token.GEQ && bound == 1:
		return 1
	}
	return -1
}

// mirrored is what a comparison becomes with its sides changed.
var mirrored = map[token.Token]token.Token{token.EQL: token.EQL, token.NEQ: token.NEQ, token.LSS: token.GTR,
	token.GTR: token.LSS, token.LEQ: token.GEQ, token.GEQ: token.LEQ}

// otherSide is the index of the successor to which the last of several comparisons of one text leads that finds none of the
// constants: the default of a switch over the kinds of an event. -1 is none.
func otherSide(br *ssa.If) int {
	text, side := comparedText(br)
	if text == nil {
		return -1
	}
	if next, ok := last(br.Block().Succs[side]).(*ssa.If); ok {
		if again, _ := comparedText(next); again == text {
			return -1
		}
	}
	for _, pred := range br.Block().Preds {
		before, ok := last(pred).(*ssa.If)
		if !ok {
			continue
		}
		if first, from := comparedText(before); first == text && pred.Succs[from] == br.Block() {
			return side
		}
	}
	return -1
}

// comparedText is what a branch compares with a constant text, and the side to which another text leads. nil is none.
func comparedText(br *ssa.If) (ssa.Value, int) {
	cond, ok := br.Cond.(*ssa.BinOp)
	if !ok || cond.Op != token.EQL && cond.Op != token.NEQ {
		return nil, 0
	}
	c, ok := cond.Y.(*ssa.Const)
	if !ok || c.Value == nil || c.Value.Kind() != constant.String {
		return nil, 0
	}
	return cond.X, sideWhere(cond.Op == token.NEQ)
}

// absentSide is the index of the successor to which a test leads that finds nothing: "doc == nil", "!ok". -1 is none.
func absentSide(cond ssa.Value) int {
	switch cond := cond.(type) {
	case *ssa.BinOp:
		if !isNil(cond.X) && !isNil(cond.Y) || isError(cond.X.Type()) {
			return -1
		}
		return sideWhere(cond.Op == token.EQL)
	case *ssa.Extract:
		if basic, ok := cond.Type().Underlying().(*types.Basic); ok && basic.Info()&types.IsBoolean != 0 {
			return 1
		}
	}
	return -1
}

// isSilent reports whether nothing is left to do in a block but to return no error, or what was given: "return nil",
// "return event, nil".
func isSilent(b *ssa.BasicBlock) bool {
	ret, ok := last(b).(*ssa.Return)
	if !ok || len(ret.Results) == 0 {
		return false
	}
	for _, instr := range b.Instrs {
		switch instr := instr.(type) {
		case ssa.CallInstruction:
			if !onlyLogs(instr) {
				return false
			}
		case *ssa.MapUpdate:
			return false
		case *ssa.Store:
			if _, part := instr.Addr.(*ssa.FieldAddr); part {
				return false
			}
		}
	}
	return !slices.ContainsFunc(ret.Results, func(v ssa.Value) bool {
		v = lastStored(ret, v)
		return !isNil(v) && !isGiven(v)
	})
}

// onlyLogs recognises the call of a logger.
func onlyLogs(call ssa.CallInstruction) bool {
	obj := callee(call.Common())
	return obj != nil && obj.Pkg() != nil && (isLogger(obj.Pkg().Path()) || obj.Pkg().Path() == "fmt" && strings.HasPrefix(obj.Name(), "Print"))
}

// isGiven recognises what the function was given, as it is returned.
func isGiven(v ssa.Value) bool {
	v = strip(v)
	if _, ok := v.(*ssa.Parameter); ok {
		return true
	}
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return false
	}
	own, ok := load.X.(*ssa.Alloc)
	return ok && slices.ContainsFunc(*own.Referrers(), func(ref ssa.Instruction) bool {
		s, ok := ref.(*ssa.Store)
		if !ok || s.Addr != own {
			return false
		}
		_, ok = s.Val.(*ssa.Parameter)
		return ok
	})
}

// offSide is the index of the successor to which a setting leads by which all is skipped: "if cfg.DryRun". -1 is none.
func offSide(cond ssa.Value) int {
	side := 0
	if not, ok := cond.(*ssa.UnOp); ok && not.Op == token.NOT {
		cond, side = not.X, 1
	}
	name := ""
	switch cond := cond.(type) {
	case *ssa.UnOp:
		switch addr := cond.X.(type) {
		case *ssa.FieldAddr:
			name = fieldName(addr)
		case *ssa.Global:
			name = addr.Name()
		}
	case *ssa.Field:
		if st, ok := cond.X.Type().Underlying().(*types.Struct); ok {
			name = st.Field(cond.Field).Name()
		}
	case *ssa.Call:
		if fn := callee(cond.Common()); fn != nil {
			name = fn.Name()
		}
	}
	if name == "" || !switchedOff.MatchString(name) {
		return -1
	}
	return side
}

var switchedOff = regexp.MustCompile(`(?i)^(is|skip)?_?(dry_?run|disabled|no_?op)`)

// probeSide is the index of the successor for what nobody asks but a platform that probes, or those who make sure before they
// ask anything: a path for probes, the method of browsers, a word by which a sender of events verifies an address. -1 is none.
func probeSide(cond ssa.Value) int {
	switch cond := cond.(type) {
	case *ssa.BinOp:
		if cond.Op != token.EQL && cond.Op != token.NEQ {
			return -1
		}
		for _, v := range []ssa.Value{cond.X, cond.Y} {
			if c, ok := v.(*ssa.Const); ok && (isProbe(constString(c)) || handshake.MatchString(constString(c))) {
				return sideWhere(cond.Op == token.EQL)
			}
		}
	case *ssa.Extract:
		found, ok := cond.Tuple.(*ssa.Lookup)
		if typed, is := cond.Tuple.(*ssa.TypeAssert); is {
			found, ok = typed.X.(*ssa.Lookup)
		}
		if !ok || cond.Index != 1 {
			return -1
		}
		if key, ok := found.Index.(*ssa.Const); ok && handshake.MatchString(constString(key)) {
			return 0
		}
	}
	return -1
}

// handshake matches what browsers ask before they send what is not simple, and what Slack and those of WebSub send once.
// See https://fetch.spec.whatwg.org/#cors-preflight-fetch, https://docs.slack.dev/reference/events/url_verification and
// https://www.w3.org/TR/websub/#hub-verifies-intent.
var handshake = regexp.MustCompile(`^(OPTIONS|url_verification|(hub\.)?challenge)$`)

// servesProbe reports whether a block calls what is called a probe's, or makes an object that is: "return health(ctx)",
// "h = &Ping{}".
func servesProbe(b *ssa.BasicBlock) bool {
	return slices.ContainsFunc(b.Instrs, func(instr ssa.Instruction) bool {
		switch instr := instr.(type) {
		case *ssa.Call:
			fn := callee(instr.Common())
			return fn != nil && probeName.MatchString(fn.Name())
		case *ssa.MakeInterface:
			named, ok := types.Unalias(deref(instr.X.Type())).(*types.Named)
			return ok && probeName.MatchString(named.Obj().Name())
		}
		return false
	})
}

var probe = regexp.MustCompile(`(?i)^([A-Z]+ )?\S*/(_?heal?th(z|_?-?check)?|ready(z|ness)?|live(z|ness)?|ping|heartbeat|test|favicon\.ico|robots\.txt)/?$|^([A-Z]+ )?(/api)?(/v\d+)?/(status|version|info|metrics|hello)/?$`)

// isProbe reports whether a route is for probes: a platform or a monitor asks for it, and wants to know no more than
// whether the function answers.
func isProbe(route string) bool { return probe.MatchString(route) }

// isFront reports whether a route is for the root of all paths.
func isFront(route string) bool {
	return route == "/" || strings.HasSuffix(route, " /") || strings.HasSuffix(route, " /{$}")
}

// hitSide is the index of the successor to which a search leads that finds what an earlier request has left in a cache, which
// the function fills: "if page, ok := pages[id]; ok", "if token != \"\"", "if time.Now().Before(expires)". -1 is none.
func (n *needs) hitSide(br *ssa.If) int {
	cache, side := n.asked(br.Cond)
	if cache == "" || !n.fills(br.Parent(), cache) {
		return -1
	}
	return side
}

// asked is the cache that a condition is about, and the side to which it leads when something is there.
func (n *needs) asked(cond ssa.Value) (cache string, side int) {
	switch cond := cond.(type) {
	case *ssa.Extract:
		if cond.Index != 1 {
			return "", 0 // what was found, and not whether
		}
		switch from := cond.Tuple.(type) {
		case *ssa.Lookup:
			return n.keeperOf(from.X), 0
		case *ssa.Call:
			if fn := callee(from.Common()); fn != nil && (fn.Name() == "Load" || fn.Name() == "Get") {
				return n.keeperOf(receiver(from.Common())), 0
			}
		}
	case *ssa.BinOp:
		if since, ok := cond.X.(*ssa.Call); ok && callsTo(since, "time.Since") {
			return n.lasting(since.Call.Args[0]), sideWhere(cond.Op == token.LSS || cond.Op == token.LEQ)
		}
		v, other := cond.X, cond.Y
		if _, ok := v.(*ssa.Const); ok {
			v, other = other, v
		}
		if c, ok := other.(*ssa.Const); ok && (cond.Op == token.EQL || cond.Op == token.NEQ) && isZero(c) {
			return n.lasting(v), sideWhere(cond.Op == token.NEQ)
		}
	case *ssa.Call:
		before, after := callsTo(cond, "(time.Time).Before"), callsTo(cond, "(time.Time).After")
		if !before && !after {
			return "", 0
		}
		if cache := n.lasting(cond.Call.Args[1]); cache != "" {
			return cache, sideWhere(before) // now.Before(expires)
		}
		return n.lasting(cond.Call.Args[0]), sideWhere(after)
	}
	return "", 0
}

// sideWhere is the successor of a condition that means something when it holds, or when it does not.
func sideWhere(holds bool) int {
	if holds {
		return 0
	}
	return 1
}

// callsTo reports whether a call is one of the function with a full name.
func callsTo(call *ssa.Call, name string) bool {
	fn := callee(call.Common())
	return fn != nil && fn.FullName() == name
}

// isZero reports whether a constant is nil, "" or 0.
func isZero(c *ssa.Const) bool {
	return c.Value == nil || c.Value.Kind() == constant.String && constant.StringVal(c.Value) == "" || c.Value.Kind() == constant.Int && constant.Sign(c.Value) == 0
}

// lasting is the keeper from which a value was read that outlives the request: a package variable, or a field of one or of the
// receiver. "" is none.
func (n *needs) lasting(v ssa.Value) string {
	if l, ok := v.(*ssa.Lookup); ok && !l.CommaOk {
		return n.keeperOf(l.X)
	}
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return ""
	}
	root := load.X
	for {
		switch at := root.(type) {
		case *ssa.FieldAddr:
			root = at.X
			continue
		case *ssa.UnOp:
			root = at.X
			continue
		case *ssa.Global, *ssa.FreeVar:
			return n.keeperOf(v)
		case *ssa.Parameter:
			if fn := at.Parent(); fn.Signature.Recv() != nil && fn.Params[0] == at {
				return n.keeperOf(v)
			}
		}
		return ""
	}
}

// fills reports whether a function sets a keeper, or puts something into the map, or the cache, that it holds.
func (n *needs) fills(fn *ssa.Function, cache string) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.MapUpdate:
				if n.keeperOf(instr.Map) == cache {
					return true
				}
			case *ssa.Store:
				if n.keeperOf(instr.Addr) == cache {
					return true
				}
			case *ssa.Call:
				obj := callee(instr.Common())
				if obj != nil && filling.MatchString(obj.Name()) && n.keeperOf(receiver(instr.Common())) == cache {
					return true
				}
			}
		}
	}
	return false
}

var filling = regexp.MustCompile(`^(Set|Store|Put|Add|LoadOrStore)`)

// receiver is the value whose method is called; nil for a function.
func receiver(c *ssa.CallCommon) ssa.Value {
	switch {
	case c.IsInvoke():
		return c.Value
	case c.Signature().Recv() != nil && len(c.Args) > 0:
		return c.Args[0]
	}
	return nil
}

// keeperOf is the keeper that a value was read from, or that it is the address of; "" for none.
func (n *needs) keeperOf(v ssa.Value) string {
	if load, ok := v.(*ssa.UnOp); ok && load.Op == token.MUL {
		v = load.X
	}
	switch v := v.(type) {
	case *ssa.FieldAddr:
		return n.fieldKeeper(v.X.Type(), v.Field)
	case *ssa.Global:
		if obj, ok := v.Object().(*types.Var); ok {
			return globalKeeper(obj)
		}
	}
	return ""
}

// isChoice recognises the conditions by which a program tells requests, or what it is set to, apart: a comparison with a constant
// text, such as a method, a path or the kind of an event, or with one of the named values of a type; the type of an event, but not
// of an error or of what somebody sends meanwhile; a parameter that a request has; a flag that is kept somewhere.
func isChoice(cond ssa.Value) bool {
	switch cond := cond.(type) {
	case *ssa.BinOp:
		if cond.Op != token.EQL && cond.Op != token.NEQ {
			return false
		}
		return isName(cond.X) || isName(cond.Y)
	case *ssa.Extract:
		switch from := cond.Tuple.(type) {
		case *ssa.TypeAssert:
			return cond.Index == 1 && !isError(from.X.Type()) && !isReceived(from.X)
		case *ssa.Lookup:
			return cond.Index == 1 && isName(from.Index)
		}
	case *ssa.Call:
		fn := callee(cond.Common())
		return fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "strings" && slices.ContainsFunc(cond.Call.Args, isName)
	case *ssa.UnOp:
		if cond.Op != token.MUL {
			return false
		}
		switch cond.X.(type) {
		case *ssa.FieldAddr, *ssa.Global:
			return true
		}
	case *ssa.Field:
		return true
	}
	return false
}

// isReceived recognises what comes from a channel.
func isReceived(v ssa.Value) bool {
	if x, ok := v.(*ssa.Extract); ok {
		v = x.Tuple
	}
	switch v := v.(type) {
	case *ssa.Select:
		return true
	case *ssa.UnOp:
		return v.Op == token.ARROW
	}
	return false
}

// isName recognises a constant that names something: a text, or a value of a named type.
func isName(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	if !ok || c.Value == nil {
		return false
	}
	if c.Value.Kind() == constant.String {
		return constString(c) != ""
	}
	named, ok := types.Unalias(c.Type()).(*types.Named)
	return ok && named.Obj().Pkg() != nil && c.Value.Kind() == constant.Int
}
